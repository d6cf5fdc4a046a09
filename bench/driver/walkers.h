/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several walkers at once: threads of this process, on one address space, or
 * processes, each with one and a layout of its own. Each has a CPU to itself,
 * and walks from before the first recorded window of them all until after the
 * last, so that every recorded one has company.
 */
#ifndef PTWALK_DRIVER_WALKERS_H
#define PTWALK_DRIVER_WALKERS_H

#include "bench/driver/series.h"

/* 0, or -EOPNOTSUPP where the series' op or workload takes one walker at a time, and why. */
int walkers_possible(const struct series *series, struct err *err);

/**
 * walkers_run - have all walkers of the series walk at once
 * @series:	laid out and proved, where they share one address space; else nothing
 *		may be laid out. (out) samples: of each walker in turn; run, proof: the
 *		first one's, with done the number of all samples; run_ticks: the
 *		longest; more
 *
 * Every walker's array is compared with what is mapped for it, and its layout
 * is proved before and after.
 *
 * Returns: 0, or what the first walker failed with; none is left behind.
 */
int walkers_run(struct series *series, unsigned int iterations, struct err *err);

#endif
