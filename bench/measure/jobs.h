/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run that is cut: pieces of it beside each other on this host, a child process each, which inherits
 * what was prepared; or shards on other machines.
 */
#ifndef PTWALK_MEASURE_JOBS_H
#define PTWALK_MEASURE_JOBS_H

#include <stdbool.h>
#include <sys/types.h>

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

/* How far a shard is, by the records that are on its disk: whoever makes it, and wherever. */

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

/* A script that makes one shard of a run, wherever it is started. */

struct task {
	char *folder; /* each shard is a folder K in it, once it is whole */
	char *script; /* "SCRIPT K" makes it */
	char *quoted; /* the same for a shell */
	char *logs;   /* a folder for what is said meanwhile */
	unsigned int n;
};

/* @folder: made; to be ended with task_release() in either case. */
int task_begin(struct task *, const struct run *, const struct jobs *, const char *folder,
	       struct err *err);
void task_release(struct task *);

/* The last words of a shard that could not be made; NULL: none. Owned by the caller. */
char *task_why(const struct task *, const char *k);

/*
 * Shards on other machines, by an engine that is there: GNU parallel, Slurm, or any command. They
 * have the folder of runs and the cache in common with this one, at the same paths.
 */

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
