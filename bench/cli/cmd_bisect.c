// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/cli/bisect.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"

static int set_threshold(void *options, const char *arg, struct err *err)
{
	struct bisect_options *o = options;

	o->threshold_given = true;
	return threshold_parse(arg, &o->threshold, err);
}

static const struct opt options[] = {
	{ "good", 0, "COMMIT", "Find the first bad commit after this one",
	  OPT_TEXT(struct bisect_options, good) },
	{ "bad", 0, "COMMIT", "... up to this one", OPT_TEXT(struct bisect_options, bad) },
	{ "series", 0, "NAME", "What is judged: hmm/devdax-pte/1G",
	  OPT_TEXT(struct bisect_options, series) },
	{ "base", 0, "RUN", "Without --good and --bad: what is good; a run, or a figure a page",
	  OPT_TEXT(struct bisect_options, base) },
	{ "rev", 0, "COMMIT",
	  "With --base: judge this commit of the tree (default: its files as they are)",
	  OPT_TEXT(struct bisect_options, rev) },
	{ "threshold", 't', "AMOUNT",
	  "Bad is what is worse by more: 0.5 (a page) or 2% (default: with --good and --bad half "
	  "their difference, else 0)",
	  OPT_CALL(set_threshold) },
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct bisect_options, results) },
	CLI_QUIET(struct bisect_options, quiet),
	OPT_HEADER("Which sources:"),
	OPT_PART(struct bisect_options, tree, tree_opts),
	OPT_HEADER("Of which kernel, and where:"),
	OPT_PART(struct bisect_options, plan, plan_machine_opts),
	OPT_PART(struct bisect_options, plan, jobs_opts),
	{ 0 },
};

static bool drives(const struct bisect_options *o)
{
	return o->good || o->bad;
}

static int check_way(const struct bisect_options *o, struct err *err)
{
	if (!o->series)
		return err_set(err, EINVAL, "which series? --series hmm/devdax-pte/1G");
	if (drives(o)) {
		if (!o->good || !o->bad)
			return err_set(err, EINVAL, "--good and --bad go together");
		if (o->base || o->rev)
			return err_set(err, EINVAL,
				       "--base and --rev judge one kernel, for `git bisect run`; "
				       "--good and --bad search");
		if (!o->tree.tree || o->plan.kernel)
			return err_set(err, EINVAL,
				       "whose commits? --tree FOLDER, with --good and --bad");
		return 0;
	}
	if (!o->base)
		return err_set(err, EINVAL,
			       "against what? --base RUN or a figure a page; or --good and --bad");
	if (!o->tree.tree == !o->plan.kernel || o->tree.source || (o->rev && !o->tree.tree))
		return err_set(err, EINVAL,
			       "which kernel? --tree FOLDER builds it, or --kernel KERNEL is one");
	return 0;
}

/* The one series that is meant, as the records will name it. */
static int resolve_series(struct bisect_options *o, struct err *err)
{
	struct selection *s = &o->plan.selection;
	int ret = selection_one(s, o->series, err);

	if (!ret)
		ret = plan_resolve(&o->plan, err);
	if (ret)
		return ret;
	if (selection_series(s) != 1)
		return err_set(err, EINVAL, "'%s' is more than one series", o->series);
	if (!o->plan.machine->exact)
		return err_set(err, EOPNOTSUPP,
			       "bisect judges exact counts, and machine %s has none",
			       o->plan.machine->name);
	o->name = variant_series_name(&s->variants.v[0], s->workloads[0]->name, s->sizes[0],
				      s->placements[0].name, s->walkers);
	return 0;
}

static int resolve(struct bisect_options *o, struct err *err)
{
	int ret = check_way(o, err);

	if (!ret)
		ret = tree_check(&o->tree, err);
	return ret ? ret : resolve_series(o, err);
}

/* Is there a word that begins so? The options are not read yet. */
static bool has_word(int argc, char **argv, const char *prefix)
{
	for (int i = 1; i < argc; i++)
		if (str_starts(argv[i], prefix))
			return true;
	return false;
}

static int run(int argc, char **argv)
{
	struct bisect_options o = { .results = place_runs() };
	/* What is no answer must not be taken for "bad": git stops at this one. */
	const int stop = has_word(argc, argv, "--good") || has_word(argc, argv, "--bad")
				 ? STATUS_ERROR
				 : BISECT_STOP;
	_cleanup_free_ char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status = stop;

	if (command_parse(&command_bisect, argc, argv, &o))
		status = stop;
	else if (resolve(&o, &err) || measure_possible(&o.plan, &err))
		command_fail("bisect", &err);
	else
		status = drives(&o) ? bisect_search(&o, command) : bisect_judge_one(&o, command);
	plan_release(&o.plan);
	tree_release(&o.tree);
	free(o.name);
	free(o.results);
	return status;
}

const struct command command_bisect = {
	.name = "bisect",
	.summary = "find the commit that made a series worse",
	.doc = "Find the commit that made a series worse.\vWith --good and --bad it asks git itself "
	       "which commits there are and touches nothing of the tree; exit status 1 is found, 3 is "
	       "one of several. Without them it judges one kernel, for `git bisect run`: 0 good, 1 "
	       "bad, 125 cannot be built or measured, 128 anything else.",
	.examples =
		"  ptwalk bisect --tree . --good v6.17 --bad v6.18 --series hmm/devdax-pte/1G\n",
	.options = options,
	.run = run,
};
