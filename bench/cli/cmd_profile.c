// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/plan_options.h"
#include "bench/cli/profile.h"
#include "bench/measure/measure.h"

/* A clock samples once in a quarter of a millisecond: windows must last a second or so. */
#define ITERATIONS 500
#define SIZE	   "64M"
#define OPS	   "hmm,walk/none"

#define MOST_TOP 1000

struct profile_options {
	struct plan plan;
	const char *results, *run;
	unsigned int top;
	bool quiet;
};

static const struct opt options[] = {
	OPT_PART(struct profile_options, plan, plan_opts),
	OPT_PART(struct profile_options, plan, plan_here_opts),
	OPT_HEADER("What perf does, and what is printed:"),
	CLI_RESULTS(struct profile_options, results),
	{ "perf-record", 0, "ARGS", "More words for perf record",
	  OPT_TEXT(struct profile_options, plan.perf_args) },
	{ "top", 0, "N", "Functions a series (default: 10)",
	  OPT_UINT(struct profile_options, top, 1, MOST_TOP) },
	CLI_QUIET(struct profile_options, quiet),
	OPT_MAYBE_ARG("RUN", OPT_TEXT(struct profile_options, run)),
	{ 0 },
};

/* What nobody asked for, so that there is enough to sample. */
static void set_defaults(struct plan *plan)
{
	struct selection *s = &plan->selection;

	plan->perf_what = "record";
	if (!s->size_names.n)
		strv_add(&s->size_names, SIZE);
	if (!s->op_names.n)
		strv_split(&s->op_names, OPS, ',');
	if (!s->iterations)
		s->iterations = ITERATIONS;
	if (!plan->machine_name)
		plan->machine_name = "tcg";
}

static int measure_profile(struct profile_options *o, const char *results, const char *command,
			   struct err *err)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = results,
		.command = command,
		.quiet = o->quiet,
	};
	_cleanup_(arm_release) struct arm arm = { 0 };
	int ret = plan_resolve(&o->plan, err);

	if (ret)
		return ret;
	arm.spec = xstrdup(o->plan.kernel);
	ret = measure(&m, &arm, 1, err);
	if (!ret)
		ret = profile_print(arm.run.folder, o->top, stdout, err);
	if (!ret)
		printf("\nperf's own data: perf report --kallsyms %s/kallsyms -i %s/perf.data\n",
		       arm.run.folder, arm.run.folder);
	return ret;
}

static int show(const struct profile_options *o, const char *results, struct err *err)
{
	char *folder = folder_find(results, o->run, err);
	int ret = folder ? profile_print(folder, o->top, stdout, err) : -ENOENT;

	free(folder);
	return ret;
}

static int run(int argc, char **argv)
{
	struct profile_options o = { .top = PROFILE_TOP };
	char *command = command_line(argc, argv), *results;
	struct err err = { 0 };
	int ret = command_parse(&command_profile, argc, argv, &o);

	if (ret)
		goto out;
	results = o.results ? xstrdup(o.results) : folder_results();
	if (o.run) {
		ret = show(&o, results, &err);
	} else {
		set_defaults(&o.plan);
		ret = measure_profile(&o, results, command, &err);
	}
	free(results);
	if (ret)
		command_fail("profile", &err);
out:
	plan_release(&o.plan);
	free(command);
	return ret ? STATUS_ERROR : STATUS_CLEAN;
}

const struct command command_profile = {
	.name = "profile",
	.summary = "sample the walk with perf, and print its functions",
	.args = "[RUN]",
	.doc = "Sample the walk with perf, and print the functions of each series. Of a RUN that was "
	       "made with --perf-record, print them again.\vWith no options: hmm and walk/none over "
	       "every workload at 64M, on the tcg machine.",
	.options = options,
	.run = run,
};
