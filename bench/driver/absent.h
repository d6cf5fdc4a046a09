/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows that each find pages which must be faulted in. */
#ifndef PTWALK_DRIVER_ABSENT_H
#define PTWALK_DRIVER_ABSENT_H

#include "bench/driver/series.h"

/**
 * absent_run - have the module run what series->run asks, each window with the same before it
 * @series:	of an op that populates; (out) run, samples
 *
 * Before each window the pages are made absent, or every second leaf of them, or shared with a child;
 * what is not so is -EBADE. Left in the end is what the last window faulted in; done is of all.
 */
int absent_run(struct series *series, struct err *err);

#endif
