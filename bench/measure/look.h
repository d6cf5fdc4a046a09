/* SPDX-License-Identifier: GPL-2.0-only */
/* Looks at noisy figures while they are made: are they known well enough to end? */
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

#endif
