/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The suite's own speed, of `ptwalk doctor --speed`. Figures are printed and nothing is
 * asserted: machines are shared and noisy, and these are wall times.
 */
#ifndef PTWALK_CLI_SPEED_H
#define PTWALK_CLI_SPEED_H

#include "bench/measure/plan.h"

/* Time so many whole runs, of which nothing is kept. @plan is resolved here. */
int speed_print(struct plan *, unsigned int rounds, struct err *err);

#endif
