/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread that changes the range while another walks it, on another CPU. */
#ifndef PTWALK_OP_INVALIDATE_H
#define PTWALK_OP_INVALIDATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* One way to change a range. */
struct invalidation {
	const char *name;
	const char *summary;
	bool moves; /* pages are other ones afterwards: a proof from before holds no more */
	/* Change @len bytes at @addr, and change them back where that can be. 0 or -errno. */
	int (*change)(void *addr, uint64_t len, unsigned int turn);
};

/* mprotect, remap, migrate; the first is the default. NULL-terminated. */
extern const struct invalidation *const invalidations[];

/* -EINVAL with the known names in @err where there is none of that name. */
int invalidation_find(const char *name, const struct invalidation **found, struct err *err);

/* How often, and how long, a chunk that collides is begun again before it is given up. */
struct retry_limit {
	uint32_t passes;
	uint64_t ns; /* 0: by passes alone */
};

/* "8": so many passes; "100ms", "1s": for so long. NULL: an op's own. -EINVAL. */
int retry_limit_parse(const char *text, struct retry_limit *limit, struct err *err);

struct invalidator {
	const struct invalidation *how;
	char *addr;
	uint64_t len, granule; /* bytes; one granule at a time is changed */
	unsigned int pause_us; /* between two changes */
	pthread_t thread;
	atomic_bool stop;
	atomic_int error; /* of the first change that failed */
	_Atomic uint64_t changes;
};

/* Can a thread run beside this one? */
bool invalidator_possible(void);

/**
 * invalidator_start - begin to change the range, on any CPU but the caller's
 * @invalidator:	how, addr, len, granule and pause_us are set; must stay
 *			where it is until invalidator_stop()
 *
 * Returns once the thread is at work: 0, or what a first change failed with.
 */
int invalidator_start(struct invalidator *invalidator, struct err *err);

/* End the thread; the same, for a change that failed later. */
int invalidator_stop(struct invalidator *invalidator, struct err *err);

#endif
