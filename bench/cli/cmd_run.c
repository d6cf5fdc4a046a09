// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "base/progress.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/present.h"
#include "bench/cli/profile.h"
#include "bench/cli/runs.h"
#include "bench/measure/folder.h"
#include "bench/measure/measure.h"
#include "bench/report/checks.h"
#include "plot/plot.h"
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
	{ "perf-record", 0, "ARGS",
	  "Have perf record sample the windows, with more words for it, and print their functions",
	  OPT_CALL(set_perf_record), .may_lack = true },
	{ "perf-stat", 0, "ARGS", "Have perf stat count while windows are measured",
	  OPT_CALL(set_perf_stat), .may_lack = true },
	OPT_PART(struct run_options, plan, plan_here_opts),
	OPT_HEADER("Beside each other, or elsewhere:"),
	OPT_PART(struct run_options, plan, shards_opts),
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
	_cleanup_free_ char *path = NULL;
	char *text;

	if (!strcmp(plan->perf_what, "record"))
		return putchar(10) < 0 ? -EIO : profile_print(folder, PROFILE_TOP, stdout, err);
	path = xasprintf("%s/perf-stat.txt", folder);
	text = fs_read(path, NULL, err);
	if (text)
		fputs(text, stdout);
	free(text);
	return text ? 0 : -ENOENT;
}

static void keep_in_store(const struct run_options *o, const struct records *records,
			  struct progress *progress)
{
	const struct runs_places places = { .results = o->results, .store = o->store };

	if (!o->no_store)
		runs_keep("run", &places, records, progress);
}

static void keep(void *arg, struct arm *arm, struct progress *progress)
{
	const struct run_options *o = arg;

	keep_in_store(o, &arm->run.records, progress);
	if (!o->no_plot)
		present_draw(&arm->run.records, arm->run.folder, progress);
}

/* Are there facts, and those of all boots the same? */
static int check_facts(const struct run_options *o, const struct run *run, int status)
{
	struct err err = run->why_no_facts;
	int ret = run->no_facts;

	if (ret)
		err_prefix(&err, "counts alone, no facts");
	else
		ret = profile_facts_repeat(run->folder, o->plan.boots, &err);
	if (!ret)
		return status;
	command_fail("run", &err);
	return ret == -EBADE ? STATUS_NOT_REPEATABLE : STATUS_ERROR;
}

static int present(const struct run_options *o, struct run *run)
{
	const struct present_options present = {
		.format = o->json ? &format_json : NULL,
		.keep = true,
	};
	struct err err = { 0 };
	int status;

	if (o->json)
		gate_shut(&run->records);
	status = present_records(&run->records, run->folder, &present, &err);

	if (status != STATUS_ERROR && o->plan.perf_what && !o->json &&
	    print_perf(&o->plan, run->folder, &err))
		status = STATUS_ERROR;
	return status == STATUS_ERROR ? command_fail("run", &err)
	       : o->plan.facts	      ? check_facts(o, run, status)
				      : status;
}

/* It is no run: tables come of all of them. */
static int present_shard(const struct run_options *o, const struct run *run)
{
	printf("Shard %u of %u: %zu series, %zu missing, in %s\n", o->plan.shard.k, o->plan.shard.n,
	       run->records.nr_series, run->records.nr_missing, run->folder);
	return STATUS_CLEAN;
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
	return o->plan.shard.n ? present_shard(o, &arm.run) : present(o, &arm.run);
}

struct kernels_run {
	const struct run_options *o;
	const char *command;
	struct whole place; /* of the table, and with --out of the runs */
	struct arm *arms;
	size_t n;
};

/* "debian:6.1" as "debian-6.1". */
static char *folder_name(const char *spec)
{
	char *name = xstrdup(spec);

	for (char *p = name; *p; p++)
		if (*p == ':' || *p == '/' || *p == '.')
			*p = *p == '.' && p > name ? '.' : '-';
	return name;
}

static void make_arms(struct kernels_run *k)
{
	k->n = k->o->plan.kernels.n;
	k->arms = xcalloc(k->n, sizeof(*k->arms));
	for (size_t i = 0; i < k->n; i++) {
		const char *spec = k->o->plan.kernels.v[i];
		_cleanup_free_ char *name = folder_name(spec);

		k->arms[i] = (struct arm){ .name = spec, .spec = xstrdup(spec) };
		if (k->o->out)
			k->arms[i].path = xasprintf("%s/%s", k->place.partial, name);
	}
}

static void release_arms(struct kernels_run *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free((char *)k->arms[i].path);
		arm_release(&k->arms[i]);
	}
	free(k->arms);
}

static void keep_one(void *arg, struct arm *arm, struct progress *progress)
{
	const struct kernels_run *k = arg;

	if (!k->o->out)
		keep_in_store(k->o, &arm->run.records, progress);
	if (!k->o->no_plot)
		present_draw(&arm->run.records, arm->run.folder, progress);
}

static int measure_all(struct kernels_run *k, struct err *err)
{
	const struct present_options present = { .quiet = true, .keep = true };
	const struct measurement m = {
		.plan = &k->o->plan,
		.results = k->o->results,
		.command = k->command,
		.quiet = k->o->quiet,
		.last_stage = !k->o->no_plot ? "plot" : NULL,
		.whole = keep_one,
		.arg = k,
	};
	int ret = measure(&m, k->arms, k->n, err);

	for (size_t i = 0; !ret && i < k->n; i++) {
		const struct run *run = &k->arms[i].run;

		if (present_records(&run->records, run->folder, &present, err) == STATUS_ERROR)
			ret = -1;
	}
	return ret;
}

static int present_kernels(const struct kernels_run *k, struct err *err)
{
	const struct beside_options beside = {
		.format = k->o->json ? &format_json : &format_terminal,
		.keep = k->place.partial,
		.plot = !k->o->no_plot ? k->place.partial : NULL,
	};
	_cleanup_free_ const struct records **runs = xcalloc(k->n, sizeof(*runs));

	for (size_t i = 0; i < k->n; i++)
		runs[i] = &k->arms[i].run.records;
	return present_beside(runs, k->n, &beside, err);
}

static void print_files(const struct kernels_run *k, const char *where)
{
	printf("\nFiles in %s:\n", where);
	printf("  %-14s %s\n", "report.txt", "these tables (also kernels.csv, kernels.json)");
	printf("  %-14s %s\n", plot_kernels_files[0], "cost per page by kernel (also .png)");
	puts("Runs:");
	for (size_t i = 0; i < k->n; i++) {
		_cleanup_free_ char *name = folder_name(k->arms[i].name);

		if (k->o->out)
			printf("  %s/%s\n", where, name);
		else
			printf("  %s\n", k->arms[i].run.folder);
	}
}

/* Of runs that went into --out: they are stored once they are in their place. */
static void store_all(const struct kernels_run *k)
{
	for (size_t i = 0; k->o->out && i < k->n; i++)
		keep_in_store(k->o, &k->arms[i].run.records, NULL);
}

static int run_in_place(struct kernels_run *k)
{
	_cleanup_free_ char *where = xstrdup(k->place.path);
	struct err err = { 0 };
	int status = STATUS_ERROR;

	make_arms(k);
	if (!measure_all(k, &err))
		status = present_kernels(k, &err);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		whole_abandon(&k->place);
	else if (whole_finish(&k->place, &err))
		status = STATUS_ERROR;
	if (status == STATUS_ERROR)
		return present_failure("run", arms_kept(k->arms, k->n), &err);
	if (status == STATUS_NOT_COMPARABLE)
		command_fail("run", &err);
	if (status == STATUS_NOT_COMPARABLE)
		return status;
	store_all(k);
	if (!k->o->json)
		print_files(k, where);
	return status;
}

/*
 * One kernel after the other, then all in one table; every kernel and its module are made ready
 * before the first is measured. Runs are kept as always, and the table beside them in a folder
 * TIME-kernels; with --out all is in that folder, whole or not at all.
 */
static int measure_kernels(const struct run_options *o, const char *command)
{
	_cleanup_free_ char *id = run_stamp("%Y%m%dT%H%M%SZ-kernels");
	struct kernels_run k = { .o = o, .command = command };
	struct err err = { 0 };
	int status;

	if (measure_possible(&o->plan, &err) ||
	    folder_begin(&k.place, o->results, id, o->out, &err))
		return command_fail("run", &err);
	status = run_in_place(&k);
	release_arms(&k);
	return status;
}

/* Told before a kernel is fetched for it. */
static int check_place(const struct run_options *o, struct err *err)
{
	if (o->plan.shard.n && o->plan.kernels.n > 1)
		return err_set(err, EINVAL, "--shard is of a run of one kernel, not of %s",
			       o->plan.kernel);
	return o->out && fs_exists(o->out) ? err_set(err, EEXIST, "%s is there already", o->out)
					   : 0;
}

static void options_release(struct run_options *o)
{
	plan_release(&o->plan);
	free(o->results);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct run_options o = { .results = place_runs() };
	_cleanup_free_ char *command = command_line(argc, argv);
	struct err err = { 0 };

	if (command_parse(&command_run, argc, argv, &o))
		return STATUS_ERROR;
	if (plan_resolve(&o.plan, &err) || (!o.dry_run && check_place(&o, &err)))
		return command_fail("run", &err);
	if (o.plan.kernels.n > 1 && !o.dry_run)
		return measure_kernels(&o, command);
	if (!o.dry_run)
		return measure_kernel(&o, command);
	print_series(&o.plan.selection);
	return STATUS_CLEAN;
}

const struct command command_run = {
	.name = "run",
	.summary = "measure, print the tables, draw the plots",
	.doc = "Measure what the dev_pagemap lookup costs hmm_range_fault().\vWith no options: hmm "
	       "as built in and under each policy, and bare, over the first five workloads, on "
	       "Debian's 6.1, on the exact machine.",
	.examples = "  ptwalk run -w devdax-pte -o hmm,hmm/range -s 2M,1G\n"
		    "  ptwalk run -k debian:6.1,debian:6.12   # a column a kernel\n"
		    "  ptwalk run -p mine=mine.patch          # a column of a patch\n",
	.options = options,
	.run = run,
};
