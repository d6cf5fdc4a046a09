// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/cli/command.h"
#include "bench/cli/named.h"
#include "bench/cli/options.h"
#include "plot/history.h"

enum key {
	KEY_SINCE = 256,
	KEY_TERMINAL,
	KEY_ASCII,
	KEY_OUT,
};

struct request {
	const char *store_path, *name, *out;
	int64_t since;
	bool terminal, ascii;
};

static const struct argp_option argp_options[] = {
	OPTION_STORE(0),
	{ "since", KEY_SINCE, "DATE", 0, "Only runs of that day (2026-01-31) and later", 0 },
	{ "terminal", KEY_TERMINAL, NULL, 0, "Draw it in the terminal above the table", 0 },
	{ "ascii", KEY_ASCII, NULL, 0, "With --terminal: no other characters than ASCII", 0 },
	{ "out", KEY_OUT, "FILE", 0, "Draw it into a file, .svg or .png, as well", 0 },
	{ 0 },
};

static bool parse_date(const char *text, int64_t *time)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	*time = end && !*end ? (int64_t)timegm(&tm) : 0;
	return end && !*end;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct request *o = state->input;

	switch (key) {
	case KEY_STORE:
		o->store_path = arg;
		return 0;
	case KEY_SINCE:
		if (!parse_date(arg, &o->since))
			argp_error(state, "'%s' is no day; one looks like 2026-01-31", arg);
		return 0;
	case KEY_TERMINAL:
		o->terminal = true;
		return 0;
	case KEY_ASCII:
		o->ascii = true;
		return 0;
	case KEY_OUT:
		o->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->name)
			argp_error(state, "one series at a time");
		o->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->name)
			argp_error(state, "which series? `ptwalk show` names those of a run");
		if (o->out && o->terminal)
			argp_error(state, "--out and --terminal exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
static const struct course *newest(const struct named *named)
{
	const struct course *found = NULL;

	for (size_t i = 0; i < named->list.n; i++) {
		const struct course *c = &named->courses[i];

		if (c->n && (!found || c->points[c->n - 1].run->time >=
					       found->points[found->n - 1].run->time))
			found = c;
	}
	return found;
}

static int show_all(const struct request *o, const struct named *named, int *status,
		    struct err *err)
{
	const struct course *last = newest(named);
	size_t shown = 0;
	int ret = 0;

	*status = last ? STATUS_CLEAN : STATUS_MISSING;
	if (!last)
		printf("%s has no run since %s\n", o->name, course_date(o->since).text);
	for (size_t i = 0; i < named->list.n && !ret; i++) {
		if (!named->courses[i].n)
			continue;
		if (shown++)
			putchar('\n');
		ret = show(o, &named->courses[i], err);
	}
	if (!ret && last && o->out)
		ret = plot_history_file(last, o->out, err);
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "SERIES",
		.doc = "A series over all stored runs: its values, what changed and when. A series "
		       "is named as `ptwalk show` does: hmm/devdax-pte/1G.",
	};
	struct request o = { 0 };
	struct named named;
	struct err err = { 0 };
	int status = STATUS_ERROR, ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = named_load(o.store_path, o.name, o.since, &named, &err);
	if (!ret) {
		ret = show_all(&o, &named, &status, &err);
		named_release(&named);
	}
	return ret ? command_fail("history", &err) : status;
}

const struct command command_history = {
	.name = "history",
	.summary = "a series over all stored runs: values, changes, environments",
	.run = run,
};
