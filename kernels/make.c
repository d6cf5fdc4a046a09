// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/toolchain.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/cache.h"

#define TRY_SECONDS 10

/* Folders that every system has, and no build needs. */
static const char *const spots[] = { "/mnt", "/media" };

/* What lies beyond ASCII is no matter. */
static bool is_plain_text(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._+-@=~^";

	for (; *path; path++)
		if (!strchr(plain, *path) && !((unsigned char)*path & 0x80))
			return false;
	return true;
}

/* Kbuild looks through links. */
static bool is_plain(const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);

	return is_plain_text(path) && (!real || is_plain_text(real));
}

static char *cache_folder(void)
{
	char *path = cache_path("%s", "");

	path[strlen(path) - 1] = '\0';
	return path;
}

/* The cache, and the folder where that is elsewhere; all that is plain stays where it is. */
static void find_binds(const char *cache, const char *folder,
		       struct bind binds[ARRAY_SIZE(spots) + 1])
{
	_cleanup_free_ char *below = xasprintf("%s/", cache);
	size_t n = 0;

	if (!is_plain(cache)) {
		binds[n] = (struct bind){ cache, spots[n] };
		n++;
	}
	if (!is_plain(folder) && !(n && str_starts(folder, below))) {
		binds[n] = (struct bind){ folder, spots[n] };
		n++;
	}
	binds[n] = (struct bind){ 0 };
}

/* A word as make is to have it: "O=/my cache/out" is "O=/mnt/out". */
static char *shown(const char *word, const struct bind *binds)
{
	char *text = xstrdup(word);

	for (; binds->folder; binds++) {
		_cleanup_free_ char *before = text, *ended = NULL;
		_cleanup_free_ char *from = xasprintf("%s/", binds->folder),
				    *to = xasprintf("%s/", binds->at);

		if (str_ends(before, binds->folder))
			ended = xasprintf("%.*s%s", (int)(strlen(before) - strlen(binds->folder)),
					  before, binds->at);
		text = str_replace(ended ? ended : before, from, to);
	}
	return text;
}

/* A line of make's, with folders where they are for others. */
static char *told(const char *line, const struct bind *binds)
{
	char *text = xstrdup(line);

	for (; binds->folder; binds++) {
		_cleanup_free_ char *before = text;
		_cleanup_free_ char *from = xasprintf("%s/", binds->at),
				    *to = xasprintf("%s/", binds->folder);

		text = str_replace(before, from, to);
	}
	return text;
}

static bool is_error(const char *line)
{
	return strstr(line, "error:") || strstr(line, "ERROR:") || str_starts(line, "Error:") ||
	       strstr(line, ": Error ") || strstr(line, "undefined reference") ||
	       strstr(line, "No such file") || strstr(line, " *** ");
}

/* make's word for a program that the shell did not find; the shell has named it before. */
static bool is_absent(const char *line)
{
	return strstr(line, " Error 127");
}

/*
 * The first line of the log that is an error; those after it are mostly make
 * giving up. Where a program was not there, the line that names it.
 */
static char *log_error(const char *log)
{
	_cleanup_free_ char *text = fs_read(log, NULL, NULL);
	const char *found = NULL, *absent = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++) {
		if (str_ends(lines.v[i], ": not found") ||
		    str_ends(lines.v[i], ": command not found"))
			absent = lines.v[i];
		if (is_error(lines.v[i]))
			found = is_absent(lines.v[i]) && absent ? absent : lines.v[i];
	}
	return xstrdup(found ? found : "make gave no reason");
}

int make_plain(const char *folder, const char *const *argv, const struct proc_options *options,
	       struct err *err)
{
	_cleanup_free_ char *cache = cache_folder();
	struct bind binds[ARRAY_SIZE(spots) + 1];
	struct proc_options bound = *options;
	_cleanup_(strv_release) struct strv words = { 0 };
	int ret;

	find_binds(cache, folder, binds);
	for (; *argv; argv++) {
		_cleanup_free_ char *word = shown(*argv, binds);

		strv_add(&words, word);
	}
	if (binds->folder)
		bound.binds = binds;
	ret = proc_run((const char *const *)words.v, &bound, err);
	if (ret == -ECHILD && options->log) {
		_cleanup_free_ char *first = log_error(options->log), *line = told(first, binds);

		err_set(err, ECHILD, "%s; see %s", line, options->log);
	}
	return ret;
}

int make_run(const char *folder, const char *const *words, const struct proc_options *options,
	     struct err *err)
{
	_cleanup_(strv_release) struct strv argv = { 0 };

	strv_add(&argv, "make");
	strv_add(&argv, "-C");
	strv_add(&argv, folder);
	for (; *words; words++)
		strv_add(&argv, *words);
	return make_plain(folder, (const char *const *)argv.v, options, err);
}

/* What a child would meet: 0 or an errno. */
static int try_binds(const struct bind *binds)
{
	_cleanup_(proc_release) struct proc child = { 0 };
	int ret = proc_fork(&child, NULL);

	if (!ret)
		_exit(-bind_enter(binds));
	if (ret < 0 || !proc_await(&child, TRY_SECONDS) || !WIFEXITED(child.status))
		return EIO;
	return WEXITSTATUS(child.status);
}

int make_possible(const char *folder, struct err *err)
{
	/* It may not be there yet. */
	const struct bind binds[] = { { "/", spots[0] }, { 0 } };
	int why = is_plain(folder) ? 0 : try_binds(binds);

	if (!why)
		return 0;
	return err_set(err, EINVAL,
		       "%s: make takes no such name, and %s cannot stand for it here (%s): name a "
		       "folder of letters and digits (PTWALK_CACHE)",
		       folder, spots[0], strerror(why));
}
