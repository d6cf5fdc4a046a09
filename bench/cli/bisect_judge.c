// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/cli/bisect_judge.h"
#include "bench/cli/command.h"
#include "bench/cli/runs.h"
#include "bench/record/series.h"
#include "bench/report/repeat.h"

static int no_series(const struct records *records, const char *series, struct err *err)
{
	for (size_t i = 0; i < records->nr_missing; i++)
		if (!strcmp(records->missing[i].name, series))
			return err_set(err, ENOENT, "%s is missing: %s", series,
				       records->missing[i].reason);
	return err_set(err, ENOENT, "run %s has no series %s", records->run.id, series);
}

/* Returns: 0, or -ENOENT where the run has no such series. */
static int point_of_run(const struct records *records, const char *series, struct point *point,
			struct err *err)
{
	struct series_key key;

	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];

		if (strcmp(s->name, series) != 0)
			continue;
		key = series_key_of(s);
		point->cost = series_value(records, &key);
		point->pages = (double)s->size / PAGE;
		return 0;
	}
	return no_series(records, series, err);
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
	(void)arg;
	runs_keep("bisect", NULL, &arm->run.records, progress);
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

static void set_arm(const struct bisect_options *o, struct arm *arm)
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
	set_arm(o, &arm);
	fate = point_measure(o, command, &arm, &point, &err);
	if (fate == POINT_KNOWN)
		status = judge(o, &base, &point);
	else
		stop(&err);
	if (fate == POINT_UNKNOWN)
		status = BISECT_SKIP;
	return status;
}
