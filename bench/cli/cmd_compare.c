// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/cli/verdict.h"

struct compare_request {
	struct runs_places places;
	struct strv runs; /* the base, then what is held against it */
	struct verdict_options verdict;
};

static const struct opt options[] = {
	OPT_PART(struct compare_request, verdict, verdict_opts),
	CLI_RESULTS(struct compare_request, places.results),
	CLI_STORE(struct compare_request, places.store),
	{ "method-evidence", 0, NULL,
	  "Compare runs that were made with that option, and only these: figures of no kernel",
	  OPT_FLAG(struct compare_request, verdict.compare.method_evidence) },
	OPT_ARG("RUN", "which runs? BASE and NEW, or more of these",
		OPT_TEXTS(struct compare_request, runs), .min = 2, .max = 1 + VERDICT_MAX_NEW),
	{ 0 },
};

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
	struct compare_request o = { 0 };
	int status = STATUS_ERROR;
	struct err err = { 0 };

	if (command_parse(&command_compare, argc, argv, &o))
		status = STATUS_ERROR;
	else if (verdict_check(&o.verdict, &err))
		status = command_fail("compare", &err);
	else
		status = compare_runs(&o, &err);
	strv_release(&o.runs);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.summary = "compare runs, series by series",
	.args = "BASE NEW...",
	.doc = "Compare runs, series by series. A run is an id, a folder or file, \"last\", "
	       "\"last~N\", or store:ID.\vExit status: 0 no series is worse, 1 one is, 3 one is "
	       "missing or inconclusive, 4 the environments differ, 5 a run does not repeat, 2 any "
	       "other error.",
	.options = options,
	.run = run,
};
