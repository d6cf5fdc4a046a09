/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races: who walks, what takes the memory away from them, and for how long. Read from the command
 * line in the same words by the CLI and by the driver.
 */
#ifndef PTWALK_OP_RACE_H
#define PTWALK_OP_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"
#include "kmod/uapi/race.h"

/* Bytes that are raced for. */
#define RACE_LEN (2UL << 20)

/* Of what is raced for: X(CONSTANT, name, summary). */
#define RACE_MEMORIES(X)                                          \
	X(PAGEMAPS, pagemaps, "dev_pagemaps of the module's own") \
	X(DAX, dax, "a device of device_dax")                     \
	X(ANON, anon, "anonymous memory")                         \
	X(KMEM, kmem, "anonymous memory on a device of kmem's")   \
	X(CHILD, child, "anonymous memory of a process that exits")

enum race_memory {
#define X(constant, ...) RACE_##constant,
	RACE_MEMORIES(X)
#undef X
	RACE_NR_MEMORIES,
};

extern const char *const race_memories[RACE_NR_MEMORIES];

/* One who walks: a driver, by PTWALK_IOC_RACE_DRIVER. */
struct race_walker {
	const char *name;
	const char *summary;
	uint32_t op, req;  /* PTWALK_OP_*, PTWALK_REQ_* */
	const char *own;   /* the policy of its own code; NULL: the built-in function */
	uint32_t chunk;	   /* pages; 0: the whole range at once */
	const char *wrong; /* what is wrong with it, whatever protocol it follows; or NULL */
};

extern const struct race_walker *const race_walkers[];
extern const size_t nr_race_walkers;

/* Does it hold pages, and follow no protocol? */
bool race_walker_holds(const struct race_walker *);

/* The module's own, the right one first; and what one of the user's file is called. */
extern const char *const race_protocols[];
extern const size_t nr_race_protocols;
#define RACE_OWN "own"

/* What takes memory away, in one phase or several. */
#define RACE_MOST_PHASES 4

struct race_act {
	const char *name;
	const char *summary;
	unsigned int memories; /* 1U << RACE_*: of which */
	unsigned int first;    /* PTWALK_PHASE_* of its first phase */
	unsigned int nr_phases;
	unsigned int hides; /* 1U << place in race_protocols[]: wrong ones that it cannot show */
};

extern const struct race_act *const race_acts[];
extern const size_t nr_race_acts;

/* "invalidate", by PTWALK_PHASE_*; NULL: there is none. */
const char *race_phase_name(unsigned int phase);

struct race_ask {
	struct strv walker_names, act_names, protocol_names; /* empty: all */
	unsigned int rounds, seconds, find_seconds, delay;
	const char *seed_text;
	/* What that means. */
	uint64_t seed; /* not 0 */
	const struct race_walker **walkers;
	size_t nr_walkers;
	const struct race_act **acts;
	size_t nr_acts;
};

/* With neither, as many rounds. */
#define RACE_ROUNDS 100

/* A part of a program's options, and what they are before these are read. */
extern const struct opt race_opts[];
#define RACE_ASK ((struct race_ask){ .find_seconds = 60, .delay = 2000 })

/* From names to things; where none was asked for, a seed is drawn. 0, or -EINVAL. */
int race_ask_resolve(struct race_ask *, struct err *err);
void race_ask_release(struct race_ask *);

/* Is any of its acts done to that memory? */
bool race_ask_has(const struct race_ask *, enum race_memory memory);

#endif
