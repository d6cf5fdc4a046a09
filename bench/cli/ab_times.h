/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the time of a comparison went, on stderr; all in seconds. */
#ifndef PTWALK_CLI_AB_TIMES_H
#define PTWALK_CLI_AB_TIMES_H

#include "bench/cli/ab_short.h"

/* Two kernels that were built or there: a table. */
void ab_long_times(const struct arm *base, const struct arm *new, double compare, double whole);

/* Own code in one boot, that of @base: a line. */
void ab_short_times(const struct ab_short *, const struct arm *base, double table, double whole);

#endif
