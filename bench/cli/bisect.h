/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk bisect`, its two ways: asked by `git bisect run`, or asking git itself. */
#ifndef PTWALK_CLI_BISECT_H
#define PTWALK_CLI_BISECT_H

#include "bench/cli/side.h"
#include "bench/cli/tree.h"
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

/* Judge one kernel against a figure or a run. Returns a status for `git bisect run`. */
int bisect_judge_one(const struct bisect_options *, const struct side_how *);

/* Find the first bad commit. Returns an exit status (enum status). */
int bisect_drive(const struct bisect_options *, const struct side_how *);

#endif
