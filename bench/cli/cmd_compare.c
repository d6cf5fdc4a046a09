// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/runs.h"
#include "bench/report/format.h"

#define MAX_NEW 16

enum key {
	KEY_FORCE = 256,
	KEY_STORE,
	KEY_AA,
};

struct compare_request {
	struct runs_places places;
	const char *format_name, *threshold_text;
	struct strv runs; /* the base, then what is held against it */
	const struct format *format;
	struct compare_options options;
	bool force;
};

static const struct argp_option argp_options[] = {
	{ "results", 'r', "FOLDER", 0, "The folder of runs (default: $PTWALK_RESULTS)", 0 },
	{ "store", KEY_STORE, "FILE", 0,
	  "The store (default: $XDG_DATA_HOME/ptwalk/store.db, else ~/.local/share)", 0 },
	{ "format", 'f', "NAME", 0,
	  "terminal (default), lkml, lkp, mmtests, markdown, csv, json or html", 0 },
	{ "all-sizes", 'a', NULL, 0, "Every size, not the largest of each workload alone", 0 },
	{ "threshold", 't', "PERCENT", 0,
	  "A change of no more than this does not matter (default: 0; noisy machines: 1)", 0 },
	{ "aa", KEY_AA, NULL, 0, "The A/A noise floor too: odd against even boots of the base", 0 },
	{ "force", KEY_FORCE, NULL, 0, "Compare runs of different environments; the table says so",
	  0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct compare_request *o = state->input;

	switch (key) {
	case 'r':
		o->places.results = arg;
		return 0;
	case KEY_STORE:
		o->places.store = arg;
		return 0;
	case 'f':
		o->format_name = arg;
		return 0;
	case 'a':
		o->options.every_size = true;
		return 0;
	case 't':
		o->threshold_text = arg;
		return 0;
	case KEY_AA:
		o->options.floor = true;
		return 0;
	case KEY_FORCE:
		o->force = true;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->runs, arg);
		return 0;
	case ARGP_KEY_END:
		if (o->runs.n < 2)
			argp_error(state, "which runs? BASE and NEW, or more of these");
		if (o->runs.n > 1 + MAX_NEW)
			argp_error(state, "at most %d runs against the base", MAX_NEW);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int unknown_format(const char *name, struct err *err)
{
	struct strv known = { 0 };
	char *list;
	int ret;

	for (size_t i = 0; i < nr_formats; i++)
		strv_add(&known, formats[i]->name);
	list = strv_join(&known, ", ");
	ret = err_set(err, EINVAL, "unknown format '%s'; there are: %s", name, list);
	free(list);
	strv_release(&known);
	return ret;
}

static int resolve(struct compare_request *o, struct err *err)
{
	char *end;

	o->format = format_find(o->format_name ? o->format_name : "terminal");
	if (!o->format)
		return unknown_format(o->format_name, err);
	if (!o->threshold_text)
		return 0;
	o->options.threshold = strtod(o->threshold_text, &end);
	if (end == o->threshold_text || *end || !(o->options.threshold >= 0) ||
	    o->options.threshold > 1000)
		return err_set(err, EINVAL, "'%s' is not a threshold in per cent (0 to 1000)",
			       o->threshold_text);
	o->options.delta = o->options.threshold;
	return 0;
}

static bool refused(const struct compare_request *o, const struct compare_table *t)
{
	bool differ = false;

	for (size_t i = 0; !o->force && i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		for (size_t d = 0; d < c->nr_differences; d++, differ = true)
			fprintf(stderr, "ptwalk compare: %s differs: %s against %s (%s)\n",
				c->differences[d].field, c->differences[d].base,
				c->differences[d].new, c->new->run.id);
	}
	if (differ)
		fputs("ptwalk compare: not comparable; --force compares all the same\n", stderr);
	return differ;
}

/* Of all columns: one that is worse, then what cannot be told. */
static int judge(const struct compare_table *t)
{
	int status = STATUS_CLEAN;

	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		if (c->counts[COMPARE_WORSE])
			return STATUS_REGRESSION;
		if (c->counts[COMPARE_MISSING_BASE] || c->counts[COMPARE_MISSING_NEW] ||
		    c->counts[COMPARE_INCONCLUSIVE] || c->counts[COMPARE_UNDERPOWERED] ||
		    !c->nr_rows)
			status = STATUS_MISSING;
	}
	return status;
}

static int write_table(const struct compare_request *o, const struct compare_table *t,
		       struct err *err)
{
	if (refused(o, t))
		return STATUS_NOT_COMPARABLE;
	o->format->write(t, stdout, isatty(STDOUT_FILENO));
	if (fflush(stdout) || ferror(stdout)) {
		err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
		return command_fail("compare", err);
	}
	return judge(t);
}

/* runs[0] is the base. */
static int compare(const struct compare_request *o, const struct records *runs, struct err *err)
{
	struct compare columns[MAX_NEW];
	struct compare_table t;
	size_t n = 0;
	int ret = 0, status;

	while (!ret && n < o->runs.n - 1) {
		ret = compare_build(&runs[0], &runs[n + 1], &o->options, &columns[n], err);
		n += !ret;
	}
	if (ret) {
		command_fail("compare", err);
		status = ret == -EBADE ? STATUS_NOT_REPEATABLE : STATUS_ERROR;
	} else {
		compare_table_init(&t, columns, n);
		status = write_table(o, &t, err);
		compare_table_release(&t);
	}
	while (n)
		compare_release(&columns[--n]);
	return status;
}

static int compare_runs(const struct compare_request *o, struct err *err)
{
	struct records *runs = xcalloc(o->runs.n, sizeof(*runs));
	size_t n = 0;
	int status, ret = 0;

	while (!ret && n < o->runs.n) {
		ret = runs_read(&o->places, o->runs.v[n], &runs[n], err);
		n += !ret;
	}
	status = ret ? command_fail("compare", err) : compare(o, runs, err);
	while (n)
		records_release(&runs[--n]);
	free(runs);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "BASE NEW...",
		.doc = "Compare runs, series by series. A run is an id, a folder or file, \"last\", "
		       "\"last~N\", or store:ID.\vExit status: 0 no "
		       "series is worse, 1 one is, 3 one is missing or inconclusive, 4 the "
		       "environments differ, 5 a run does not repeat, 2 any other error.",
	};
	struct compare_request o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o) || resolve(&o, &err))
		command_fail("compare", &err);
	else
		status = compare_runs(&o, &err);
	strv_release(&o.runs);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.summary = "compare runs, series by series",
	.run = run,
};
