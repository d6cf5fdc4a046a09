// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cli/bisect.h"
#include "bench/cli/code.h"
#include "bench/cli/command.h"
#include "bench/cli/point.h"
#include "kernels/git.h"

struct drive {
	const struct bisect_options *o;
	const struct side_how *how;
	struct bisect bisect;
	struct point good; /* what the others are judged against */
	struct threshold threshold;
};

static void commit_side(const struct drive *d, const char *commit, struct side *side)
{
	*side = (struct side){ .name = commit, .build = true };
	side->request = tree_request(&d->o->tree);
	side->request.rev = commit;
}

/* One line of the log on stdout: "bad      97.28 a page  0123456789ab mm: subject". */
static void tell(const struct drive *d, const char *verdict, const char *commit,
		 const struct point *point, const struct err *why)
{
	char *text = bisect_describe(&d->bisect, commit);
	char *figure = point_text(point, why ? POINT_UNKNOWN : POINT_KNOWN);

	printf("%-8s %16s  %s\n", verdict, figure, text);
	if (why)
		printf("%-8s %16s  %s\n", "", "", why->text);
	fflush(stdout);
	free(figure);
	free(text);
}

static enum point_fate measure(const struct drive *d, const char *commit, struct point *point,
			       struct err *err)
{
	enum point_fate fate;
	struct side side;

	commit_side(d, commit, &side);
	fate = point_measure(&side, d->how, d->o->name, point, err);
	side_release(&side);
	return fate;
}

/* The ends must be what they are said to be: else the search would end anywhere. */
static int measure_ends(struct drive *d, struct err *err)
{
	struct point bad = { 0 };

	if (measure(d, d->bisect.good.v[0], &d->good, err) != POINT_KNOWN) {
		err_prefix(err, "the good commit %.12s", d->bisect.good.v[0]);
		return -EINVAL;
	}
	tell(d, "good", d->bisect.good.v[0], &d->good, NULL);
	if (measure(d, d->bisect.bad, &bad, err) != POINT_KNOWN) {
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

static int try_commit(struct drive *d, const char *commit, struct err *err)
{
	struct point point = { 0 };

	switch (measure(d, commit, &point, err)) {
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
static int search(struct drive *d, struct bisect_step *step, struct err *err)
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

static void print_code(const struct side *parent, const struct side *bad)
{
	struct code code;
	char *list;

	code_differences(parent, bad, &code);
	list = strv_join(&code.functions, ", ");
	if (code.unknown)
		printf("Whose code changed is not known: %s\n", code.unknown);
	else
		printf("Code differs in %s\n", *list ? list : "no function");
	free(list);
	code_release(&code);
}

/* Both were measured on the way, as a rule: what is there is taken. */
static int print_difference(const struct drive *d, const char *parent, struct err *err)
{
	struct point before = { 0 }, after = { 0 };
	struct side base, new;
	int ret = 0;

	commit_side(d, parent, &base);
	commit_side(d, d->bisect.bad, &new);
	if (point_measure(&base, d->how, d->o->name, &before, err) != POINT_KNOWN ||
	    point_measure(&new, d->how, d->o->name, &after, err) != POINT_KNOWN) {
		ret = -ECANCELED;
	} else {
		printf("%s: %.2f a page before, %.2f after: %+.6g a page, %+.0f a call\n",
		       d->o->name, before.cost / before.pages, after.cost / after.pages,
		       (after.cost - before.cost) / after.pages, after.cost - before.cost);
		print_code(&base, &new);
	}
	side_release(&new);
	side_release(&base);
	return ret;
}

static int report_found(const struct drive *d, struct err *err)
{
	char *text = bisect_describe(&d->bisect, d->bisect.bad);
	char *parent = bisect_parent(&d->bisect, d->bisect.bad, err);
	int ret = parent ? print_difference(d, parent, err) : -EINVAL;

	printf("The first bad commit is %s\n", text);
	free(parent);
	free(text);
	return ret;
}

static void report_suspects(const struct drive *d, const struct bisect_step *step)
{
	printf("The first bad commit is one of these; all but the last could not be measured:\n");
	for (size_t i = 0; i < step->suspects.n; i++) {
		char *text = bisect_describe(&d->bisect, step->suspects.v[i]);

		printf("  %s\n", text);
		free(text);
	}
}

static int drive(struct drive *d, struct err *err)
{
	struct bisect_step step;
	int ret = measure_ends(d, err), status = STATUS_ERROR;

	if (!ret)
		ret = search(d, &step, err);
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

int bisect_drive(const struct bisect_options *o, const struct side_how *how)
{
	struct drive d = { .o = o, .how = how };
	struct err err = { 0 };
	int status;

	if (bisect_begin(&d.bisect, o->tree.tree, o->good, o->bad, &err))
		status = command_fail("bisect", &err);
	else
		status = drive(&d, &err);
	bisect_release(&d.bisect);
	return status;
}
