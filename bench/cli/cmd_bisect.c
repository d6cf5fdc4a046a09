// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/cli/bisect_judge.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/plan_options.h"

enum key {
	KEY_SERIES = 256,
	KEY_BASE,
	KEY_REV,
	KEY_GOOD,
	KEY_BAD,
};

/* As given. */
struct arguments {
	struct bisect_options o;
	const char *threshold_text;
};

static const struct argp_option argp_options[] = {
	{ "good", KEY_GOOD, "COMMIT", 0, "Find the first bad commit after this one", 0 },
	{ "bad", KEY_BAD, "COMMIT", 0, "... up to this one", 0 },
	{ "series", KEY_SERIES, "NAME", 0, "What is judged: hmm/devdax-pte/1G", 0 },
	{ "base", KEY_BASE, "RUN", 0,
	  "Without --good and --bad: what is good; a run, or a figure a page", 0 },
	{ "rev", KEY_REV, "COMMIT", 0,
	  "With --base: judge this commit of the tree (default: its files as they are)", 0 },
	{ "threshold", 't', "AMOUNT", 0,
	  "Bad is what is worse by more: 0.5 (a page) or 2% (default: with --good and --bad half "
	  "their difference, else 0)",
	  0 },
	OPTION_RESULTS(5),
	OPTION_QUIET(5),
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->o.tree;
		state->child_inputs[1] = &a->o.plan;
		return 0;
	case KEY_SERIES:
		a->o.series = arg;
		return 0;
	case KEY_BASE:
		a->o.base = arg;
		return 0;
	case KEY_REV:
		a->o.rev = arg;
		return 0;
	case KEY_GOOD:
		a->o.good = arg;
		return 0;
	case KEY_BAD:
		a->o.bad = arg;
		return 0;
	case 't':
		a->threshold_text = arg;
		return 0;
	case 'r':
		free(a->o.results);
		a->o.results = xstrdup(arg);
		return 0;
	case 'q':
		a->o.quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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

static int resolve(struct arguments *a, struct err *err)
{
	int ret = check_way(&a->o, err);

	if (!ret)
		ret = tree_check(&a->o.tree, err);
	if (!ret && a->threshold_text) {
		ret = threshold_parse(a->threshold_text, &a->o.threshold, err);
		a->o.threshold_given = true;
	}
	return ret ? ret : resolve_series(&a->o, err);
}

/* Is there a word that begins so? argp has not looked yet. */
static bool has_word(int argc, char **argv, const char *prefix)
{
	for (int i = 1; i < argc; i++)
		if (str_starts(argv[i], prefix))
			return true;
	return false;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ .argp = &tree_argp, .header = "Which sources:", .group = 0 },
		{ .argp = &plan_machine_argp },
		{ 0 },
	};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.doc = "Find the commit that made a series worse.\vWith --good and --bad it asks git "
		       "itself which commits there are and touches nothing of the tree; exit status "
		       "1 is found, 3 is one of several. Without them it judges one kernel, for "
		       "`git bisect run`: 0 good, 1 bad, 125 cannot be built or measured, 128 "
		       "anything else.",
	};
	struct arguments a = { .o.results = folder_results() };
	bool asked = !has_word(argc, argv, "--good") && !has_word(argc, argv, "--bad");
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status, ret;

	/* What is no answer must not be taken for "bad": git stops at this one. */
	if (asked)
		argp_err_exit_status = BISECT_STOP;
	ret = argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (!ret)
		ret = resolve(&a, &err);
	if (!ret)
		ret = measure_possible(&a.o.plan, &err);
	if (ret) {
		status = command_fail("bisect", &err);
		status = asked ? BISECT_STOP : status;
	} else {
		status = asked ? bisect_judge_one(&a.o, command) : bisect_search(&a.o, command);
	}
	plan_release(&a.o.plan);
	tree_release(&a.o.tree);
	free(a.o.name);
	free(a.o.results);
	free(command);
	return status;
}

const struct command command_bisect = {
	.name = "bisect",
	.summary = "find the commit that made a series worse",
	.run = run,
};
