// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/cli/verdict.h"

enum key {
	KEY_METHOD_EVIDENCE = 256,
};

struct compare_request {
	struct runs_places places;
	struct strv runs; /* the base, then what is held against it */
	struct verdict_options verdict;
};

static const struct argp_option argp_options[] = {
	OPTION_RESULTS(0),
	OPTION_STORE(0),
	{ "method-evidence", KEY_METHOD_EVIDENCE, NULL, 0,
	  "Compare runs that were made with that option, and only these: figures of no kernel", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct compare_request *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->verdict;
		return 0;
	case 'r':
		o->places.results = arg;
		return 0;
	case KEY_STORE:
		o->places.store = arg;
		return 0;
	case KEY_METHOD_EVIDENCE:
		o->verdict.compare.method_evidence = true;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->runs, arg);
		return 0;
	case ARGP_KEY_END:
		if (o->runs.n < 2)
			argp_error(state, "which runs? BASE and NEW, or more of these");
		if (o->runs.n > 1 + VERDICT_MAX_NEW)
			argp_error(state, "at most %d runs against the base", VERDICT_MAX_NEW);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
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
	status = ret ? command_fail("compare", err)
		     : verdict_print("compare", &o->verdict, runs, n, NULL);
	while (n)
		records_release(&runs[--n]);
	free(runs);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &verdict_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "BASE NEW...",
		.doc = "Compare runs, series by series. A run is an id, a folder or file, \"last\", "
		       "\"last~N\", or store:ID.\vExit status: 0 no "
		       "series is worse, 1 one is, 3 one is missing or inconclusive, 4 the "
		       "environments differ, 5 a run does not repeat, 2 any other error.",
	};
	struct compare_request o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o) || verdict_resolve(&o.verdict, &err))
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
