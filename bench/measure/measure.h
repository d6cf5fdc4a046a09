/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine: measure these arms, in this order, until told. It gives their records in memory,
 * and where each run is kept.
 */
#ifndef PTWALK_MEASURE_MEASURE_H
#define PTWALK_MEASURE_MEASURE_H

#include "bench/measure/arm.h"
#include "bench/measure/look.h"
#include "bench/measure/plan.h"

struct measurement {
	const struct plan *plan; /* whose kernel does not count: each arm has its own */
	const char *results;	 /* the folder of runs */
	const char *command;	 /* how it was asked for, for the record */
	bool reuse;		 /* an exact run of the same key in @results stands for a new one */
	bool quiet;		 /* no progress */
	bool in_turn;		 /* boots of all arms in randomised blocks; else arm by arm */
	const char *last_stage;	 /* of the progress: what @whole does last; NULL: nothing long */
	/* Asked once all arms are prepared, before any is booted: is it to be? NULL: it is. */
	int (*prepared)(void *arg, struct arm *arms, struct err *err);
	/*
	 * Asked at each look of the plan: are the figures settled? NULL: they are where the
	 * median of every series is known closely enough (look.h). @alpha: what this look may
	 * spend.
	 */
	int (*look)(void *arg, const struct arm *arms, double alpha, struct look *look,
		    struct err *err);
	/* Told of each run that was made, once all are, or one has failed: keep it, draw it. */
	void (*whole)(void *arg, struct arm *, struct progress *);
	void *arg;
};

/**
 * measure - build what has to be built, prepare all kernels, boot them, keep their runs
 * @arms:	each to be ended with arm_release(), whatever is returned
 *
 * What does not build, or cannot be prepared, costs no boot. Arm by arm, a run is whole and in
 * its place before the next kernel is booted; in turn, all are whole or none. Each run's record
 * has the order of all boots, the seed, the looks and why it ended, where there were any.
 *
 * Returns: 0, or a negative errno; nothing half-written is left then, and arms_kept() tells
 * where the last words are.
 */
int measure(const struct measurement *, struct arm *arms, size_t n, struct err *err);

/* What every kernel would lack, asked before the first one is built. 0, or why not. */
int measure_possible(const struct plan *, struct err *err);

#endif
