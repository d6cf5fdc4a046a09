/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A race in the machine under test: walkers, each a thread with a file that is a driver, and one
 * thread that takes their memory away, phase by phase.
 */
#ifndef PTWALK_DRIVER_RACE_H
#define PTWALK_DRIVER_RACE_H

#include <pthread.h>
#include <stdatomic.h>

#include "bench/driver/client.h"
#include "bench/driver/emit.h"
#include "bench/driver/options.h"
#include "bench/op/race.h"
#include "bench/record/race.h"

/* One walker at work. */
struct racer {
	const struct race_walker *walker;
	int fd;
	pthread_t thread;
	pid_t task; /* of the thread */
	bool started;
	const atomic_bool *stop;
	struct ptwalk_race_told told;
};

/* What is raced for, and by whom. */
struct arena {
	const struct options *options;
	enum race_memory memory;
	int control; /* a file of the module's, to mark phases */
	int fd;	     /* of what is mapped; -1: nothing is */
	char *addr;  /* RACE_LEN bytes; NULL: not mapped */
	uint64_t random;
	unsigned int round;
	uint64_t stale, gained, undead, held; /* what acts found */
};

/* Map it, whole and populated. -ENODEV: there is none here. */
int arena_open(struct arena *, const struct options *, enum race_memory, struct err *err);
void arena_close(struct arena *);

/*
 * One act, of all of its phases, after which memory is as it was. -EOPNOTSUPP where it is not
 * possible here, with the reason.
 */
int arena_act(struct arena *, const struct race_act *, struct err *err);

/* What a race is to be. */
struct race_plan {
	const struct options *options;
	const struct client *client;
	struct emit *emit;
	const struct ptwalk_protocol *protocol;
	enum race_memory memory;
	const struct race_walker **walkers;
	size_t nr_walkers;
	const struct race_act **acts; /* those of the memory */
	size_t nr_acts;
	unsigned int rounds; /* 0: no limit */
	double seconds;	     /* 0: no limit */
	bool first;	     /* ends with the first failure */
};

/* What came of it: a verdict, and what each walker was told. Ended with race_result_release(). */
struct race_result {
	struct race_record verdict;
	struct racer *racers;
	size_t nr_racers;
};

/* Returns: 0, also where it failed as @result says; or why it could not be raced. */
int race_run(const struct race_plan *, struct race_result *result, struct err *err);
void race_result_release(struct race_result *);

/* All protocols over all memory that was asked for. STATUS_*, or a negative errno. */
int race_main(const struct options *, const struct client *, struct err *err);

#endif
