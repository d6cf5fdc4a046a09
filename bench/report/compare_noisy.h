/* SPDX-License-Identifier: GPL-2.0-only */
/* What bench/stats says of the rows of a comparison. Internal to it. */
#ifndef PTWALK_REPORT_COMPARE_NOISY_H
#define PTWALK_REPORT_COMPARE_NOISY_H

#include "bench/report/compare.h"
#include "bench/report/compare_index.h"

/**
 * compare_noisy - judge all rows that both runs have, together, under Holm
 *
 * The values are the medians of the boots. A series with a median of 0, or
 * without samples, has no ratio: it is inconclusive, with the reason.
 */
int compare_noisy(struct compare *c, const struct compare_index *base,
		  const struct compare_index *new, struct err *err);

/* The medians of a series' boots, in the run's order. Owned by the caller; @n (out). */
double *compare_medians(const struct compare_index *, const char *name, size_t *n);

/**
 * compare_floor - what no change looks like: odd against even boots of the base
 *
 * Boots of one run are in the order they were made, so that what drifts with
 * time is in both halves. Of an exact run it is 0, all boots being alike.
 */
int compare_floor(struct compare *c, const struct compare_index *base, struct err *err);

#endif
