/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exact series: counts are compared, not tested. No sigma, no interval: a
 * difference is a difference.
 */
#ifndef PTWALK_STATS_EXACT_H
#define PTWALK_STATS_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What a change must go beyond, both of them, to raise an alarm. 0: any change does. */
struct exact_floors {
	uint64_t absolute; /* counts */
	double relative;   /* of the base; 0.001 is 0.1 % */
};

struct exact {
	int64_t difference; /* new - base */
	double relative;    /* of the base; where that is 0: 0, or infinite with the sign */
	bool alarm;	    /* beyond the floors; a change that is not is reported all the same */
};

/**
 * exact_constant - are all counts the same, bit for bit?
 * @first:	(out) the place of the first that differs from counts[0]; @n where
 *		none does
 */
bool exact_constant(const uint64_t *counts, size_t n, size_t *first);

/**
 * exact_compare - what changed between two runs of one exact series
 * @base:	all samples of it
 * @new:	all samples of it in the other run
 * @exact:	(out) on success only
 *
 * Returns: 0; -EINVAL: no samples; -EILSEQ: a run whose own samples differ: not
 * repeatable, so there is nothing to compare; -ERANGE: a difference that 64 bits
 * do not hold.
 */
int exact_compare(const uint64_t *base, size_t nr_base, const uint64_t *new, size_t nr_new,
		  const struct exact_floors *floors, struct exact *exact, struct err *err);

#endif
