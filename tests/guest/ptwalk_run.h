/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk run`, for tests of what it measures: TEST PTWALK SPEC [MORE...]. */
#ifndef PTWALK_TESTS_GUEST_PTWALK_RUN_H
#define PTWALK_TESTS_GUEST_PTWALK_RUN_H

#include "bench/record/record.h"

struct ptwalk_run_of {
	const char *ptwalk, *spec; /* the program, and the kernel */
	char folder[64];	   /* for runs and logs */
	unsigned int seconds;	   /* a run takes no longer */
};

/**
 * ptwalk_run_begin - take a test's arguments
 * @nr:		how many there must be
 * @usage:	what they are called
 *
 * Returns: 0, or 2, a test's exit status, which is said on stderr. Ended by
 * ptwalk_run_end().
 */
int ptwalk_run_begin(struct ptwalk_run_of *, int argc, char **argv, int nr, const char *usage,
		     unsigned int seconds);

/* Remove all that the runs left. Returns: 0, or a negative errno. */
int ptwalk_run_end(struct ptwalk_run_of *);

/**
 * ptwalk_run_as - measure, and read the records
 * @out:	name of the run's folder
 * @more:	arguments beside --kernel and --out; NULL-terminated
 * @records:	(out) to be ended with records_release(), on success only
 *
 * The exit status must be 3 where a series is missing, and 0 where none is.
 * What goes wrong is said on stderr.
 *
 * Returns: 0, or a negative errno.
 */
int ptwalk_run_as(const struct ptwalk_run_of *, const char *out, const char *const *more,
		  struct records *records);

#endif
