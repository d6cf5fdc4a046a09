/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shards on other machines, by an engine that is there: GNU parallel, Slurm, or any command. They
 * have the folder of runs and the cache in common with this one, at the same paths.
 */
#ifndef PTWALK_MEASURE_VIA_H
#define PTWALK_MEASURE_VIA_H

#include "bench/measure/jobs.h"

/* Is it an engine, and is its program here? Asked before a kernel is fetched. */
int via_check(const char *via, struct err *err);

/**
 * via_measure - make a run that was begun, of shards that an engine makes
 *
 * What is missing when the engine has ended, for whatever reason, is asked of it again, twice.
 * Returns as jobs_measure(); an interrupted one has ended the engine's jobs, too.
 */
int via_measure(struct run *, const struct jobs *, struct err *err);

#endif
