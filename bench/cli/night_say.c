// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/night_say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/report/course.h"
#include "bench/report/night.h"

static const struct store_run *find(const struct store_runs *runs, int64_t id)
{
	for (size_t i = 0; i < runs->n; i++)
		if (runs->runs[i].id == id)
			return &runs->runs[i];
	return NULL;
}

static int write_mail(const char *path, const char *text, struct err *err)
{
	return path ? fs_write_file(path, text, strlen(text), 0644, err) : 0;
}

static int put_text(const char *mail, const char *text, struct err *err)
{
	int ret = write_mail(mail, text, err);

	fputs(text, stdout);
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
	return ret;
}

int night_say(struct store *store, const char *mail, const struct track_night *night,
	      struct err *err)
{
	struct store_runs runs;
	struct night_runs named;
	char *text = NULL;
	size_t len;
	FILE *f;
	int ret = store_list(store, 0, &runs, err);

	if (ret)
		return ret;
	named = (struct night_runs){ find(&runs, night->run), find(&runs, night->previous),
				     find(&runs, night->second), find(&runs, night->reference) };
	f = open_memstream(&text, &len);
	report_night(night, &named, f);
	fclose(f);
	store_runs_release(&runs);
	ret = put_text(mail, text, err);
	free(text);
	return ret;
}

int night_say_nothing_new(const struct night_tree *tree, const char *mail, int64_t before,
			  struct err *err)
{
	char *text = xasprintf("ptwalk nightly: nothing new, nothing measured\n\n"
			       "# %s is what it was in the night of %s:\n# commit %s\n",
			       tree->up.ref, course_date(before).text, tree->up.commit);
	int ret = put_text(mail, text, err);

	free(text);
	return ret;
}
