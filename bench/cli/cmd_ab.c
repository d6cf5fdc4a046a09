// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/place.h"
#include "bench/cli/ab.h"
#include "bench/cli/command.h"
#include "bench/cli/present.h"

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
	{ "mbox", 0, "FILE", "As --patch, each patch of these mails: a row a patch",
	  OPT_TEXT(struct ab_options, mbox) },
	{ "series", 0, "A..B", "These commits of a tree, one after another: a row a patch",
	  OPT_TEXT(struct ab_options, series) },
	OPT_HEADER("Which sources:"),
	OPT_PART(struct ab_options, tree, tree_opts),
	OPT_PART(struct ab_options, plan, plan_opts),
	OPT_PART(struct ab_options, plan, sampling_opts),
	OPT_PART(struct ab_options, plan, events_opts),
	OPT_PART(struct ab_options, plan, jobs_opts),
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
	const bool patched = o->patches.n || o->mbox || o->series;

	if (!tree_given(&o->tree) && !o->base && !o->new &&tree_is_here())
		o->tree.tree = ".";
	if (!o->tree.tree || o->base || o->new || patched || o->watch || !tree_is_clean(&o->tree))
		return;
	o->base = "HEAD~1";
	o->new = "HEAD";
}

/* Of a series, or patches that are mails. */
static int check_states(const struct ab_options *o, struct err *err)
{
	if (o->mbox && o->series)
		return err_set(err, EINVAL, "either --mbox or --series, not both");
	if (o->patches.n || o->base || o->new || (o->series && o->rev))
		return err_set(err, EINVAL, "--%s says both sides: no --patch, --base or --new%s",
			       o->mbox ? "mbox" : "series", o->mbox ? "" : ", and no --rev");
	if (o->series && !o->tree.tree)
		return err_set(err, EINVAL,
			       "whose commits? --tree FOLDER; or be in a tree of kernel sources");
	if (o->mbox && !tree_given(&o->tree))
		return err_set(err, EINVAL,
			       "what does --mbox change? --tree FOLDER or --source debian:6.1");
	if (o->watch)
		return err_set(err, EINVAL,
			       "--watch waits for what is edited, which a series is not");
	return 0;
}

static int check_sources(const struct ab_options *o, struct err *err)
{
	if (o->rev && (!o->tree.tree || (!o->patches.n && !o->mbox)))
		return err_set(err, EINVAL, "--rev is the commit of --tree that --patch changes");
	if (o->mbox || o->series)
		return check_states(o, err);
	if (o->patches.n && (o->base || o->new))
		return err_set(err, EINVAL,
			       "either --patch, or --base and --new; --rev names the commit that "
			       "--patch changes");
	if (o->patches.n && !tree_given(&o->tree))
		return err_set(err, EINVAL,
			       "what does --patch change? --tree FOLDER or --source debian:6.1");
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
	static const char *const of_series[] = { "hmm", "bare", "gup_fast", "pin_fast" };
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
	/* Every row is to have what one of the patches may change. */
	for (size_t i = 0; o->default_ops && (o->mbox || o->series) && i < ARRAY_SIZE(of_series);
	     i++)
		strv_add(&o->plan.selection.op_names, of_series[i]);
	selection_built_in(&o->plan.selection);
	if (!ret)
		ret = plan_resolve(&o->plan, err);
	o->verdict.compare.method_evidence = o->plan.method_evidence;
	verdict_settle(&o->verdict);
	if (!ret && o->verdict.compare.by)
		ret = check_event(o, err);
	if (!ret && (o->mbox || o->series) && !o->plan.machine->exact)
		ret = err_set(err, EINVAL,
			      "a row a patch is of exact counts; of the %s machine compare two "
			      "states: --base and --new",
			      o->plan.machine->name);
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

static int states(struct ab_options *o, const char *command, struct err *err)
{
	_cleanup_(ab_states_release) struct ab_states states;
	int ret = ab_states_find(o, &states, err);

	if (!ret)
		ret = patches_check(&states.files, err);
	return ret ? command_fail("ab", err) : ab_series(o, &states, command);
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
	else if (o.mbox || o.series)
		status = states(&o, command, &err);
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
		    "  ptwalk ab --series v6.17..HEAD --tree ~/linux\n"
		    "  ptwalk ab --mbox v2_walk.mbx --source debian:6.1   # of `b4 am`\n"
		    "  ptwalk ab --base debian:6.1 --new debian:6.12 --format lkml\n",
	.options = options,
	.run = run,
};
