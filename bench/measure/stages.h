/* SPDX-License-Identifier: GPL-2.0-only */
/* The order of boots, and what the progress shows of them. */
#ifndef PTWALK_MEASURE_STAGES_H
#define PTWALK_MEASURE_STAGES_H

#include "bench/measure/measure.h"

/* Whose boot is the next, of @n arms in turn with @boots made. */
unsigned int next_arm(const struct measurement *, size_t n, size_t boots);

/* Of all boots in the order in which they are made; @names is to outlive it. NULL: none is shown. */
struct progress *new_progress(const struct measurement *, const struct arm *arms, size_t n,
			      struct strv *names);

#endif
