/* SPDX-License-Identifier: GPL-2.0-only */
/* How noisy figures are sampled: options that `run` and `ab` share. */
#ifndef PTWALK_MEASURE_SAMPLING_H
#define PTWALK_MEASURE_SAMPLING_H

#include "bench/measure/plan.h"
#include "bench/record/record.h"

/* To be a child of a command's argp; its input is a struct plan. */
extern const struct argp sampling_argp;

/**
 * sampling_resolve - check them against the machine; after plan_resolve()
 *
 * Draws a seed where none was given. Returns: 0, or -EINVAL and the like with @err.
 */
int sampling_resolve(struct plan *, struct err *err);

/* "8,16,32". Owned by the caller. */
char *sampling_looks(const struct looks *);

/**
 * sampling_narrow - do the boots of a run tell each of its series to within @width?
 * @alpha:	of the interval of each median
 * @wide:	(out) series that they do not tell so closely
 */
int sampling_narrow(const struct records *, double width, double alpha, size_t *wide,
		    struct err *err);

#endif
