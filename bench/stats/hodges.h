/* SPDX-License-Identifier: GPL-2.0-only */
/* By what factor does one arm differ, and how sure is that? Hodges-Lehmann on logs. */
#ifndef PTWALK_STATS_HODGES_H
#define PTWALK_STATS_HODGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

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
