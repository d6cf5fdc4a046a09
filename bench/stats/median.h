/* SPDX-License-Identifier: GPL-2.0-only */
/* Middle and spread that a few wild values do not move. */
#ifndef PTWALK_STATS_MEDIAN_H
#define PTWALK_STATS_MEDIAN_H

#include <stdbool.h>
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

struct median_interval {
	double median, low, high;
	bool bounded; /* false: too few values for alpha; low and high are the outermost ones */
};

/**
 * median_interval - where the median of what the values were drawn from lies
 * @alpha:	two-sided: 0.05 asks for a 95 % interval
 * @interval:	(out) on success only
 *
 * From the k-th to the (n + 1 - k)-th value, k being the largest with P(B <= k - 1)
 * <= alpha / 2, B the number of heads of n coins: whatever the distribution is.
 *
 * Returns: 0; -EINVAL: no values; -EDOM: one that is not finite, or alpha out of
 * range; -ENOMEM.
 */
int median_interval(const double *values, size_t n, double alpha, struct median_interval *interval,
		    struct err *err);

#endif
