// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/folder.h"
#include "bench/cli/which.h"
#include "bench/report/format.h"

enum key {
	KEY_FORCE = 256,
};

struct compare_request {
	const char *results, *base, *new, *format_name, *threshold_text;
	const struct format *format;
	struct compare_options options;
	bool force;
};

static const struct argp_option argp_options[] = {
	{ "results", 'r', "FOLDER", 0, "The folder of runs (default: $PTWALK_RESULTS)", 0 },
	{ "format", 'f', "NAME", 0, "terminal (default), lkml, markdown, csv or json", 0 },
	{ "all-sizes", 'a', NULL, 0, "Every size, not the largest of each workload alone", 0 },
	{ "threshold", 't', "PERCENT", 0,
	  "A change of no more than this is no regression (default: 0)", 0 },
	{ "force", KEY_FORCE, NULL, 0, "Compare runs of different environments; the table says so",
	  0 },
	{ 0 },
};

static error_t parse_run(struct compare_request *o, char *arg, struct argp_state *state)
{
	if (o->new)
		argp_error(state, "two runs, not more");
	if (o->base)
		o->new = arg;
	else
		o->base = arg;
	return 0;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct compare_request *o = state->input;

	switch (key) {
	case 'r':
		o->results = arg;
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
	case KEY_FORCE:
		o->force = true;
		return 0;
	case ARGP_KEY_ARG:
		return parse_run(o, arg, state);
	case ARGP_KEY_END:
		if (!o->new)
			argp_error(state, "which two runs? BASE and NEW");
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
	return 0;
}

static int read_run(const struct compare_request *o, const char *run, struct records *records,
		    struct err *err)
{
	const struct which which = { .results = o->results, .run = run };
	char *folder = which_folder(&which, err), *path;
	int ret;

	if (!folder)
		return -ENOENT;
	path = xasprintf("%s/" FOLDER_RECORDS, folder);
	ret = records_read(path, records, err);
	free(path);
	free(folder);
	return ret;
}

static int judge(const struct compare_request *o, const struct compare *c)
{
	if (c->nr_differences && !o->force) {
		for (size_t i = 0; i < c->nr_differences; i++)
			fprintf(stderr, "ptwalk compare: %s differs: %s against %s\n",
				c->differences[i].field, c->differences[i].base,
				c->differences[i].new);
		fputs("ptwalk compare: not comparable; --force compares all the same\n", stderr);
		return STATUS_NOT_COMPARABLE;
	}
	o->format->write(c, stdout, isatty(STDOUT_FILENO));
	if (c->counts[COMPARE_WORSE])
		return STATUS_REGRESSION;
	if (c->counts[COMPARE_MISSING_BASE] || c->counts[COMPARE_MISSING_NEW] || !c->nr_rows)
		return STATUS_MISSING;
	return STATUS_CLEAN;
}

static int compare(const struct compare_request *o, const struct records *base,
		   const struct records *new, struct err *err)
{
	struct compare c;
	int ret = compare_build(base, new, &o->options, &c, err), status;

	if (ret == -EBADE) {
		command_fail("compare", err);
		return STATUS_NOT_REPEATABLE;
	}
	if (ret)
		return command_fail("compare", err);
	status = judge(o, &c);
	compare_release(&c);
	if (fflush(stdout) || ferror(stdout)) {
		err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
		return command_fail("compare", err);
	}
	return status;
}

static int compare_runs(const struct compare_request *o, struct err *err)
{
	struct records base, new;
	int status;

	if (read_run(o, o->base, &base, err))
		return command_fail("compare", err);
	if (read_run(o, o->new, &new, err)) {
		status = command_fail("compare", err);
	} else {
		status = compare(o, &base, &new, err);
		records_release(&new);
	}
	records_release(&base);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "BASE NEW",
		.doc = "Compare two runs of exact counts, series by series.\vExit status: 0 no "
		       "series is worse, 1 one is, 3 one is missing, 4 the environments differ, "
		       "5 a run does not repeat, 2 any other error.",
	};
	struct compare_request o = { 0 };
	struct err err = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o) || resolve(&o, &err))
		return command_fail("compare", &err);
	return compare_runs(&o, &err);
}

const struct command command_compare = {
	.name = "compare",
	.summary = "compare two runs of exact counts",
	.run = run,
};
