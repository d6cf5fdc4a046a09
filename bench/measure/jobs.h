/* SPDX-License-Identifier: GPL-2.0-only */
/* Shards of a run beside each other on this host: a child process each, which inherits what was prepared. */
#ifndef PTWALK_MEASURE_JOBS_H
#define PTWALK_MEASURE_JOBS_H

#include "bench/measure/run.h"
#include "bench/measure/shard.h"

/* How a run is cut and made here. */
struct jobs {
	unsigned int at_once; /* guests */
	unsigned int shards;  /* 1: it is not cut */
	const char *results;  /* the folder of runs, whose costs it is cut by */
};

/*
 * Is it cut, and in how many? By what runs in @results, which must outlive it, cost. Where nobody
 * asks for more, as many guests as there are CPUs, and memory for them, but no more than pay: each
 * boots anew.
 */
struct jobs jobs_weigh(const struct plan *, const struct prepared *, const char *results);

/**
 * jobs_measure - make a run that was begun, of shards
 * @key:	of the whole run
 *
 * One whose process was killed is made anew, once. What fails ends the others; its last words are
 * then among the run's own files.
 */
int jobs_measure(struct run *, const struct jobs *, const struct run_words *, const char *key,
		 struct err *err);

/* The run of the shards in @folder, after shards_check(): records and files are the run's. */
int jobs_join(struct run *, const char *folder, struct err *err);

#endif
