/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of many series, for benchmarks. */
#ifndef PTWALK_TESTS_COPIES_H
#define PTWALK_TESTS_COPIES_H

#include <time.h>

#include "bench/record/record.h"

/*
 * The run of a noisy machine in the @night-th night after @first, its workloads
 * @copies times under other names: @copies x 140 series of 5 samples.
 */
void copies_run(struct records *records, unsigned int night, time_t first, unsigned int copies);

/* Seconds between the runs of one night, and kernel configs and architectures that it has. */
#define COPIES_APART	    60
#define COPIES_ENVIRONMENTS 8

/* Make of a run the @n-th of one night: of another kernel, whose every figure is another, too. */
void copies_kernel(struct records *records, unsigned int n, time_t first);

#endif
