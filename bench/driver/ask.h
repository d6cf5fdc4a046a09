/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module is asked for one series, and what goes on beside it meanwhile. */
#ifndef PTWALK_DRIVER_ASK_H
#define PTWALK_DRIVER_ASK_H

#include "bench/driver/series.h"

/**
 * ask_run - have the module run the series' op over what is laid out
 * @series:	(out) run, run_ticks, samples, and for an op with stages its stages
 * @flags:	PTWALK_RUN_*
 *
 * The range is emptied before each window for an op that populates it. For one
 * whose range changes, a thread changes it beside the windows, where there is
 * another CPU and ticks are time; else the module is asked to.
 */
int ask_run(struct series *series, unsigned int iterations, uint32_t flags, struct err *err);

/* Does such a thread leave other pages behind than it found? */
bool ask_moves(const struct series *series);

#endif
