/* SPDX-License-Identifier: GPL-2.0-only */
/* Middle and spread that a few wild values do not move. */
#ifndef PTWALK_STATS_MEDIAN_H
#define PTWALK_STATS_MEDIAN_H

#include <stddef.h>

#include "base/err.h"

/* 1 / the normal distribution's upper quartile: MAD times this estimates its sigma. */
#define MEDIAN_SIGMA 1.4826

struct spread {
	double median; /* the mean of the middle two where their number is even */
	double mad;    /* median of the distances from it, in the values' unit, unscaled */
};

/* Of ascending values; @n at least 1. */
double median_sorted(const double *sorted, size_t n);

/**
 * median_spread - median and median absolute deviation
 * @spread:	(out) on success only
 *
 * Returns: 0; -EINVAL: no values; -EDOM: one that is not finite; -ENOMEM.
 */
int median_spread(const double *values, size_t n, struct spread *spread, struct err *err);

#endif
