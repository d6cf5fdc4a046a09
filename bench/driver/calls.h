/* SPDX-License-Identifier: GPL-2.0-only */
/* Ops that are system calls over the range: fork(), and those that let go of it. */
#ifndef PTWALK_DRIVER_CALLS_H
#define PTWALK_DRIVER_CALLS_H

#include "bench/driver/series.h"

/* 0, or -EOPNOTSUPP: what is asked for beside the ticks is of the module's windows alone. */
int calls_possible(const struct series *series, struct err *err);

/**
 * calls_run - time the call of the series' op so often, each over a new layout
 * @series:	(out) samples, of which there is room for @iterations, and run.done
 *
 * Windows are open. What the call did is proved after each: what was let go of is gone, and a child
 * has what its parent has, or, of shared memory, nothing yet. -CLIENT_WRONG where that is not so.
 */
int calls_run(struct series *series, unsigned int iterations, struct err *err);

#endif
