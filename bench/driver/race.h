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
	struct ptwalk_race_driver ask;
	struct ptwalk_race_told before, told; /* of its files that are closed; of all */
};

/* One of a walker is made. -EOPNOTSUPP: it cannot walk here. */
struct race_plan;
int racer_prepare(const struct race_plan *, struct racer *, uint64_t seed, struct err *err);

/* It has a file, which is no driver yet; it walks, in a thread; it does so no more, and has none. */
int racer_open(struct racer *, struct err *err);
int racer_walk(struct racer *, struct err *err);
void racer_close(struct racer *);

/* Ask it what it was told, so far. */
void racer_ask(struct racer *);

/* What moves elsewhere at once: each page waits for a while where somebody holds it. */
#define ARENA_MOVED (32 * PAGE)

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
	bool kmem;			      /* the driver kmem has the device */
	uint64_t block, block_bytes;	      /* of memory, that goes and comes there */
};

/* Map it, whole and populated. -ENODEV: there is none here. */
int arena_open(struct arena *, const struct options *, enum race_memory, struct err *err);
void arena_close(struct arena *);

/* Its range, anew, and pages of it. */
int arena_map(struct arena *, struct err *err);

/*
 * One act, of all of its phases, after which memory is as it was. -EOPNOTSUPP where it is not
 * possible here, with the reason.
 */
int arena_act(struct arena *, const struct race_act *, struct err *err);

/* A phase of the caller's begins, or has ended: PTWALK_MARK_*, of a file of the module's. */
int arena_mark(struct arena *, int file, const struct race_act *, unsigned int mark,
	       struct err *err);

/* The device that is raced for: its name, or NULL, and says why. */
const char *dax_device(const struct arena *, struct err *err);

/* To a driver of the bus "dax": "unbind" from it, or "bind" to it; or any other of its files. */
int dax_tell(const char *driver, const char *verb, const char *device, struct err *err);

/*
 * RACE_KMEM: the driver kmem makes RAM of the device, and a block of it is online. -ENODEV: it cannot
 * here. Some pages of the range, mapped anew, are to come from there. The block is taken away, page by
 * page, and the memory with it; and it comes back.
 */
int kmem_open(struct arena *, struct err *err);
int kmem_settle(struct arena *, struct err *err);
int kmem_take(struct arena *, struct err *err);
int kmem_back(struct arena *, struct err *err);
void kmem_close(struct arena *);

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

/* RACE_CHILD: a process makes @result's walkers drivers of its memory, and exits while they walk. */
int race_exit(struct arena *, const struct race_act *, struct race_result *result, struct err *err);

/* All protocols over all memory that was asked for. STATUS_*, or a negative errno. */
int race_main(const struct options *, const struct client *, struct err *err);

#endif
