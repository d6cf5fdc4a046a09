/* SPDX-License-Identifier: GPL-2.0-only */
/* What every function here asks of an array of numbers, and how it sorts one. */
#ifndef PTWALK_STATS_SAMPLE_H
#define PTWALK_STATS_SAMPLE_H

#include <stddef.h>

#include "base/err.h"

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

#endif
