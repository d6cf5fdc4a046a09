// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "bench/cli/code.h"
#include "bench/cli/command.h"
#include "bench/cli/events.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/present.h"
#include "bench/measure/sampling.h"
#include "bench/cli/side.h"
#include "bench/cli/tree.h"
#include "bench/cli/turns.h"
#include "bench/cli/verdict.h"
#include "bench/report/render.h"

enum key {
	KEY_BASE = 256,
	KEY_NEW,
	KEY_REV,
	KEY_PATCH,
	KEY_FRESH,
};

struct ab_options {
	struct tree_options tree;
	struct plan plan;
	struct verdict_options verdict;
	const char *base, *new, *rev;
	struct strv patches;
	char *results;
	bool fresh, quiet;
};

static const struct argp_option argp_options[] = {
	{ "base", KEY_BASE, "KERNEL", 0,
	  "The kernel to compare with; of a tree: a commit (default: HEAD)", 0 },
	{ "new", KEY_NEW, "KERNEL", 0,
	  "The other kernel; of a tree: a commit (default: its files as they are)", 0 },
	{ "patch", KEY_PATCH, "FILE", 0,
	  "Compare the sources with themselves and this patch; may be given again", 0 },
	{ "rev", KEY_REV, "COMMIT", 0,
	  "What --patch changes (default: the tree's files as they are)", 0 },
	{ "fresh", KEY_FRESH, NULL, 0, "Measure both, whatever runs there are", 5 },
	OPTION_RESULTS(5),
	{ "quiet", 'q', NULL, 0, "No progress, no times", 5 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct ab_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->tree;
		state->child_inputs[1] = &o->plan;
		state->child_inputs[2] = &o->plan;
		state->child_inputs[3] = &o->plan;
		state->child_inputs[4] = &o->verdict;
		return 0;
	case KEY_BASE:
		o->base = arg;
		return 0;
	case KEY_NEW:
		o->new = arg;
		return 0;
	case KEY_REV:
		o->rev = arg;
		return 0;
	case KEY_PATCH:
		strv_add(&o->patches, arg);
		return 0;
	case KEY_FRESH:
		o->fresh = true;
		return 0;
	case 'r':
		free(o->results);
		o->results = xstrdup(arg);
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
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
			       "which two kernels? --base and --new, or --tree FOLDER");
	return 0;
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
		ret = check_sources(o, err);
	if (!ret)
		ret = plan_resolve(&o->plan, err);
	o->verdict.compare.method_evidence = o->plan.method_evidence;
	if (!ret)
		ret = verdict_check(&o->verdict, err);
	if (!ret)
		ret = sampling_resolve(&o->plan, err);
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
	if (!ret && !o->plan.machine->exact && !o->plan.boots_text) {
		o->plan.looks = looks_usual;
		o->plan.boots = (unsigned int)looks_usual.units[looks_usual.n - 1];
	}
	return ret;
}

static void set_sides(const struct ab_options *o, struct side *base, struct side *new)
{
	*base = (struct side){ .name = "base" };
	*new = (struct side){ .name = "new" };
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

static void add_notes(struct strv *lines, const struct side *s)
{
	const char *slash;

	if (s->label)
		strv_addf(lines, "%s: %s (%s)", s->name, s->label, s->spec);
	if (!s->run.reused)
		return;
	slash = strrchr(s->run.folder, '/');
	strv_addf(lines,
		  "The counts of %s are those of run %s: same image, module, plan and machine.",
		  s->name, slash ? slash + 1 : s->run.folder);
}

static void add_time(struct sheet *table, const char *stage, double base, double new)
{
	sheet_words(table, "%s", stage);
	sheet_number(table, base, "%.1f", base);
	sheet_number(table, new, "%.1f", new);
}

static void print_times(const struct side *base, const struct side *new, double compare,
			double whole)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("seconds"),
		SHEET_FIGURE("base"),
		SHEET_FIGURE("new"),
	};
	struct sheet *table = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	const struct pen pen = pen_to(stderr, false);

	if (base->build)
		add_time(table, "build", base->build_seconds, new->build_seconds);
	add_time(table, "kernel, module", base->prepare_seconds, new->prepare_seconds);
	add_time(table, "boot, measure", base->measure_seconds, new->measure_seconds);
	fputc('\n', stderr);
	render_sheet(table, &pen);
	fprintf(stderr, "compare %.1f, in all %.1f\n", compare, whole);
	sheet_free(table);
}

static int compare(const struct ab_options *o, const struct side *base, const struct side *new)
{
	const struct records runs[] = { base->records, new->records };
	struct compare_notes notes;
	struct strv lines = { 0 };
	struct code code;
	int status;

	code_differences(base, new, &code);
	add_notes(&lines, base);
	add_notes(&lines, new);
	notes = (struct compare_notes){
		.lines = &lines,
		.functions = code.unknown ? NULL : &code.functions,
		.functions_unknown = code.unknown,
	};
	status = verdict_print("ab", &o->verdict, runs, ARRAY_SIZE(runs), &notes);
	code_release(&code);
	strv_release(&lines);
	return status;
}

static int measure_in_turn(struct side *const sides[2], const struct side_how *how,
			   const struct compare_options *o)
{
	struct err err = { 0 };

	if (!turns_measure(sides, how, o, &err))
		return STATUS_CLEAN;
	present_failure("ab", &sides[sides[1]->run.kept != NULL]->run, &err);
	return STATUS_ERROR;
}

/* Both are built before either is measured: what does not build costs no boot. */
static int measure_both(const struct side_how *how, const struct compare_options *o,
			struct side *base, struct side *new)
{
	struct side *const sides[] = { base, new };
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (side_build(sides[i], how, &err))
			return command_fail("ab", &err);
	if (!how->plan->machine->exact)
		return measure_in_turn(sides, how, o);
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (side_measure(sides[i], how, &err)) {
			present_failure("ab", &sides[i]->run, &err);
			return STATUS_ERROR;
		}
	return STATUS_CLEAN;
}

static int ab(const struct ab_options *o, const char *command)
{
	const struct side_how how = {
		.plan = &o->plan,
		.results = o->results,
		.command = command,
		.who = "ab",
		.reuse = !o->fresh,
		.quiet = o->quiet,
	};
	double started = host_seconds(), measured;
	struct side base, new;
	int status;

	set_sides(o, &base, &new);
	status = measure_both(&how, &o->verdict.compare, &base, &new);
	if (status == STATUS_CLEAN) {
		measured = host_seconds();
		status = compare(o, &base, &new);
		if (!o->quiet)
			print_times(&base, &new, host_seconds() - measured,
				    host_seconds() - started);
	}
	side_release(&new);
	side_release(&base);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ .argp = &tree_argp, .header = "Which sources:", .group = 0 },
		{ .argp = &plan_argp },
		{ .argp = &sampling_argp },
		{ .argp = &events_argp },
		{ .argp = &verdict_argp },
		{ 0 },
	};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.doc = "Build two kernels if need be, measure both, compare.\vWith --tree alone: the "
		       "files as they are against HEAD. Exit status: 0 no series is worse, 1 one is, "
		       "3 one is missing, 4 the environments differ, 5 a run does not repeat, 2 any "
		       "other error.",
	};
	struct ab_options o = { .results = folder_results() };
	char *command = command_line(argc, argv);
	struct err err = { 0 };
	int status, ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = check(&o, &err);
	if (!ret)
		ret = run_supported(&o.plan, &err);
	status = ret ? command_fail("ab", &err) : ab(&o, command);
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
	.run = run,
};
