// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/place.h"
#include "bench/cli/ab_times.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/present.h"
#include "bench/cli/runs.h"
#include "bench/cli/verdict.h"
#include "bench/cli/watch.h"
#include "bench/measure/measure.h"
#include "kernels/config.h"

struct ab_options {
	struct tree_options tree;
	struct plan plan;
	struct verdict_options verdict;
	const char *base, *new, *rev;
	struct strv patches;
	char *results;
	bool fresh, quiet, long_way, watch, refused;
	bool default_ops; /* none is named */
};

static const struct opt options[] = {
	{ "base", 0, "KERNEL", "The kernel to compare with; of a tree: a commit (default: HEAD)",
	  OPT_TEXT(struct ab_options, base) },
	{ "new", 0, "KERNEL",
	  "The other kernel; of a tree: a commit (default: its files as they are)",
	  OPT_TEXT(struct ab_options, new) },
	{ "patch", 0, "FILE",
	  "Compare the sources with themselves and this patch; may be given again",
	  OPT_TEXTS(struct ab_options, patches) },
	{ "rev", 0, "COMMIT", "What --patch changes (default: the tree's files as they are)",
	  OPT_TEXT(struct ab_options, rev) },
	OPT_HEADER("Which sources:"),
	OPT_PART(struct ab_options, tree, tree_opts),
	OPT_PART(struct ab_options, plan, plan_opts),
	OPT_PART(struct ab_options, plan, sampling_opts),
	OPT_PART(struct ab_options, plan, events_opts),
	{ "long", 0, NULL, "Build and boot both kernels, even where own code would do",
	  OPT_FLAG(struct ab_options, long_way) },
	{ "watch", 0, NULL, "Again each time that what is edited is saved, until Ctrl-C",
	  OPT_FLAG(struct ab_options, watch) },
	{ "fresh", 0, NULL, "Measure both, whatever runs there are",
	  OPT_FLAG(struct ab_options, fresh) },
	OPT_HEADER("How they are compared:"),
	OPT_PART(struct ab_options, verdict, verdict_opts),
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct ab_options, results) },
	{ "quiet", 'q', NULL, "No progress, no times", OPT_FLAG(struct ab_options, quiet) },
	{ 0 },
};

/* In a tree of kernel sources no words are needed; where nothing is edited, or will be, HEAD is what is new. */
static void find_tree(struct ab_options *o)
{
	if (!tree_given(&o->tree) && !o->base && !o->new && !o->patches.n && tree_is_here())
		o->tree.tree = ".";
	if (!o->tree.tree || o->base || o->new || o->patches.n || o->watch ||
	    !tree_is_clean(&o->tree))
		return;
	o->base = "HEAD~1";
	o->new = "HEAD";
}

static int check_sources(const struct ab_options *o, struct err *err)
{
	if (o->patches.n && (o->base || o->new))
		return err_set(err, EINVAL,
			       "either --patch, or --base and --new; --rev names the commit that "
			       "--patch changes");
	if (o->patches.n && !tree_given(&o->tree))
		return err_set(err, EINVAL,
			       "what does --patch change? --tree FOLDER or --source debian:6.1");
	if (o->rev && (!o->tree.tree || !o->patches.n))
		return err_set(err, EINVAL, "--rev is the commit of --tree that --patch changes");
	if (o->tree.source && !o->patches.n)
		return err_set(err, EINVAL, "--source is compared with --patch, which is missing");
	if (!tree_given(&o->tree) && (!o->base || !o->new))
		return err_set(err, EINVAL,
			       "which two kernels? --base and --new, or --tree FOLDER; or be in a "
			       "tree of kernel sources");
	if (o->watch && (!tree_given(&o->tree) || o->new))
		return err_set(err, EINVAL,
			       "--watch waits for what is edited: the files of --tree without "
			       "--new, or --patch");
	return patches_check(&o->patches, err);
}

/* What is judged must be counted. */
static int check_event(const struct ab_options *o, struct err *err)
{
	const char *by = o->verdict.compare.by;

	for (size_t i = 0; i < o->plan.events.n; i++)
		if (!strcmp(o->plan.events.v[i].name, by))
			return 0;
	return err_set(err, EINVAL, "--by %s: it is not among --events", by);
}

static int check(struct ab_options *o, struct err *err)
{
	int ret;

	if (o->plan.kernel)
		return err_set(err, EINVAL,
			       "two kernels are compared: --base and --new, not --kernel");
	ret = tree_check(&o->tree, err);
	if (!ret)
		find_tree(o);
	if (!ret)
		ret = check_sources(o, err);
	for (size_t i = 0; !ret && i < 3; i++)
		ret = tree_check_commit(&o->tree, ((const char *[]){ o->base, o->new, o->rev })[i],
					err);
	o->default_ops = !o->plan.selection.op_names.n && !o->plan.selection.policy_names.n &&
			 !o->plan.selection.own_changes.n;
	selection_built_in(&o->plan.selection);
	if (!ret)
		ret = plan_resolve(&o->plan, err);
	o->verdict.compare.method_evidence = o->plan.method_evidence;
	if (!ret)
		ret = verdict_check(&o->verdict, err);
	if (!ret && o->verdict.compare.by)
		ret = check_event(o, err);
	if (!ret && o->plan.machine->functional && !o->plan.method_evidence)
		ret = err_set(err, EOPNOTSUPP,
			      "figures of the %s machine are functional only: never compared",
			      o->plan.machine->name);
	if (!ret && o->plan.machine->here)
		ret = err_set(err, EINVAL,
			      "ab boots two kernels, and the %s machine has the one that runs: "
			      "measure each with ptwalk run, and compare the runs",
			      o->plan.machine->name);
	if (!ret)
		plan_look_as_usual(&o->plan);
	return ret;
}

static void set_arms(const struct ab_options *o, struct arm *base, struct arm *new)
{
	*base = (struct arm){ .name = "base" };
	*new = (struct arm){ .name = "new" };
	if (!tree_given(&o->tree)) {
		base->spec = xstrdup(o->base);
		new->spec = xstrdup(o->new);
		return;
	}
	base->build = new->build = true;
	base->request = new->request = tree_request(&o->tree);
	if (o->patches.n) {
		base->request.rev = new->request.rev = o->rev;
		new->request.patches = o->patches;
	} else {
		base->request.rev = o->base ? o->base : "HEAD";
		new->request.rev = o->new;
	}
}

static void add_notes(struct strv *lines, const struct arm *s)
{
	const char *slash;

	if (s->label)
		strv_addf(lines, "%s: %s (%s)", s->name, s->label, s->spec);
	if (s->run.no_facts)
		strv_addf(lines, "%s: counts alone, no facts: %s", s->name,
			  s->run.why_no_facts.text);
	if (!s->run.reused)
		return;
	slash = strrchr(s->run.folder, '/');
	strv_addf(lines,
		  "The counts of %s are those of run %s: same image, module, plan and machine.",
		  s->name, slash ? slash + 1 : s->run.folder);
}

/* @more: what else is to be told; may be NULL. */
static int compare(const struct ab_options *o, const struct arm *base, const struct arm *new,
		   const struct strv *more)
{
	const struct records runs[] = { base->run.records, new->run.records };
	struct compare_notes notes;
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_(changed_code_release) struct changed_code code;

	changed_code_find(base, new, &code);
	for (size_t i = 0; more && i < more->n; i++)
		strv_add(&lines, more->v[i]);
	if (!base->side) {
		add_notes(&lines, base);
		add_notes(&lines, new);
	}
	notes = (struct compare_notes){
		.lines = &lines,
		.functions = code.unknown ? NULL : &code.functions,
		.functions_unknown = code.unknown,
	};
	return verdict_print("ab", &o->verdict, runs, ARRAY_SIZE(runs), &notes);
}

/* What is missing, or cannot be judged, no boot more would settle. */
static int look(void *arg, const struct arm *arms, double alpha, struct look *look, struct err *err)
{
	const struct ab_options *ab = arg;
	const struct looks_rule rule = { .width = ab->plan.width };
	struct compare_options o = ab->verdict.compare;
	struct compare c;
	int ret;

	o.alpha = alpha;
	ret = compare_build(&arms[0].run.records, &arms[1].run.records, &o, &c, err);
	if (ret)
		return ret;
	look->series = c.nr_judged;
	snprintf(look->settled, sizeof(look->settled), "settled");
	for (size_t i = 0; i < c.nr_rows; i++) {
		const struct compare_row *row = compare_judged(&c, i);

		look->open += row->judged &&
			      !looks_settled(row->judgement.verdict, &row->judgement.change, &rule);
	}
	compare_release(&c);
	return 0;
}

/* Noisy figures of differing environments are refused before they cost a boot. */
static int comparable(void *arg, struct arm *arms, struct err *err)
{
	struct ab_options *o = arg;
	const struct kernel *base = &arms[0].prepared.kernel, *new = &arms[1].prepared.kernel;
	_cleanup_free_ char *differing = configs_told(base->config_sha256, new->config_sha256);
	const bool same = environment_same("kernel compiler", base->compiler, new->compiler);

	if (o->plan.machine->exact || o->verdict.force ||
	    (same && !strcmp(base->config_sha256, new->config_sha256)))
		return 0;
	o->refused = true;
	if (!same)
		return err_set(err, EXDEV,
			       "kernel compiler differs: %s against %s; times of differing "
			       "environments are not comparable (--force compares all the same)",
			       base->compiler, new->compiler);
	return err_set(err, EXDEV,
		       "kernel config differs: %s; times of differing environments are not "
		       "comparable (--force compares all the same)",
		       differing ? differing : "in which options is not known");
}

/* Figures that are of no kernel stay out of the store. */
static void keep(void *arg, struct arm *arm, struct progress *progress)
{
	const struct ab_options *o = arg;

	if (!o->plan.method_evidence)
		runs_keep("ab", &(struct runs_places){ .results = o->results }, &arm->run.records,
			  progress);
}

/* Returns its status; where there is no short way -1, and why in @notes. */
static int short_way(const struct ab_options *o, const struct measurement *m, struct arm *arms,
		     struct strv *notes)
{
	_cleanup_(ab_short_release) struct ab_short s;
	double started = host_seconds(), measured;
	struct err err = { 0 };
	int status;

	if (ab_short(&s, m, o->default_ops, arms, &err))
		return present_failure("ab", arms_kept(arms, 2), &err);
	if (s.reason) {
		strv_addf(notes, "The long way: %s.", s.reason);
		if (!o->quiet)
			fprintf(stderr, "%s\n", notes->v[0]);
		return -1;
	}
	measured = host_seconds();
	status = compare(o, &arms[0], &arms[1], &s.notes);
	if (!o->quiet)
		ab_short_times(&s, &arms[0], host_seconds() - measured, host_seconds() - started);
	return status;
}

static int long_way(const struct ab_options *o, const struct measurement *m, struct arm *arms,
		    const struct strv *notes)
{
	double started = host_seconds(), measured;
	struct err err = { 0 };
	int status;

	if (measure(m, arms, 2, &err)) {
		status = present_failure("ab", arms_kept(arms, 2), &err);
		return o->refused ? STATUS_NOT_COMPARABLE : status;
	}
	measured = host_seconds();
	status = compare(o, &arms[0], &arms[1], notes);
	if (!o->quiet)
		ab_long_times(&arms[0], &arms[1], host_seconds() - measured,
			      host_seconds() - started);
	return status;
}

static void release_arms(struct arm *arms)
{
	arm_release(&arms[0]);
	arm_release(&arms[1]);
}

static int ab(struct ab_options *o, const char *command)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = o->results,
		.command = command,
		.reuse = !o->fresh,
		.quiet = o->quiet,
		.in_turn = !o->plan.machine->exact,
		.prepared = comparable,
		.look = look,
		.whole = keep,
		.arg = o,
	};
	_cleanup_(strv_release) struct strv notes = { 0 };
	struct arm arms[2];
	int status = -1;

	set_arms(o, &arms[0], &arms[1]);
	if (tree_given(&o->tree) && !o->long_way)
		status = short_way(o, &m, arms, &notes);
	if (status < 0) {
		release_arms(arms);
		set_arms(o, &arms[0], &arms[1]);
		status = long_way(o, &m, arms, &notes);
	}
	release_arms(arms);
	return status;
}

/* What is edited: the patches, or the tree's mm/. */
static int watch(struct ab_options *o, const char *command, struct err *err)
{
	_cleanup_(watch_release) struct watch w = WATCH_NONE;
	int ret = o->patches.n ? watch_files(&w, &o->patches, err)
			       : watch_folder(&w, o->tree.tree, "mm", err);

	while (!ret) {
		ab(o, command);
		if (!o->quiet && !interrupt_pending())
			fprintf(stderr, "waiting for %s to be saved; Ctrl-C ends\n",
				o->patches.n ? o->patches.v[0] : "a file of mm/");
		ret = watch_wait(&w, err);
	}
	return ret;
}

static int run(int argc, char **argv)
{
	struct ab_options o = { .results = place_runs() };
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (command_parse(&command_ab, argc, argv, &o))
		status = STATUS_ERROR;
	else if (check(&o, &err) || measure_possible(&o.plan, &err))
		status = command_fail("ab", &err);
	else if (o.watch)
		status = watch(&o, command, &err) ? command_fail("ab", &err) : STATUS_CLEAN;
	else
		status = ab(&o, command);
	plan_release(&o.plan);
	tree_release(&o.tree);
	strv_release(&o.patches);
	free(o.results);
	free(command);
	return status;
}

const struct command command_ab = {
	.name = "ab",
	.summary = "compare two kernels, built from a tree if need be",
	.doc = "Build two kernels if need be, measure both, compare.\vWith --tree alone: the files as "
	       "they are against HEAD. Exit status: 0 no series is worse, 1 one is, 3 one is missing, "
	       "4 the environments differ, 5 a run does not repeat, 2 any other error.",
	.examples = "  ptwalk ab                              # in a kernel tree: what is edited\n"
		    "  ptwalk ab --tree ~/linux --base v6.17 --new v6.18\n"
		    "  ptwalk ab --base debian:6.1 --new debian:6.12 --format lkml\n",
	.options = options,
	.run = run,
};
