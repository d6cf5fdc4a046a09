/* SPDX-License-Identifier: GPL-2.0-only */
/* From intervals and tests to words, over a table of series. */
#ifndef PTWALK_STATS_VERDICT_H
#define PTWALK_STATS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "bench/stats/ranks.h"

/* What is said of a difference. "Same" and "we cannot tell" are different words. */

enum verdict {
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_SAME,	      /* the whole interval is within delta, whatever p */
	VERDICT_INCONCLUSIVE, /* neither a difference nor sameness is shown */
	VERDICT_UNDERPOWERED, /* inconclusive, and could not have been otherwise */
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

/* Many series, many p: adjusted for how many were looked at. */

/**
 * adjust_holm - keep the chance of any false difference below alpha (Holm 1979)
 * @p:		those of the series that were tested, 0 to 1; others do not count
 * @adjusted:	(out) to be held against alpha, in the order of @p; may be @p
 *
 * For the table of an A/B comparison.
 *
 * Returns: 0; -EDOM: a p outside 0 to 1; -ENOMEM.
 */
int adjust_holm(const double *p, size_t n, double *adjusted, struct err *err);

/**
 * adjust_bh - keep the share of false ones among the differences below alpha
 *
 * Benjamini and Hochberg 1995. For a night over many series. As adjust_holm().
 */
int adjust_bh(const double *p, size_t n, double *adjusted, struct err *err);

/* A table of noisy series at once: test, interval, adjustment, verdict. */

/* Two arms of one series: medians of boots, above 0, in one unit. */
struct judge_series {
	const double *base, *new;
	size_t nr_base, nr_new;
};

struct judge_rule {
	struct verdict_rule verdict;
	int (*adjust)(const double *p, size_t n, double *adjusted, struct err *err);
};

struct judgement {
	struct utest test;
	struct hodges change; /* new / base, interval at alpha, not adjusted */
	double p_adjusted;
	enum verdict verdict;
};

/**
 * judge_table - judge series that are looked at together
 * @series:	only noisy ones, only those that both sides have
 * @judgements:	(out) one for each series; defined on success only
 *
 * Returns: 0, or what utest(), hodges_ratio() and the adjustment return, with
 * the series' place, from 0, in the text.
 */
int judge_table(const struct judge_series *series, size_t n, const struct judge_rule *rule,
		struct judgement *judgements, struct err *err);

#endif
