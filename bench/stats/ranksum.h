/* SPDX-License-Identifier: GPL-2.0-only */
/* How the sum of the ranks of one arm is distributed where both arms are alike. */
#ifndef PTWALK_STATS_RANKSUM_H
#define PTWALK_STATS_RANKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Above so many values the normal approximation is taken whatever the arms. */
#define RANKSUM_EXACT_MAX 1024

/**
 * ranksum_splits - in how many ways m of N values can be chosen
 *
 * Returns: C(@total, @m); 0 where 64 bits do not hold it (equal arms: above 33).
 */
uint64_t ranksum_splits(size_t total, size_t m);

struct ranksum {
	uint64_t *ways;	 /* ways[s]: splits whose sum is s */
	size_t nr_ways;	 /* the largest sum, plus one */
	uint64_t splits; /* the sum of all ways; 0: not counted, take the normal one */
};

/**
 * ranksum_count - count all splits by their sum
 * @ranks:	whole, in any unit; with ties, twice the midranks
 * @m:		how many are chosen
 * @ranksum:	(out) to be ended with ranksum_release(), also where
 *		@ranksum->splits is 0: too many to count
 *
 * c[k][s] += c[k - 1][s - rank], rank by rank (Streitberg and Röhmel 1986):
 * exact with ties, in time proportional to total x m x the largest sum.
 *
 * Returns: 0; -ENOMEM.
 */
int ranksum_count(const uint32_t *ranks, size_t total, size_t m, struct ranksum *ranksum,
		  struct err *err);
void ranksum_release(struct ranksum *ranksum);

/**
 * ranksum_lower - what can be cut from each end of the pairs' differences
 * @alpha:	two-sided, between 0 and 1
 * @k:		(out) the largest with P(U <= k - 1) <= alpha / 2, no ties; 0: none
 * @outside:	(out) 2 x P(U <= k - 1): what is really left outside
 *
 * U is the number of pairs, of m x n, in which the second arm is above.
 *
 * Returns: 0; -EDOM: @alpha out of range, or an empty arm; -ENOMEM.
 */
int ranksum_lower(size_t m, size_t n, double alpha, size_t *k, double *outside, struct err *err);

#endif
