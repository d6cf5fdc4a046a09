/* SPDX-License-Identifier: GPL-2.0-only */
/* The warm-up of a series of a noisy machine. */
#ifndef PTWALK_MEASURE_WARM_UP_H
#define PTWALK_MEASURE_WARM_UP_H

#include "bench/record/record.h"

/**
 * warm_up_find - how many of its first samples are not like the others?
 *
 * Asks warmup_find() of the samples that were not disturbed, sets series->warm_up,
 * and adds a note where they never settle.
 */
int warm_up_find(struct record_series *series, struct err *err);

#endif
