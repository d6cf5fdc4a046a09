/* SPDX-License-Identifier: GPL-2.0-only */
/* Looks at noisy figures while they are made: are they known well enough to end, and from where on? */
#ifndef PTWALK_MEASURE_LOOK_H
#define PTWALK_MEASURE_LOOK_H

#include "bench/measure/plan.h"
#include "bench/record/record.h"

/* What all looks together may spend. */
#define LOOK_ALPHA 0.05

struct look {
	size_t series, open; /* judged, and of these not settled */
	char settled[32];    /* what the others are: "settled", "known to +-1 %" */
};

/**
 * look_closely - do the boots of a run tell each of its series to within the plan's width?
 * @alpha:	of the interval of each median
 */
int look_closely(const struct records *, const struct plan *, double alpha, struct look *look,
		 struct err *err);

/* "8,16,32". Owned by the caller. */
char *look_units(const struct looks *);

/* The warm-up of a series of a noisy machine. */

/**
 * warm_up_find - how many of its first samples are not like the others?
 *
 * Asks warmup_find() of the samples that were not disturbed, sets series->warm_up,
 * and adds a note where they never settle.
 */
int warm_up_find(struct record_series *series, struct err *err);

#endif
