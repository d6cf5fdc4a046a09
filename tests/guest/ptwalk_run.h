/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk run`, for tests of what it measures. */
#ifndef PTWALK_TESTS_GUEST_PTWALK_RUN_H
#define PTWALK_TESTS_GUEST_PTWALK_RUN_H

#include "bench/record/record.h"

struct ptwalk_run_of {
	const char *ptwalk, *spec; /* the program, and the kernel */
	const char *folder;	   /* for runs and logs */
	unsigned int seconds;	   /* it takes no longer */
};

/**
 * ptwalk_run_as - measure, and read the records
 * @out:	name of the run's folder
 * @more:	arguments beside --kernel and --out; NULL-terminated
 * @records:	(out) to be ended with records_release(), on success only
 *
 * What goes wrong, an exit status other than 0 included, is said on stderr.
 */
int ptwalk_run_as(const struct ptwalk_run_of *, const char *out, const char *const *more,
		  struct records *records);

#endif
