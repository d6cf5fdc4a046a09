/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said of a difference. "Same" and "we cannot tell" are different words. */
#ifndef PTWALK_STATS_VERDICT_H
#define PTWALK_STATS_VERDICT_H

#include <stddef.h>

#include "bench/stats/hodges.h"

enum verdict {
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_SAME,		/* the whole interval is within delta, whatever p */
	VERDICT_INCONCLUSIVE,	/* neither a difference nor sameness is shown */
	VERDICT_UNDERPOWERED,	/* inconclusive, and could not have been otherwise */
	VERDICT_NOT_COMPARABLE, /* not judged by numbers: environments or versions differ */
};

struct verdict_rule {
	double alpha; /* of the whole table */
	double delta; /* the largest change that does not matter: 0.01 is 1 % */
};

struct verdict_case {
	const struct hodges *change; /* new / base */
	double p_adjusted;
	double smallest_p; /* that could have been reached, times the series tested */
};

/**
 * verdict_judge - put one word to one series
 *
 * Less is better. In this order: same, where the interval lies within 1 / (1 + delta) to 1 +
 * delta; better or worse, where the adjusted p is at most alpha and the interval
 * excludes 1; underpowered, where not even the smallest p would have been enough;
 * else inconclusive. Swapping base and new turns better into worse and
 * nothing else.
 */
enum verdict verdict_judge(const struct verdict_case *verdict_case,
			   const struct verdict_rule *rule);

/* "better", "worse", "same", "inconclusive", "underpowered", "not comparable". */
const char *verdict_name(enum verdict verdict);

#endif
