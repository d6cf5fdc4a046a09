// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "bench/cli/command.h"
#include "bench/cli/events.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/plan_options.h"
#include "bench/cli/present.h"
#include "bench/cli/profile.h"
#include "bench/cli/run_kernels.h"
#include "bench/measure/measure.h"
#include "bench/cli/runs.h"
#include "vm/vm.h"

enum key {
	KEY_NO_PLOT = 256,
	KEY_OUT,
	KEY_DRY_RUN,
	KEY_NO_STORE,
	KEY_PERF_RECORD,
	KEY_PERF_STAT,
	KEY_SOURCE,
};

struct run_options {
	struct plan plan;
	char *results;
	const char *out, *store;
	bool no_store, no_plot, json, quiet, dry_run;
};

static const struct argp_option argp_options[] = {
	{ "perf-record", KEY_PERF_RECORD, "ARGS", OPTION_ARG_OPTIONAL,
	  "Have perf record sample the windows, with more words for it, and print their functions",
	  2 },
	{ "perf-stat", KEY_PERF_STAT, "ARGS", OPTION_ARG_OPTIONAL,
	  "Have perf stat count while windows are measured", 2 },
	OPTION_RESULTS(3),
	{ "source", KEY_SOURCE, "DIR", 0,
	  "The kernel's sources, for its own code, where they are not found by themselves", 2 },
	{ "out", KEY_OUT, "FOLDER", 0,
	  "Keep this run in exactly this folder, which must not be there", 3 },
	OPTION_STORE(3),
	{ "no-store", KEY_NO_STORE, NULL, 0, "Keep the run in its folder alone", 3 },
	{ "no-plot", KEY_NO_PLOT, NULL, 0, "Draw nothing", 3 },
	{ "json", 'j', NULL, 0, "Print the summary as JSON", 3 },
	OPTION_QUIET(3),
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "Print the names of the series and end", 3 },
	{ 0 },
};

static error_t ask_perf(struct argp_state *state, const char *what, const char *args)
{
	struct run_options *o = state->input;

	if (o->plan.perf_what && strcmp(o->plan.perf_what, what) != 0)
		argp_error(state, "--perf-record and --perf-stat exclude each other");
	o->plan.perf_what = what;
	o->plan.perf_args = args;
	return 0;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		for (size_t i = 0; i < 4; i++)
			state->child_inputs[i] = &o->plan;
		return 0;
	case 'r':
		free(o->results);
		o->results = xstrdup(arg);
		return 0;
	case KEY_SOURCE:
		o->plan.source = arg;
		return 0;
	case KEY_OUT:
		o->out = arg;
		return 0;
	case KEY_NO_PLOT:
		o->no_plot = true;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case KEY_STORE:
		o->store = arg;
		return 0;
	case KEY_NO_STORE:
		o->no_store = true;
		return 0;
	case KEY_PERF_RECORD:
		return ask_perf(state, "record", arg);
	case KEY_PERF_STAT:
		return ask_perf(state, "stat", arg);
	case KEY_DRY_RUN:
		o->dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_variants(const struct selection *s, const char *workload, const char *placement,
			   uint64_t size, const struct walkers *walkers)
{
	for (size_t v = 0; v < s->variants.n; v++) {
		char *name =
			variant_series_name(&s->variants.v[v], workload, size, placement, walkers);

		puts(name);
		free(name);
	}
}

static void print_sizes(const struct selection *s, const char *workload, const char *placement)
{
	for (size_t i = 0; i < s->nr_sizes; i++)
		for (size_t k = 0; k < s->nr_walkers; k++)
			print_variants(s, workload, placement, s->sizes[i], &s->walkers[k]);
}

static void print_series(const struct selection *s)
{
	for (size_t w = 0; w < s->nr_workloads; w++)
		for (size_t p = 0; p < s->nr_placements; p++)
			print_sizes(s, s->workloads[w]->name, s->placements[p].name);
}

/* What perf left, beside the tables. */
static int print_perf(const struct plan *plan, const char *folder, struct err *err)
{
	char *path, *text;

	if (!strcmp(plan->perf_what, "record"))
		return putchar(10) < 0 ? -EIO : profile_print(folder, PROFILE_TOP, stdout, err);
	path = xasprintf("%s/perf-stat.txt", folder);
	text = fs_read(path, NULL, err);
	if (text)
		fputs(text, stdout);
	free(path);
	free(text);
	return text ? 0 : -ENOENT;
}

static void keep(void *arg, struct arm *arm, struct progress *progress)
{
	const struct run_options *o = arg;

	if (!o->no_store)
		runs_keep("run", o->store, &arm->run.records, progress);
	if (!o->no_plot)
		present_draw(&arm->run.records, arm->run.folder, progress);
}

static int present(const struct run_options *o, const struct run *run)
{
	const struct present_options present = {
		.format = o->json ? &format_json : NULL,
		.keep = true,
	};
	struct err err = { 0 };
	int status = present_records(&run->records, run->folder, &present, &err);

	if (status != STATUS_ERROR && o->plan.perf_what && !o->json &&
	    print_perf(&o->plan, run->folder, &err))
		status = STATUS_ERROR;
	return status == STATUS_ERROR ? command_fail("run", &err) : status;
}

static int measure_kernel(struct run_options *o, const char *command)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = o->results,
		.command = command,
		.quiet = o->quiet,
		.last_stage = o->no_plot ? NULL : "plot",
		.whole = keep,
		.arg = o,
	};
	_cleanup_(arm_release) struct arm arm = { .spec = xstrdup(o->plan.kernel), .path = o->out };
	struct err err = { 0 };

	if (measure(&m, &arm, 1, &err))
		return present_failure("run", arm.run.kept, &err);
	return present(o, &arm.run);
}

static int measure_kernels(struct run_options *o, const char *command)
{
	const struct run_kernels several = {
		.plan = &o->plan,
		.results = o->results,
		.out = o->out,
		.command = command,
		.store = o->store,
		.no_store = o->no_store,
		.plot = !o->no_plot,
		.json = o->json,
		.quiet = o->quiet,
	};

	return run_kernels(&several);
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ .argp = &plan_argp },
		{ .argp = &plan_here_argp, .header = "On the native machine:", .group = 2 },
		{ .argp = &sampling_argp },
		{ .argp = &events_argp },
		{ 0 },
	};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.doc = "Measure what the dev_pagemap lookup costs hmm_range_fault().\v"
		       "With no options: every op and policy over every workload and size, on "
		       "Debian's 6.1, on the exact machine.",
	};
	struct run_options o = { .results = folder_results() };
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status = STATUS_CLEAN, ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = plan_resolve(&o.plan, &err);
	if (ret)
		status = command_fail("run", &err);
	else if (o.dry_run)
		print_series(&o.plan.selection);
	else if (o.plan.kernels.n > 1)
		status = measure_kernels(&o, command);
	else
		status = measure_kernel(&o, command);
	plan_release(&o.plan);
	free(o.results);
	free(command);
	return status;
}

const struct command command_run = {
	.name = "run",
	.summary = "measure, print the tables, draw the plots",
	.run = run,
};
