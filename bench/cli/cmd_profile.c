// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
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
#include "bench/cli/which.h"

/* A clock samples once in a quarter of a millisecond: windows must last a second or so. */
#define ITERATIONS "500"
#define SIZE	   "64M"
#define OPS	   "hmm,walk/none"

#define MOST_TOP 1000

enum key {
	KEY_TOP = 256,
	KEY_PERF_RECORD,
};

struct profile_options {
	struct plan plan;
	struct which which;
	const char *top_text;
	unsigned long top;
	bool quiet;
};

static const struct argp_option argp_options[] = {
	{ "perf-record", KEY_PERF_RECORD, "ARGS", 0, "More words for perf record", 3 },
	{ "top", KEY_TOP, "N", 0, "Functions a series (default: 10)", 3 },
	OPTION_QUIET(3),
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct profile_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->plan;
		state->child_inputs[1] = &o->plan;
		state->child_inputs[2] = &o->which;
		return 0;
	case KEY_PERF_RECORD:
		o->plan.perf_args = arg;
		return 0;
	case KEY_TOP:
		o->top_text = arg;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What nobody asked for, so that there is enough to sample. */
static void set_defaults(struct plan *plan)
{
	struct selection *s = &plan->selection;

	plan->perf_what = "record";
	if (!s->size_names.n)
		strv_add(&s->size_names, SIZE);
	if (!s->op_names.n)
		strv_split(&s->op_names, OPS, ',');
	if (!s->iterations_text)
		s->iterations_text = ITERATIONS;
	if (!plan->machine_name)
		plan->machine_name = "tcg";
}

static int measure_profile(struct profile_options *o, const char *command, struct err *err)
{
	_cleanup_free_ char *results =
		o->which.results ? xstrdup(o->which.results) : folder_results();
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

static int show(const struct profile_options *o, struct err *err)
{
	char *folder = which_folder(&o->which, err);
	int ret = folder ? profile_print(folder, o->top, stdout, err) : -ENOENT;

	free(folder);
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ .argp = &plan_argp },
		{ .argp = &plan_here_argp, .header = "On the native machine:", .group = 2 },
		{ .argp = &which_argp },
		{ 0 },
	};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "[RUN]",
		.doc = "Sample the walk with perf, and print the functions of each series. Of a "
		       "RUN that was made with --perf-record, print them again.\v"
		       "With no options: hmm and walk/none over every workload at 64M, on the tcg "
		       "machine.",
	};
	struct profile_options o = { .top = PROFILE_TOP };
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret && o.top_text)
		ret = parse_count(o.top_text, 1, MOST_TOP, "functions", &o.top, &err);
	if (!ret && o.which.run) {
		ret = show(&o, &err);
	} else if (!ret) {
		set_defaults(&o.plan);
		ret = measure_profile(&o, command, &err);
	}
	plan_release(&o.plan);
	free(command);
	return ret ? command_fail("profile", &err) : STATUS_CLEAN;
}

const struct command command_profile = {
	.name = "profile",
	.summary = "sample the walk with perf, and print its functions",
	.run = run,
};
