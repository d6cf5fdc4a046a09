/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk bisect`, its two ways: asked by `git bisect run`, or asking git itself. */
#ifndef PTWALK_CLI_BISECT_H
#define PTWALK_CLI_BISECT_H

#include "bench/cli/options.h"
#include "bench/measure/measure.h"
#include "bench/stats/cost.h"

/* What `git bisect run` takes: these, and 0 for good and 1 for bad. */
#define BISECT_SKIP 125 /* neither can be said */
#define BISECT_STOP 128

struct bisect_options {
	struct tree_options tree;
	struct plan plan;
	const char *series, *base, *rev, *good, *bad;
	struct threshold threshold;
	bool threshold_given;
	char *name; /* of the series, as the records have it */
	char *results;
	bool quiet;
};

/* One series of one kernel: what a commit is judged by. */
struct point {
	double cost;  /* a call, in ticks */
	double pages; /* that it walks */
};

enum point_fate {
	POINT_KNOWN,
	POINT_UNKNOWN, /* this kernel cannot be built or measured: nothing is said about it */
	POINT_STOP,    /* the fault is not the kernel's: no other would fare better */
};

/**
 * point_measure - build a kernel if need be, and measure the series
 * @arm:	to be ended with arm_release(), whatever is returned
 * @point:	(out) where it is known; else @err says why not
 */
enum point_fate point_measure(const struct bisect_options *, const char *command, struct arm *arm,
			      struct point *point, struct err *err);

/* Judge one kernel against a figure or a run. Returns a status for `git bisect run`. */
int bisect_judge_one(const struct bisect_options *, const char *command);

/* Find the first bad commit. Returns an exit status (enum status). */
int bisect_search(const struct bisect_options *, const char *command);

#endif
