/* SPDX-License-Identifier: GPL-2.0-only */
/* How many of a boot's first samples are not yet like the others? */
#ifndef PTWALK_STATS_WARMUP_H
#define PTWALK_STATS_WARMUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

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
