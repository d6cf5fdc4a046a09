/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers: what every function here asks of an array of them, their middle and spread, and the
 * normal and Student's distribution.
 */
#ifndef PTWALK_STATS_SAMPLE_H
#define PTWALK_STATS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* What every function here asks of an array of numbers, and how it sorts one. */

/**
 * sample_check - are these numbers?
 * @least:	the fewest there may be
 *
 * Returns: 0; -EINVAL: fewer than @least; -EDOM: one that is not finite.
 */
int sample_check(const double *values, size_t n, size_t least, struct err *err);

/* The same, and each must be above 0: what has a logarithm. */
int sample_check_positive(const double *values, size_t n, size_t least, struct err *err);

/* Ascending, in place. */
void sample_sort(double *values, size_t n);

/* A sorted copy, to be freed; NULL: no memory. */
double *sample_sorted(const double *values, size_t n);

/* Middle and spread that a few wild values do not move. */

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

/* The normal and Student's distribution. Arguments outside their range give NAN. */

/* P(Z >= z). */
double normal_upper(double z);

/* z with P(Z >= z) = p, 0 < p < 1. */
double normal_upper_quantile(double p);

/**
 * student_upper - P(T >= t)
 * @df:	degrees of freedom, above 0, need not be whole
 *
 * By the continued fraction of the incomplete beta function (Abramowitz and
 * Stegun 26.5.8, 26.7.1).
 */
double student_upper(double t, double df);

/* t with P(T >= t) = p, 0 < p < 1. */
double student_upper_quantile(double p, double df);

#endif
