/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of calls, made on /dev/ptwalk in a guest. */
#ifndef PTWALK_TESTS_FUZZ_PERFORM_H
#define PTWALK_TESTS_FUZZ_PERFORM_H

#include <stdatomic.h>
#include <stdbool.h>

#include "tests/fuzz/device/calls.h"

#define MAX_ERRNO 256

/* What came of all calls, of children that were killed, too; shared with them. */
struct outcomes {
	atomic_ulong calls[NR_CALLS], ok[NR_CALLS];
	atomic_ulong errors[MAX_ERRNO];
	atomic_ulong runs_ok[PTWALK_NR_OP_NUMBERS];
	atomic_ulong reloads, unbinds;
	atomic_ulong micros[NR_CALLS]; /* that all calls of a kind took */
	atomic_bool failed;	       /* something is wrong, and was printed */
};

extern struct outcomes *outcomes;

/* A thread that makes calls. */
struct performer {
	int files[CALL_FILES]; /* /dev/ptwalk; -1: could not be opened */
	int pipe[2];	       /* what it holds pages in */
	bool child, holds;
	bool holds_device;	/* pages of a device, among others */
	struct program program; /* what it performs, for whoever reports */
	_Atomic double since;	/* when the call began that it is in; 0: none */
	atomic_size_t at;	/* which of the program's that is */
	uint64_t found;		/* a hash of a call and what it answered, of each call */
	void (*note)(struct performer *, uint64_t found); /* NULL: nobody asks */
};

double now(void);

/*
 * Areas are mapped, and the devices found that the environment names (PTWALK_DAX0, 4K;
 * PTWALK_DAX1, 2M). Ends the process where there is no memory.
 */
void perform_begin(void);

void performer_open(struct performer *);
void performer_close(struct performer *);

/* Make the calls of ->program, and let go of what it holds. Stands down first where it is asked to. */
void perform(struct performer *);

/* Close nothing but this: is there anything left of the module, and does it go? Prints what is. */
void perform_end(void);

/* Where the module's text is since it was loaded last; 0: unknown. */
extern atomic_ulong module_text;

#endif
