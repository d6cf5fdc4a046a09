/* SPDX-License-Identifier: GPL-2.0-only */
/* What bench/stats says of the rows of a comparison. Internal to it. */
#ifndef PTWALK_REPORT_COMPARE_NOISY_H
#define PTWALK_REPORT_COMPARE_NOISY_H

#include "bench/report/compare.h"
#include "bench/report/compare_index.h"

/* Rows that are judged together, under Holm. { 0 } is an empty one. */
struct compare_family {
	struct judge_series *series;
	struct compare_row **rows; /* of each */
	size_t n;
};

/*
 * Give @row the medians of these values of its boots (NAN of none), and where it has a ratio,
 * judge it with the others. The arrays are the family's then. False: it has none.
 */
bool compare_family_add(struct compare_family *, struct compare_row *row, double *base,
			double *new);

/*
 * Judge them, where @c is of noisy figures: each row gets its judgement, and no verdict. The
 * family is ended, whatever is returned. Returns as judge_table().
 */
int compare_family_judge(struct compare_family *, const struct compare *c, struct err *err);

enum compare_verdict compare_verdict_of(const struct judgement *);

/**
 * compare_noisy - judge all rows that both runs have, together, under Holm
 *
 * The values are the medians of the boots. A series with a median of 0, or
 * without samples, has no ratio: it is inconclusive, with the reason. Where an event is
 * judged, rows that both runs have get no verdict.
 */
int compare_noisy(struct compare *c, const struct compare_index *base,
		  const struct compare_index *new, struct err *err);

/* The values of a series' boots, in the run's order. Owned by the caller; @n (out). */
double *compare_boots(const struct compare_index *, const char *name, size_t *n);

/**
 * compare_floor - what no change looks like: odd against even boots of the base
 *
 * Boots of one run are in the order they were made, so that what drifts with
 * time is in both halves. Of an exact run it is 0, all boots being alike.
 */
int compare_floor(struct compare *c, const struct compare_index *base, struct err *err);

#endif
