/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of a run beside each other on this host: a child process each, which inherits what was prepared. */
#ifndef PTWALK_MEASURE_JOBS_H
#define PTWALK_MEASURE_JOBS_H

#include "bench/measure/run.h"
#include "bench/measure/shard.h"

/* How a run is cut and made here. */
struct jobs {
	unsigned int at_once; /* guests */
	unsigned int shards;  /* of what other hosts make */
	const char *results;  /* the folder of runs: what series took before */
};

/*
 * Where nobody asks for others, as many guests as there are CPUs, and memory for them; of a shard one.
 * @results must outlive it.
 */
struct jobs jobs_weigh(const struct plan *, const struct prepared *, const char *results);

/**
 * jobs_measure - make a run that was begun, of its pieces
 * @of:		the shard that it is; NULL: whole
 * @key:	of the whole run
 *
 * One whose process was killed is made anew, once. What fails ends the others; its last words are
 * then among the run's own files.
 */
int jobs_measure(struct run *, const struct jobs *, const struct shard *of,
		 const struct run_words *, const char *key, struct err *err);

/* The run, or the shard @of, of the parts in @folder: records and files are the run's. */
int jobs_join(struct run *, const char *folder, const struct shard *of, struct err *err);

#endif
