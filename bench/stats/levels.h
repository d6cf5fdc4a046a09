/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the level of a row of values changes. */
#ifndef PTWALK_STATS_LEVELS_H
#define PTWALK_STATS_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Where did a history change its level? L1 Potts segmentation. */

struct segment {
	size_t first, count; /* places in the history */
	double level;	     /* median of its values */
};

struct potts {
	struct segment
		*segments; /* in order, without gaps; each but the first begins at a change */
	size_t nr_segments;
	double cost; /* what was made least */
};

/**
 * potts_segments - split a history into stretches of one level
 * @values:	one a night, oldest first
 * @gamma:	what one change must gain, in the unit of the values, 0 or more
 * @potts:	(out) to be ended with potts_release(); on success only
 *
 * The least of gamma x changes + the sum of |value - median of its segment|
 * over all ways to split (Weinmann, Storath and Demaret 2015). A median may
 * always be one of the values, so the cheapest way to end at each of the K
 * distinct ones is carried along the history: time n x K, memory n + K, no heap.
 * The least of several equal splits is the same every time: the last segment is
 * as long as it can be.
 *
 * Twice the history takes four times as long: judge a night on its last few
 * hundred values.
 *
 * Returns: 0; -EINVAL: no values; -EDOM: one that is not finite, or gamma is
 * negative; -E2BIG: more than 2^31 - 1; -ENOMEM.
 */
int potts_segments(const double *values, size_t n, double gamma, struct potts *potts,
		   struct err *err);
void potts_release(struct potts *potts);

/**
 * potts_noise - sigma of a history that may have changed its level
 * @sigma:	(out) in the unit of the values
 *
 * From the differences of neighbours, of which a change spoils one:
 * 1.4826 x the median of |difference| / sqrt(2). 0 where most neighbours are
 * equal; of a single value it is 0.
 *
 * Returns: as potts_segments().
 */
int potts_noise(const double *values, size_t n, double *sigma, struct err *err);

/*
 * gamma = this x sigma. A quiet history (normal noise) then shows a change where
 * there is none in 3 to 4 of 100 of 365 values, in 7 of 100 of 3,650; a step of
 * 3 sigma is found after three or four values.
 */
#define POTTS_STRENGTH 6.0

/* How many of a boot's first samples are not yet like the others? */

/* Of fewer samples nothing is said: none is taken off. */
#define WARMUP_LEAST 8

/* A level that is no farther than this from the steady one is the steady one. */
#define WARMUP_TOLERANCE 0.005

struct warmup {
	size_t length; /* samples to leave out, from the first on */
	bool settled;  /* false: no level lasts half of the samples; @length is 0 */
};

/**
 * warmup_find - where does the steady part of a series of samples begin?
 * @values:	one boot's samples in the order they were taken, the undisturbed alone
 *
 * The samples are split where their level changes (potts_segments()). The steady
 * level is that of the longest stretch. What comes before the first stretch at
 * that level, to within WARMUP_TOLERANCE or 3 sigma, is the warm-up. A level that
 * changes after it is no warm-up and stays.
 *
 * It sees one boot's own samples and nothing of the other arm: what it takes off
 * cannot make two like arms differ.
 *
 * Returns: 0; -EDOM: a value that is not finite; another negative errno.
 */
int warmup_find(const double *values, size_t n, struct warmup *warmup, struct err *err);

#endif
