/* SPDX-License-Identifier: GPL-2.0-only */
/* How far a shard is, by the records that are on its disk: whoever makes it, and wherever. */
#ifndef PTWALK_MEASURE_COUNT_H
#define PTWALK_MEASURE_COUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/measure/run.h"
#include "bench/measure/shard.h"

struct count {
	double *seconds; /* up to the end of each of its series, boots included */
	char **names;
	size_t n;
	size_t before; /* lines of its records before the first series */
	size_t lines;  /* read so far */
	off_t at;
};

/* Of all shards, or those so far. */
struct counted {
	double done, all; /* seconds, as shards are weighed */
	const char *name; /* a series that is at work, or NULL */
};

/* To be ended with count_release(). */
void count_init(struct count *, const struct run *, const struct costs *, const struct shard *);
void count_release(struct count *);

/* Look at the shard of @folder, which is made there, and add what it has; @done: all of it. */
void count_read(struct count *, const char *folder, bool done, struct counted *sum);

/* Show it as the progress of the run; @what is said beside it. */
void count_show(const struct run *, const struct counted *sum, const char *what);

#endif
