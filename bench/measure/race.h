/* SPDX-License-Identifier: GPL-2.0-only */
/* A race on one kernel: prepared, booted, and what it says of itself kept. */
#ifndef PTWALK_MEASURE_RACE_H
#define PTWALK_MEASURE_RACE_H

#include "base/progress.h"
#include "bench/measure/plan.h"
#include "bench/op/race.h"
#include "bench/record/race.h"

/* What is asked for. */
struct race_want {
	struct plan plan; /* its machine, guest and kernels; what is to be run is filled in */
	struct race_ask ask;
	const char *results; /* the folder of runs: races are in a folder "races" of it */
	const char *command; /* how it was asked for, for the record */
	bool quiet;	     /* no progress */
};

struct race_made {
	char *kernel; /* in a word or two */
	struct race_record *v;
	size_t n;
	char *folder; /* where they are kept */
	char *kept;   /* where it failed to end: what it said, or NULL */
};

/* Names to things, a plan for guests. 0, or -EINVAL and the like. */
int race_want_resolve(struct race_want *, struct err *err);
void race_want_release(struct race_want *);

/**
 * race_measure - race on one kernel of the plan
 * @made:	(out) to be ended with race_made_release(), whatever is returned
 *
 * Returns: 0, whatever was found; -EIO: the kernel misbehaved; or another negative errno.
 */
int race_measure(const struct race_want *, const char *kernel, struct race_made *made,
		 struct err *err);

/* The same of one that was kept: @race is its folder, or its name below @results. */
int race_read(const char *results, const char *race, struct race_made *made, struct err *err);
void race_made_release(struct race_made *);

#endif
