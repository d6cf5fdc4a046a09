// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/progress.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/plan_options.h"
#include "bench/cli/present.h"
#include "bench/cli/profile.h"
#include "bench/cli/profile_exact.h"
#include "bench/cli/run_kernels.h"
#include "bench/measure/measure.h"
#include "bench/cli/runs.h"
#include "vm/vm.h"

struct run_options {
	struct plan plan;
	char *results;
	const char *out, *store;
	bool no_store, no_plot, json, quiet, dry_run;
};

static int ask_perf(struct run_options *o, const char *what, const char *args, struct err *err)
{
	if (o->plan.perf_what && strcmp(o->plan.perf_what, what) != 0)
		return err_set(err, EINVAL, "--perf-record and --perf-stat exclude each other");
	o->plan.perf_what = what;
	o->plan.perf_args = args;
	return 0;
}

static int set_perf_record(void *options, const char *arg, struct err *err)
{
	return ask_perf(options, "record", arg, err);
}

static int set_perf_stat(void *options, const char *arg, struct err *err)
{
	return ask_perf(options, "stat", arg, err);
}

static const struct opt options[] = {
	OPT_PART(struct run_options, plan, plan_opts),
	OPT_PART(struct run_options, plan, sampling_opts),
	OPT_PART(struct run_options, plan, events_opts),
	{ "source", 0, "DIR",
	  "The kernel's sources, for its own code, where they are not found by themselves",
	  OPT_TEXT(struct run_options, plan.source) },
	{ "facts", 0, NULL,
	  "Count loads, stores, atomics, branches, calls and cache lines of the windows, too",
	  OPT_FLAG(struct run_options, plan.facts) },
	{ "perf-record", 0, "ARGS",
	  "Have perf record sample the windows, with more words for it, and print their functions",
	  OPT_CALL(set_perf_record), .may_lack = true },
	{ "perf-stat", 0, "ARGS", "Have perf stat count while windows are measured",
	  OPT_CALL(set_perf_stat), .may_lack = true },
	OPT_PART(struct run_options, plan, plan_here_opts),
	OPT_HEADER("What is kept and printed:"),
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct run_options, results) },
	{ "out", 0, "FOLDER", "Keep this run in exactly this folder, which must not be there",
	  OPT_TEXT(struct run_options, out) },
	CLI_STORE(struct run_options, store),
	{ "no-store", 0, NULL, "Keep the run in its folder alone",
	  OPT_FLAG(struct run_options, no_store) },
	{ "no-plot", 0, NULL, "Draw nothing", OPT_FLAG(struct run_options, no_plot) },
	{ "json", 'j', NULL, "Print the summary as JSON", OPT_FLAG(struct run_options, json) },
	CLI_QUIET(struct run_options, quiet),
	{ "dry-run", 0, NULL, "Print the names of the series and end",
	  OPT_FLAG(struct run_options, dry_run) },
	{ 0 },
};

static void print_series(const struct selection *s)
{
	struct selected at = { 0 };

	while (selection_next(s, &at)) {
		_cleanup_free_ char *name = selection_name(s, &at);

		puts(name);
	}
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

/* After the tables: those of facts, and whether they repeat. */
static int present_facts(const struct run_options *o, const struct run *run, int status)
{
	struct err err = { 0 };
	int ret = profile_facts_repeat(run->folder, o->plan.boots, &err);

	if (!ret && !o->json)
		ret = profile_facts_print(run->folder, &run->records, &err);
	if (!ret)
		return status;
	command_fail("run", &err);
	return ret == -EBADE ? STATUS_NOT_REPEATABLE : STATUS_ERROR;
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
	return status == STATUS_ERROR ? command_fail("run", &err)
	       : o->plan.facts	      ? present_facts(o, run, status)
				      : status;
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
	struct run_options o = { .results = folder_results() };
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status = STATUS_CLEAN;

	if (command_parse(&command_run, argc, argv, &o))
		status = STATUS_ERROR;
	else if (plan_resolve(&o.plan, &err))
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
	.doc = "Measure what the dev_pagemap lookup costs hmm_range_fault().\vWith no options: every "
	       "op and policy over every workload and size, on Debian's 6.1, on the exact machine.",
	.options = options,
	.run = run,
};
