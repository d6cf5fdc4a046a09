/* SPDX-License-Identifier: GPL-2.0-only */
/* Two arms by the ranks of their values: are they alike, and how far apart are they? */
#ifndef PTWALK_STATS_RANKS_H
#define PTWALK_STATS_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Ranks with ties. */

/**
 * rank_twice - twice the midrank of each value
 * @twice:	(out) one for each value; on success only
 *
 * The least value has rank 1; equal values share the mean of the ranks they
 * take. Twice that is always whole, which keeps what follows exact.
 *
 * Returns: 0; -EDOM: a value that is not finite; -E2BIG: more than 2^31 - 1;
 * -ENOMEM.
 */
int rank_twice(const double *values, size_t n, uint32_t *twice, struct err *err);

/* How the sum of the ranks of one arm is distributed where both arms are alike. */

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

/* Are two arms alike? The Mann-Whitney U test, two-sided, exact with ties. */

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

/* By what factor does one arm differ, and how sure is that? Hodges-Lehmann on logs. */

struct hodges {
	double ratio;	  /* y / x: the median of all m n of them; 1.01 is 1 % more */
	double low, high; /* the interval of the ratio */
	double coverage;  /* the interval's real one: 1 - alpha or a little more */
	bool bounded;	  /* false: too few values for alpha; low 0, high INFINITY */
};

/**
 * hodges_ratio - ratio of two arms and its interval (Hodges and Lehmann 1963)
 * @x:		the medians of the boots of one arm, above 0
 * @y:		those of the other, in the same unit
 * @alpha:	two-sided: 0.05 asks for a 95 % interval
 * @hodges:	(out) on success only
 *
 * Of the m n ratios in order, the interval runs from the k-th to the (m n + 1 -
 * k)-th, k from ranksum_lower(): by the distribution of the U test itself. Where
 * no value is twice in the arms, it excludes 1 if and only if utest() says p <=
 * alpha. With ties it counts an equal pair against a difference.
 *
 * Medians are taken of logs: of an even number, the geometric mean of the middle
 * two. Swapping the arms turns each figure into its inverse.
 *
 * Returns: 0; -EINVAL: an empty arm; -EDOM: a value that is not above 0 or not
 * finite, or alpha out of range; -ERANGE: a ratio that no double holds; -ENOMEM.
 */
int hodges_ratio(const double *x, size_t m, const double *y, size_t n, double alpha,
		 struct hodges *hodges, struct err *err);

#endif
