/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranks with ties. */
#ifndef PTWALK_STATS_RANK_H
#define PTWALK_STATS_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * rank_twice - twice the midrank of each value
 * @twice:	(out) one for each value; on success only
 *
 * The least value has rank 1; equal values share the mean of the ranks they
 * take. Twice that is always whole, which keeps what follows exact.
 *
 * Returns: 0; -EDOM: a value that is not finite; -E2BIG: more than 2^31 - 1;
 * -ENOMEM.
 */
int rank_twice(const double *values, size_t n, uint32_t *twice, struct err *err);

#endif
