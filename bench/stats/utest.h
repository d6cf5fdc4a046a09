/* SPDX-License-Identifier: GPL-2.0-only */
/* Are two arms alike? The Mann-Whitney U test, two-sided, exact with ties. */
#ifndef PTWALK_STATS_UTEST_H
#define PTWALK_STATS_UTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct utest {
	double u;      /* pairs in which y is above x; an equal pair counts a half */
	double effect; /* u / (m n), 0 to 1: the chance that a y is above an x */
	double p;      /* two-sided, never 0 */
	bool exact;    /* false: normal, with tie and continuity correction */
};

/**
 * utest - Mann-Whitney U (Mann and Whitney 1947)
 * @x:		the medians of the boots of one arm: repetitions inside a boot are
 *		not independent and have no place here
 * @y:		those of the other, in the same unit
 * @test:	(out) on success only
 *
 * p is the share of all splits of the m + n values whose rank sum is as far
 * from its mean as the one seen, or farther, ties as they are. Where the splits
 * are more than 64 bits hold (above 33 an arm), or the values more than
 * RANKSUM_EXACT_MAX, it is the normal approximation. Where all values are equal,
 * p is 1.
 *
 * Never for exact series: these are compared by exact.h.
 *
 * Returns: 0; -EINVAL: an empty arm; -EDOM: a value that is not finite; -E2BIG;
 * -ENOMEM.
 */
int utest(const double *x, size_t m, const double *y, size_t n, struct utest *test,
	  struct err *err);

#endif
