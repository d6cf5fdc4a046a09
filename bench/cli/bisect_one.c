// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cli/bisect.h"
#include "bench/cli/command.h"
#include "bench/cli/point.h"
#include "bench/cli/runs.h"

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
	struct records records;
	int ret = runs_read(&places, o->base, &records, err);

	if (ret)
		return ret;
	ret = check_run(o, &records.run, err);
	if (!ret)
		ret = point_of_run(&records, o->name, base, err);
	records_release(&records);
	return ret;
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

static void set_side(const struct bisect_options *o, struct side *side)
{
	*side = (struct side){ .name = "this commit", .build = tree_given(&o->tree) };
	if (!side->build) {
		side->spec = xstrdup(o->plan.kernel);
		return;
	}
	side->request = tree_request(&o->tree);
	side->request.rev = o->rev;
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

int bisect_judge_one(const struct bisect_options *o, const struct side_how *how)
{
	struct point base = { 0 }, point = { 0 };
	enum point_fate fate;
	struct side side;
	struct err err = { 0 };
	int status = BISECT_STOP;

	if (find_base(o, &base, &err))
		return stop(&err);
	set_side(o, &side);
	fate = point_measure(&side, how, o->name, &point, &err);
	if (fate == POINT_KNOWN)
		status = judge(o, &base, &point);
	else
		stop(&err);
	if (fate == POINT_UNKNOWN)
		status = BISECT_SKIP;
	side_release(&side);
	return status;
}
