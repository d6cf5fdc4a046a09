/* SPDX-License-Identifier: GPL-2.0-only */
/* A table of noisy series at once: test, interval, adjustment, verdict. */
#ifndef PTWALK_STATS_JUDGE_H
#define PTWALK_STATS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "bench/stats/adjust.h"
#include "bench/stats/hodges.h"
#include "bench/stats/utest.h"
#include "bench/stats/verdict.h"

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
