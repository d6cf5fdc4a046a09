/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that a fuzzer of /dev/ptwalk makes: what they are, made up and mutated from a seed
 * alone, and as text, in which those that found something new are kept. Knows no kernel.
 */
#ifndef PTWALK_TESTS_FUZZ_CALLS_H
#define PTWALK_TESTS_FUZZ_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kmod/uapi/memory.h"
#include "kmod/uapi/ptwalk.h"
#include "kmod/uapi/race.h"

/* What a call is of: X(constant, name, ioctl or 0, bytes of its argument). */
#define CALLS(X)                                                                             \
	X(QUERY, query, PTWALK_IOC_QUERY, sizeof(struct ptwalk_query))                       \
	X(QUERY_OP, query_op, PTWALK_IOC_QUERY_OP, sizeof(struct ptwalk_query_op))           \
	X(QUERY_OWN, query_own, PTWALK_IOC_QUERY_OWN, sizeof(struct ptwalk_query_own))       \
	X(INSPECT, inspect, PTWALK_IOC_INSPECT, sizeof(struct ptwalk_inspect))               \
	X(BLOCKS, blocks, PTWALK_IOC_BLOCKS, sizeof(struct ptwalk_blocks))                   \
	X(RUN, run, PTWALK_IOC_RUN, sizeof(struct ptwalk_run))                               \
	X(PAGEMAPS, pagemaps, PTWALK_IOC_PAGEMAPS, sizeof(struct ptwalk_pagemaps))           \
	X(MIGRATE, migrate, PTWALK_IOC_MIGRATE, sizeof(struct ptwalk_migrate))               \
	X(PROTOCOL, protocol, PTWALK_IOC_QUERY_PROTOCOL, sizeof(struct ptwalk_protocol))     \
	X(DRIVER, driver, PTWALK_IOC_RACE_DRIVER, sizeof(struct ptwalk_race_driver))         \
	X(WALK, walk, PTWALK_IOC_RACE_WALK, sizeof(uint64_t))                                \
	X(TELL, tell, PTWALK_IOC_RACE_TELL, sizeof(struct ptwalk_race_told))                 \
	X(MARK, mark, PTWALK_IOC_RACE_MARK, sizeof(struct ptwalk_race_mark))                 \
	X(TEARDOWN, teardown, PTWALK_IOC_RACE_TEARDOWN, sizeof(struct ptwalk_race_teardown)) \
	X(RAW, raw, 0, sizeof(struct system_call))                                           \
	X(MAP, map, 0, sizeof(struct system_call))                                           \
	X(UNMAP, unmap, 0, sizeof(struct system_call))                                       \
	X(RENEW, renew, 0, sizeof(struct system_call))                                       \
	X(TOUCH, touch, 0, sizeof(struct system_call))                                       \
	X(ADVISE, advise, 0, sizeof(struct system_call))                                     \
	X(PROTECT, protect, 0, sizeof(struct system_call))                                   \
	X(HOLD, hold, 0, sizeof(struct system_call))                                         \
	X(OPEN, open, 0, sizeof(struct system_call))                                         \
	X(KILLED, killed, 0, sizeof(struct system_call))                                     \
	X(UNBIND, unbind, 0, sizeof(struct system_call))                                     \
	X(RELOAD, reload, 0, sizeof(struct system_call))

/**
 * struct system_call - one that is no ioctl of the ABI's
 * @addr:	first byte; CALL_RAW: the argument
 * @len:	bytes
 * @how:	CALL_RAW: the command; CALL_MAP: the offset; CALL_TOUCH: 0 reads, else writes;
 *		CALL_ADVISE, CALL_PROTECT: the advice, the protection; CALL_HOLD: 0 lets go;
 *		CALL_KILLED: after so many microseconds, a child that makes the calls after it
 */
struct system_call {
	__u64 addr, len, how;
};

/* The argument of PTWALK_IOC_RACE_WALK. */
struct race_walk {
	__u32 ms;
};

enum call_kind {
#define X(constant, ...) CALL_##constant,
	CALLS(X)
#undef X
	NR_CALLS
};

#define CALL_WORDS (sizeof(struct ptwalk_inspect) / 8)

/* Which of a thread's open files it is for. */
#define CALL_FILES 2

struct call {
	enum call_kind kind;
	unsigned int file; /* 0 .. CALL_FILES - 1 */
	union {		   /* the argument; zero behind its end */
		uint64_t words[CALL_WORDS];
		struct ptwalk_query query;
		struct ptwalk_query_op query_op;
		struct ptwalk_query_own query_own;
		struct ptwalk_inspect inspect;
		struct ptwalk_blocks blocks;
		struct ptwalk_run run;
		struct ptwalk_pagemaps pagemaps;
		struct ptwalk_migrate migrate;
		struct ptwalk_protocol protocol;
		struct ptwalk_race_driver driver;
		struct race_walk walk;
		struct ptwalk_race_mark mark;
		struct ptwalk_race_teardown teardown;
		struct system_call system;
	};
};

#define PROGRAM_CALLS 10

/* Calls one after another, of one thread. */
struct program {
	size_t n; /* 1 .. PROGRAM_CALLS */
	struct call calls[PROGRAM_CALLS];
};

/*
 * Memory at fixed addresses, so that a call means the same in each run: each area begins at a
 * multiple of AREA_STEP. X(constant, name, bytes).
 */
#define AREA_STEP (1ULL << 40)
#define AREAS(X)                        \
	X(PAGES, pages, 8ULL << 20)     \
	X(THP, thp, 8ULL << 20)         \
	X(SHARED, shared, 4ULL << 20)   \
	X(NONE, none, 4ULL << 20)       \
	X(HUGETLB, hugetlb, 4ULL << 20) \
	X(DAX_4K, dax_4k, 16ULL << 20)  \
	X(DAX_2M, dax_2m, 16ULL << 20)  \
	X(OWN, own, 32ULL << 20)        \
	X(SAMPLES, samples, 32ULL << 20)

enum area {
#define X(constant, ...) AREA_##constant,
	AREAS(X)
#undef X
	NR_AREAS
};

/* Those that calls are about; the last is what they write their samples to. */
#define NR_AREAS_WALKED AREA_SAMPLES

extern const uint64_t area_bytes[NR_AREAS];

static inline uint64_t area_start(enum area area)
{
	return (area + 1) * AREA_STEP;
}

extern const char *const call_names[NR_CALLS];
extern const unsigned long call_ioctls[NR_CALLS];
extern const size_t call_bytes[NR_CALLS];

/* A stream of numbers that a seed makes, never 0. */
struct source {
	uint64_t state;
	uint64_t spare_start, spare_bytes; /* memory for pagemaps; 0: none is known */
	bool still;			   /* as call_tame() has it */
};

void source_begin(struct source *, uint64_t seed);
uint64_t source_next(struct source *);
/* 0 .. n - 1, and 0 where n is 0. */
uint64_t source_below(struct source *, uint64_t n);

/* A range in an area, whole or a part, often small; now and then it goes on behind its end. */
void range_make(struct source *, __u64 *addr, __u64 *len);

/* The argument of a call of a race, CALL_PROTOCOL to CALL_TEARDOWN; which memory it needs is luck. */
void race_make(struct source *, struct call *);

/* A program of calls that mean something, a fifth of them with something spoilt. */
void program_make(struct source *, struct program *);

/* Change, double, or drop some of its calls, or take some of @other. */
void program_mutate(struct source *, struct program *, const struct program *other);

/*
 * What would only take long, or is none of the module's, is taken out of a call: walks of more
 * pages than CALL_MOST_PAGES in all; long delays; events that are trace points, break points, or probes.
 *
 * @still:	and what has the kernel patch its text: events, and ops that tear pagemaps down.
 *		QEMU's translator with several threads executes what was there before ("int3")
 */
#define CALL_MOST_PAGES 32768
void call_tame(struct call *, bool still);

/*
 * A line a call, "run file=1 op=2 addr=0x10000000000 len=0x1000 w12=0x1": what is not 0. An
 * empty line, or one that begins with '#', is none. A program ends where "end" stands alone.
 */
void program_print(const struct program *, FILE *);

/* Returns: 1 a program; 0 the end of the file; -EINVAL, with the line's number in *line. */
int program_read(FILE *, struct program *, unsigned int *line);

/* Those of all files of a folder, up to @room. Returns: 0, or a negative errno, and says why. */
int programs_read(const char *folder, struct program *, size_t room, size_t *n);

#endif
