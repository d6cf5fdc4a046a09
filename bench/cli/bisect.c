// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/cli/bisect.h"
#include "bench/cli/command.h"
#include "bench/cli/runs.h"
#include "bench/record/series_index.h"
#include "bench/report/checks.h"
#include "kernels/git.h"

struct search {
	const struct bisect_options *o;
	const char *command;
	struct bisect bisect;
	struct point good; /* what the others are judged against */
	struct threshold threshold;
};

static void set_commit_arm(const struct search *d, const char *commit, struct arm *arm)
{
	*arm = (struct arm){ .name = commit, .build = true };
	arm->request = tree_request(&d->o->tree);
	arm->request.rev = commit;
}

static char *figure_of(const struct point *point)
{
	return isinf(point->cost) ? xstrdup("wrong")
				  : xasprintf("%.2f a page", point->cost / point->pages);
}

/* One line of the log on stdout: "bad      97.28 a page  0123456789ab mm: subject". */
static void tell(const struct search *d, const char *verdict, const char *commit,
		 const struct point *point, const struct err *why)
{
	_cleanup_free_ char *text = bisect_describe(&d->bisect, commit);
	_cleanup_free_ char *figure = why ? xstrdup("-") : figure_of(point);

	printf("%-8s %16s  %s\n", verdict, figure, text);
	if (why)
		printf("%-8s %16s  %s\n", "", "", why->text);
	fflush(stdout);
}

static enum point_fate measure_commit(const struct search *d, const char *commit,
				      struct point *point, struct err *err)
{
	_cleanup_(arm_release) struct arm arm = { 0 };

	set_commit_arm(d, commit, &arm);
	return point_measure(d->o, d->command, &arm, point, err);
}

/* The ends must be what they are said to be: else the search would end anywhere. */
static int measure_ends(struct search *d, struct err *err)
{
	struct point bad = { 0 };

	if (measure_commit(d, d->bisect.good.v[0], &d->good, err) != POINT_KNOWN) {
		err_prefix(err, "the good commit %.12s", d->bisect.good.v[0]);
		return -EINVAL;
	}
	tell(d, "good", d->bisect.good.v[0], &d->good, NULL);
	if (measure_commit(d, d->bisect.bad, &bad, err) != POINT_KNOWN) {
		err_prefix(err, "the bad commit %.12s", d->bisect.bad);
		return -EINVAL;
	}
	d->threshold = d->o->threshold;
	if (!d->o->threshold_given)
		d->threshold = threshold_half(d->good.cost / d->good.pages, bad.cost / bad.pages);
	if (!threshold_worse(&d->threshold, d->good.cost, bad.cost, bad.pages))
		return err_set(err, EINVAL,
			       "%s is not worse in %s than in %s: %.4f a page against %.4f",
			       d->o->name, d->o->bad, d->o->good, bad.cost / bad.pages,
			       d->good.cost / d->good.pages);
	tell(d, "bad", d->bisect.bad, &bad, NULL);
	return 0;
}

static int try_commit(struct search *d, const char *commit, struct err *err)
{
	struct point point = { 0 };

	switch (measure_commit(d, commit, &point, err)) {
	case POINT_STOP:
		return -ECANCELED;
	case POINT_UNKNOWN:
		tell(d, "skipped", commit, &point, err);
		bisect_skip(&d->bisect, commit);
		return 0;
	case POINT_KNOWN:
		break;
	}
	if (threshold_worse(&d->threshold, d->good.cost, point.cost, point.pages)) {
		tell(d, "bad", commit, &point, NULL);
		bisect_is_bad(&d->bisect, commit);
	} else {
		tell(d, "good", commit, &point, NULL);
		bisect_is_good(&d->bisect, commit);
	}
	return 0;
}

/* @step: (out) the last one, to be released on success. */
static int find(struct search *d, struct bisect_step *step, struct err *err)
{
	for (;;) {
		int ret = bisect_next(&d->bisect, step, err);

		if (ret || step->state != BISECT_TRY)
			return ret;
		printf("%zu commits may be the first bad one\n", step->left);
		fflush(stdout);
		ret = try_commit(d, step->commit, err);
		bisect_step_release(step);
		if (ret)
			return ret;
	}
}

static void print_code(const struct arm *parent, const struct arm *bad)
{
	_cleanup_(changed_code_release) struct changed_code code;
	_cleanup_free_ char *list = NULL;

	changed_code_find(parent, bad, &code);
	list = strv_join(&code.functions, ", ");
	if (code.unknown)
		printf("Whose code changed is not known: %s\n", code.unknown);
	else
		printf("Code differs in %s\n", *list ? list : "no function");
}

/* Both were measured on the way, as a rule: what is there is taken. */
static int print_difference(const struct search *d, const char *parent, struct err *err)
{
	_cleanup_(arm_release) struct arm base = { 0 };
	_cleanup_(arm_release) struct arm new = { 0 };
	struct point before = { 0 }, after = { 0 };

	set_commit_arm(d, parent, &base);
	set_commit_arm(d, d->bisect.bad, &new);
	if (point_measure(d->o, d->command, &base, &before, err) != POINT_KNOWN ||
	    point_measure(d->o, d->command, &new, &after, err) != POINT_KNOWN)
		return -ECANCELED;
	if (isinf(after.cost))
		printf("%s: %.2f a page before, wrong after\n", d->o->name,
		       before.cost / before.pages);
	else
		printf("%s: %.2f a page before, %.2f after: %+.6g a page, %+.0f a call\n",
		       d->o->name, before.cost / before.pages, after.cost / after.pages,
		       (after.cost - before.cost) / after.pages, after.cost - before.cost);
	print_code(&base, &new);
	return 0;
}

static int report_found(const struct search *d, struct err *err)
{
	_cleanup_free_ char *text = bisect_describe(&d->bisect, d->bisect.bad);
	_cleanup_free_ char *parent = bisect_parent(&d->bisect, d->bisect.bad, err);
	int ret = parent ? print_difference(d, parent, err) : -EINVAL;

	printf("The first bad commit is %s\n", text);
	return ret;
}

static void report_suspects(const struct search *d, const struct bisect_step *step)
{
	printf("The first bad commit is one of these; all but the last could not be measured:\n");
	for (size_t i = 0; i < step->suspects.n; i++) {
		_cleanup_free_ char *text = bisect_describe(&d->bisect, step->suspects.v[i]);

		printf("  %s\n", text);
	}
}

static int search(struct search *d, struct err *err)
{
	struct bisect_step step;
	int ret = measure_ends(d, err), status = STATUS_ERROR;

	if (!ret)
		ret = find(d, &step, err);
	if (ret)
		return command_fail("bisect", err);
	if (step.state == BISECT_AMBIGUOUS) {
		report_suspects(d, &step);
		status = STATUS_MISSING;
	} else if (report_found(d, err)) {
		command_fail("bisect", err);
	} else {
		status = STATUS_REGRESSION;
	}
	bisect_step_release(&step);
	return status;
}

int bisect_search(const struct bisect_options *o, const char *command)
{
	struct search d = { .o = o, .command = command };
	struct err err = { 0 };
	int status;

	if (bisect_begin(&d.bisect, o->tree.tree, o->good, o->bad, &err))
		status = command_fail("bisect", &err);
	else
		status = search(&d, &err);
	bisect_release(&d.bisect);
	return status;
}

/* Returns: 0, or -ENOENT where the run has no such series. */
static int point_of_run(const struct records *records, const char *series, struct point *point,
			struct err *err)
{
	_cleanup_(series_index_release) struct series_index index;
	struct series_range found;
	const char *wrong, *missing;

	series_index_init(&index, records);
	found = series_named(&index.series, series);
	wrong = series_wrong_named(&index, series);
	missing = series_missing_named(&index, series);
	/* Worse than any count. */
	if (wrong) {
		fprintf(stderr, "ptwalk bisect: %s is wrong: %s\n", series, wrong);
		*point = (struct point){ .cost = INFINITY, .pages = 1 };
		return 0;
	}
	if (found.n) {
		point->cost = series_value(&index, &found.v[0]->key);
		point->pages = series_pages(found.v[0]->series);
		return 0;
	}
	if (missing)
		return err_set(err, ENOENT, "%s is missing: %s", series, missing);
	return err_set(err, ENOENT, "run %s has no series %s", records->run.id, series);
}

static enum point_fate check_repeats(const struct records *records, struct err *err)
{
	struct repeat repeat;
	bool differs;

	repeat_check(records, &repeat);
	differs = repeat.nr_differences;
	repeat_release(&repeat);
	if (!differs)
		return POINT_KNOWN;
	err_set(err, EBADE, "run %s does not repeat: nothing can be told from it", records->run.id);
	return POINT_STOP;
}

static void keep(void *arg, struct arm *arm, struct progress *progress)
{
	const struct bisect_options *o = arg;

	runs_keep("bisect", &(struct runs_places){ .results = o->results }, &arm->run.records,
		  progress);
}

enum point_fate point_measure(const struct bisect_options *o, const char *command, struct arm *arm,
			      struct point *point, struct err *err)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = o->results,
		.command = command,
		.reuse = true,
		.quiet = o->quiet,
		.whole = keep,
		.arg = (void *)o,
	};
	enum point_fate fate;
	int ret = measure(&m, arm, 1, err);

	if (ret)
		return arm_is_to_blame(arm, ret) ? POINT_UNKNOWN : POINT_STOP;
	fate = check_repeats(&arm->run.records, err);
	if (fate == POINT_KNOWN && point_of_run(&arm->run.records, o->name, point, err))
		fate = POINT_UNKNOWN;
	return fate;
}

static int stop(const struct err *err)
{
	command_fail("bisect", err);
	return BISECT_STOP;
}

/* The run must have been measured as this kernel will be; that its config differs is history. */
static int check_run(const struct bisect_options *o, const struct record_run *run, struct err *err)
{
	if (strcmp(run->machine, o->plan.machine->name) != 0)
		return err_set(err, EINVAL, "run %s is of machine %s, not %s", run->id,
			       run->machine, o->plan.machine->name);
	if (run->mitigations != o->plan.mitigations)
		return err_set(err, EINVAL, "run %s has mitigations %s: say --mitigations %s",
			       run->id, run->mitigations ? "on" : "off",
			       run->mitigations ? "on" : "off");
	return 0;
}

static int base_of_run(const struct bisect_options *o, struct point *base, struct err *err)
{
	const struct runs_places places = { .results = o->results };
	_cleanup_(records_release) struct records records = { 0 };
	int ret = runs_read(&places, o->base, &records, err);

	if (!ret)
		ret = check_run(o, &records.run, err);
	return ret ? ret : point_of_run(&records, o->name, base, err);
}

/* A number is instructions a page, anything else names a run. */
static int find_base(const struct bisect_options *o, struct point *base, struct err *err)
{
	char *end;
	double figure = strtod(o->base, &end);

	if (end == o->base || *end)
		return base_of_run(o, base, err);
	if (!isfinite(figure) || figure < 0)
		return err_set(err, EINVAL, "'%s' is no figure a page", o->base);
	*base = (struct point){ .cost = figure, .pages = 1 };
	return 0;
}

static void set_one_arm(const struct bisect_options *o, struct arm *arm)
{
	*arm = (struct arm){ .name = "this commit", .build = tree_given(&o->tree) };
	if (!arm->build) {
		arm->spec = xstrdup(o->plan.kernel);
		return;
	}
	arm->request = tree_request(&o->tree);
	arm->request.rev = o->rev;
}

static int judge(const struct bisect_options *o, const struct point *base,
		 const struct point *point)
{
	double cost = base->cost / base->pages * point->pages;
	bool bad = threshold_worse(&o->threshold, cost, point->cost, point->pages);

	if (isinf(point->cost)) {
		printf("%s: wrong: bad\n", o->name);
		return true;
	}
	printf("%s: %.2f a page against %.2f: %+.6g a page, %+.0f a call: %s\n", o->name,
	       point->cost / point->pages, cost / point->pages, (point->cost - cost) / point->pages,
	       point->cost - cost, bad ? "bad" : "good");
	return bad;
}

int bisect_judge_one(const struct bisect_options *o, const char *command)
{
	struct point base = { 0 }, point = { 0 };
	enum point_fate fate;
	_cleanup_(arm_release) struct arm arm = { 0 };
	struct err err = { 0 };
	int status = BISECT_STOP;

	if (find_base(o, &base, &err))
		return stop(&err);
	set_one_arm(o, &arm);
	fate = point_measure(o, command, &arm, &point, &err);
	if (fate == POINT_KNOWN)
		status = judge(o, &base, &point);
	else
		stop(&err);
	if (fate == POINT_UNKNOWN)
		status = BISECT_SKIP;
	return status;
}
