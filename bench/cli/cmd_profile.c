// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/profile.h"
#include "bench/cli/runs.h"
#include "bench/measure/measure.h"

/* A clock samples once in a quarter of a millisecond: windows must last a second or so. */
#define ITERATIONS 500
#define SIZE	   "64M"
#define OPS	   "hmm,hmm/entry"

#define MOST_TOP 1000

struct profile_options {
	struct plan plan;
	const char *results, *run, *diff;
	struct profile_exact exact;
	unsigned int top;
	bool quiet;
};

static int set_model(void *options, const char *arg, struct err *err)
{
	struct profile_options *o = options;

	(void)err;
	o->plan.model = true;
	o->exact.model = arg ? arg : "";
	return 0;
}

static const struct opt options[] = {
	OPT_PART(struct profile_options, plan, plan_opts),
	OPT_PART(struct profile_options, plan, plan_here_opts),
	OPT_HEADER("What is printed:"),
	CLI_RESULTS(struct profile_options, results),
	{ "perf-record", 0, "ARGS", "More words for perf record",
	  OPT_TEXT(struct profile_options, plan.perf_args) },
	{ "top", 0, "N", "Functions a series (default: 10)",
	  OPT_UINT(struct profile_options, top, 1, MOST_TOP) },
	{ "series", 0, "NAME", "Of this series alone: hmm/devdax-pte/64M",
	  OPT_TEXT(struct profile_options, exact.series) },
	{ "diff", 0, "RUN",
	  "Which functions account for what the other RUN differs by from this one; with --series "
	  "A,B of two series",
	  OPT_TEXT(struct profile_options, diff) },
	{ "annotate", 0, "FUNCTION", "This function's instructions instead, with their figures",
	  OPT_TEXT(struct profile_options, exact.annotate) },
	{ "model", 0, "CPU",
	  "Also model misses of caches, and cycles of the steady loop by llvm-mca (package llvm), on this CPU of "
	  "its (default: skylake; of arm64, neoverse-n1)",
	  OPT_CALL(set_model), .may_lack = true },
	{ "debug", 0, "FILE", "A vmlinux, or a ptwalk.ko, with debug information, for source lines",
	  OPT_TEXT(struct profile_options, exact.debug) },
	{ "source", 0, "DIR",
	  "The kernel's sources, for own code and for the text of source lines; of the module's own code a run "
	  "keeps it",
	  OPT_TEXT(struct profile_options, plan.source) },
	{ "callgrind", 0, "FOLDER", "Also a file a series for callgrind_annotate and kcachegrind",
	  OPT_TEXT(struct profile_options, exact.callgrind) },
	{ "folded", 0, "FOLDER", "Also a file a series of folded stacks",
	  OPT_TEXT(struct profile_options, exact.folded) },
	{ "flame", 0, "FOLDER", "Also a flame graph a series",
	  OPT_TEXT(struct profile_options, exact.flame) },
	CLI_QUIET(struct profile_options, quiet),
	OPT_MAYBE_ARG("RUN", OPT_TEXT(struct profile_options, run)),
	{ 0 },
};

static bool is_exact(const struct plan *plan)
{
	const struct machine *m = plan->machine_name ? machine_find(plan->machine_name) : NULL;

	return !plan->machine_name || (m && m->exact);
}

static bool wants_exact(const struct profile_exact *e)
{
	return e->series || e->annotate || e->debug || e->callgrind || e->folded || e->flame ||
	       e->model;
}

/* What nobody asked for, so that there is enough to sample. */
static void set_defaults(struct plan *plan)
{
	struct selection *s = &plan->selection;

	/* What counts exactly counts each instruction; elsewhere perf samples. */
	plan->facts = is_exact(plan);
	if (!plan->facts)
		plan->perf_what = "record";
	if (!s->size_names.n)
		strv_add(&s->size_names, SIZE);
	if (!s->op_names.n)
		strv_split(&s->op_names, OPS, ',');
	if (!s->iterations && !plan->facts)
		s->iterations = ITERATIONS;
}

static void print_perf(const char *folder)
{
	_cleanup_free_ char *symbols = xasprintf("%s/kallsyms", folder),
			    *data = xasprintf("%s/perf.data", folder);
	_cleanup_free_ char *a = str_quoted(symbols), *b = str_quoted(data);

	printf("\nperf's own data: perf report --kallsyms %s -i %s\n", a, b);
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
	if (!ret && arm.run.no_facts) {
		*err = arm.run.why_no_facts;
		return arm.run.no_facts;
	}
	if (!ret && o->plan.facts)
		return profile_exact_print(arm.run.folder, &arm.run.records, &o->exact, err);
	if (!ret)
		ret = profile_print(arm.run.folder, o->top, stdout, err);
	if (!ret)
		print_perf(arm.run.folder);
	return ret;
}

/* Of a run that is there -o, -w and -s choose, as for `show`; the rest would have to be measured. */
static int check_given(const struct profile_options *o, bool exact, struct err *err)
{
	const struct selection *s = &o->plan.selection;

	if (o->plan.kernel || o->plan.machine_name || o->plan.boots_text)
		return err_set(err, EINVAL,
			       "%s is there: --kernel, --machine and --boots are of a run that is "
			       "to be measured",
			       o->run);
	if (!exact && (s->op_names.n || s->workload_names.n || s->size_names.n))
		return err_set(err, EINVAL,
			       "what perf sampled in %s is shown whole: -o, -w and -s are of exact "
			       "counts",
			       o->run);
	return 0;
}

static int read_picked(const struct profile_options *o, const char *folder, struct records *records,
		       struct err *err)
{
	const struct selection *s = &o->plan.selection;
	const struct pick pick = { s->op_names, s->workload_names, s->size_names };
	int ret = folder_read(folder, records, err);

	return ret ? ret : pick_apply(&pick, records, err);
}

static int show(const struct profile_options *o, const char *results, struct err *err)
{
	_cleanup_(records_release) struct records records = { 0 };
	_cleanup_free_ char *folder = folder_find(results, o->run, err);
	const bool exact = folder && profile_is_exact(folder);
	int ret = folder ? check_given(o, exact, err) : -ENOENT;

	if (!ret && !exact)
		return profile_print(folder, o->top, stdout, err);
	if (!ret)
		ret = read_picked(o, folder, &records, err);
	return ret ? ret : profile_exact_print(folder, &records, &o->exact, err);
}

static int show_diff(const struct profile_options *o, const char *results, struct err *err)
{
	_cleanup_(records_release) struct records base = { 0 }, new = { 0 };
	_cleanup_free_ char *from = folder_find(results, o->diff, err);
	_cleanup_free_ char *to = from ? folder_find(results, o->run, err) : NULL;
	int ret = to ? check_given(o, true, err) : -ENOENT;

	if (!ret)
		ret = folder_read(from, &base, err);
	if (!ret)
		ret = read_picked(o, to, &new, err);
	return ret ? ret
		   : profile_diff_print(&(struct profile_run){ from, &base },
					&(struct profile_run){ to, &new }, &o->exact, err);
}

static void options_release(struct profile_options *o)
{
	plan_release(&o->plan);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct profile_options o = { .top = PROFILE_TOP };
	_cleanup_free_ char *command = command_line(argc, argv), *results = NULL;
	struct err err = { 0 };
	int ret = command_parse(&command_profile, argc, argv, &o);

	if (ret)
		return STATUS_ERROR;
	o.exact.top = o.top;
	o.exact.source = o.plan.source;
	results = o.results ? xstrdup(o.results) : place_runs();
	if (!o.run && wants_exact(&o.exact) && !is_exact(&o.plan)) {
		ret = err_set(
			&err, EINVAL,
			"--series, --annotate, --debug, --model, --callgrind, --folded and --flame are "
			"of the exact machine");
	} else if (o.run && o.plan.source && !fs_is_dir(o.plan.source)) {
		ret = err_set(&err, ENOENT, "--source %s: there is no such folder", o.plan.source);
	} else if (o.diff && !o.run) {
		ret = err_set(&err, EINVAL, "--diff %s: and the other RUN?", o.diff);
	} else if (o.diff) {
		ret = show_diff(&o, results, &err);
	} else if (o.run) {
		ret = show(&o, results, &err);
	} else {
		set_defaults(&o.plan);
		ret = measure_profile(&o, results, command, &err);
	}
	return ret ? command_fail("profile", &err) : STATUS_CLEAN;
}

const struct command command_profile = {
	.name = "profile",
	.summary = "print the functions of the walk, and what each costs",
	.args = "[RUN]",
	.doc = "Print the functions of each series, and what each costs: on the exact machine to the "
	       "instruction, on others as perf samples them. Of a RUN that was profiled, print them "
	       "again.\vWith no options: hmm and hmm/entry over every workload at 64M, on the exact "
	       "machine.",
	.examples = "  ptwalk profile last --flame out\n"
		    "  ptwalk profile --diff last~1 last --series hmm/devdax-pte/64M\n"
		    "  ptwalk profile --machine tcg -w anon-pte\n",
	.options = options,
	.run = run,
};
