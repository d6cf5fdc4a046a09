// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "plot/plot.h"

struct request {
	const char *store_path, *name, *out;
	int64_t since;
	bool terminal, ascii;
};

static int set_since(void *options, const char *arg, struct err *err)
{
	struct request *o = options;
	struct tm tm = { 0 };
	const char *end = strptime(arg, "%Y-%m-%d", &tm);

	if (!end || *end)
		return err_set(err, EINVAL, "'%s' is no day; one looks like 2026-01-31", arg);
	o->since = (int64_t)timegm(&tm);
	return 0;
}

static const struct opt options[] = {
	CLI_STORE(struct request, store_path),
	{ "since", 0, "DATE", "Only runs of that day (2026-01-31) and later", OPT_CALL(set_since) },
	{ "terminal", 0, NULL, "Draw it in the terminal above the table",
	  OPT_FLAG(struct request, terminal) },
	{ "ascii", 0, NULL, "With --terminal: no other characters than ASCII",
	  OPT_FLAG(struct request, ascii) },
	{ "out", 0, "FILE",
	  "Draw it as well, into a file (.svg, .png; of several machines the newest run's) or into "
	  "a folder (FOLDER/), each machine's as both",
	  OPT_TEXT(struct request, out) },
	OPT_ARG("SERIES", "which series? `ptwalk show` names those of a run",
		OPT_TEXT(struct request, name)),
	{ 0 },
};

static int show(const struct request *o, const struct course *course, struct err *err)
{
	int ret = 0;

	if (o->terminal)
		ret = plot_history_text(course, stdout, 0, o->ascii, err);
	if (!ret)
		course_write_text(course, 0, stdout);
	return ret;
}

/* Of several machines, that of the newest run is drawn. */
static const struct course *newest(const struct histories *h)
{
	const struct course *found = NULL;

	for (size_t i = 0; i < h->list.n; i++) {
		const struct course *c = &h->courses[i];

		if (c->n && (!found || c->points[c->n - 1].run->time >=
					       found->points[found->n - 1].run->time))
			found = c;
	}
	return found;
}

/* Each machine's, by the series' number in the store: history-ID.svg and .png. */
static int draw_folder(const struct request *o, const struct histories *h, struct err *err)
{
	static const char *const kinds[] = { "svg", "png" };
	int ret = fs_mkdir_p(o->out, err);

	for (size_t i = 0; !ret && i < h->list.n * ARRAY_SIZE(kinds); i++) {
		const struct course *course = &h->courses[i / ARRAY_SIZE(kinds)];
		_cleanup_free_ char *path = NULL;

		if (!course->n)
			continue;
		path = xasprintf("%s%shistory-%lld.%s", o->out, str_ends(o->out, "/") ? "" : "/",
				 (long long)course->series->id, kinds[i % ARRAY_SIZE(kinds)]);
		ret = plot_history_file(course, path, err);
		if (!ret)
			printf("%s\n", path);
	}
	return ret;
}

static int draw(const struct request *o, const struct histories *h, const struct course *last,
		struct err *err)
{
	if (str_ends(o->out, "/") || fs_is_dir(o->out))
		return draw_folder(o, h, err);
	return plot_history_file(last, o->out, err);
}

static int show_all(const struct request *o, const struct histories *h, int *status,
		    struct err *err)
{
	const struct course *last = newest(h);
	size_t shown = 0;
	int ret = 0;

	*status = last ? STATUS_CLEAN : STATUS_MISSING;
	if (!last)
		printf("%s has no run since %s\n", o->name, course_date(o->since).text);
	for (size_t i = 0; i < h->list.n && !ret; i++) {
		if (!h->courses[i].n)
			continue;
		if (shown++)
			putchar('\n');
		ret = show(o, &h->courses[i], err);
	}
	if (!ret && last && o->out)
		ret = draw(o, h, last, err);
	return ret ? ret : command_flush(err);
}

static int run(int argc, char **argv)
{
	struct request o = { 0 };
	struct histories h = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR, ret;

	if (command_parse(&command_history, argc, argv, &o))
		return STATUS_ERROR;
	if (o.out && o.terminal)
		ret = err_set(&err, EINVAL, "--out and --terminal exclude each other");
	else
		ret = histories_load(o.store_path, o.name, o.since, &h, &err);
	if (!ret) {
		ret = show_all(&o, &h, &status, &err);
		histories_release(&h);
	}
	return ret ? command_fail("history", &err) : status;
}

const struct command command_history = {
	.name = "history",
	.summary = "a series over all stored runs: values, changes, environments",
	.args = "SERIES",
	.doc = "A series over all stored runs: its values, what changed and when. A series is named "
	       "as `ptwalk show` does: hmm/devdax-pte/1G.",
	.examples = "  ptwalk history hmm/devdax-pte/64M --terminal\n",
	.options = options,
	.run = run,
};
