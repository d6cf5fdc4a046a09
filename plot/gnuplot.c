// SPDX-License-Identifier: GPL-2.0-only
#include "plot/gnuplot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "base/str.h"

#define SECONDS_TO_DRAW 60

char *gnuplot_scripts(void)
{
	char *folder = place_suite("plot");
	char *whole = realpath(folder, NULL);

	if (!whole)
		return folder;
	free(folder);
	return whole;
}

char *gnuplot_folder(const char *beside, struct err *err)
{
	return fs_temp(beside, ".plot", err);
}

FILE *gnuplot_commands(const char *folder, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" GNUPLOT_COMMANDS, folder);
	FILE *f = fopen(path, "we");

	if (!f)
		err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	return f;
}

int gnuplot_commands_end(FILE *f, struct err *err)
{
	bool bad = ferror(f);

	return fclose(f) || bad ? err_set(err, EIO, "cannot write the commands for gnuplot") : 0;
}

int gnuplot_run_for(const char *scripts, const char *folder, unsigned int seconds, struct err *err)
{
	const char *const argv[] = { "gnuplot", "-d", GNUPLOT_COMMANDS, NULL };
	const char *const env[] = { "LC_ALL=C.UTF-8", NULL };
	_cleanup_free_ char *log = xasprintf("%s/gnuplot.log", folder);
	_cleanup_free_ char *script = xasprintf("%s/style.gp", scripts);
	int ret;

	if (!fs_exists(script))
		return err_set(err, ENOENT,
			       "%s is not there; set PTWALK_SOURCE to the source tree of ptwalk",
			       script);
	ret = proc_run(argv,
		       &(struct proc_options){
			       .cwd = folder,
			       .log = log,
			       .env = env,
			       .timeout_seconds = seconds,
			       .missing = "install the package gnuplot-nox",
		       },
		       err);
	if (*err->text && strstr(err->text, "; see "))
		*strstr(err->text, "; see ") = '\0'; /* the log goes with the folder */
	return ret;
}

int gnuplot_run(const char *scripts, const char *folder, struct err *err)
{
	return gnuplot_run_for(scripts, folder, SECONDS_TO_DRAW, err);
}

int gnuplot_move(const char *from, const char *to, const char *const *names, struct err *err)
{
	char *old, *new;
	int ret = 0;

	for (size_t i = 0; !ret && names[i]; i++) {
		old = xasprintf("%s/%s", from, names[i]);
		if (!fs_exists(old))
			ret = err_set(err, EIO, "gnuplot did not draw %s", names[i]);
		free(old);
	}
	for (size_t i = 0; !ret && names[i]; i++) {
		old = xasprintf("%s/%s", from, names[i]);
		new = xasprintf("%s/%s", to, names[i]);
		if (rename(old, new))
			ret = err_set(err, errno, "cannot write %s: %s", new, strerror(errno));
		free(old);
		free(new);
	}
	return ret;
}

void plot_quote(FILE *f, const char *s)
{
	fputc('\'', f);
	for (; *s; s++) {
		if (*s == '\'')
			fputc('\'', f);
		fputc((unsigned char)*s < 0x20 ? ' ' : *s, f);
	}
	fputc('\'', f);
}
