/* SPDX-License-Identifier: GPL-2.0-only */
/* One series of one kernel: what a commit is judged by. */
#ifndef PTWALK_CLI_POINT_H
#define PTWALK_CLI_POINT_H

#include "bench/cli/side.h"

struct point {
	double cost;  /* a call, in ticks */
	double pages; /* that it walks */
};

enum point_fate {
	POINT_KNOWN,
	POINT_UNKNOWN, /* this kernel cannot be built or measured: nothing is said about it */
	POINT_STOP,    /* the fault is not the kernel's: no other would fare better */
};

/**
 * point_measure - build a kernel if need be, and measure one series
 * @side:	its kernel; to be ended with side_release(), whatever is returned
 * @series:	its name, the one that how->plan has
 * @point:	(out) where it is known; else @err says why not
 */
enum point_fate point_measure(struct side *, const struct side_how *, const char *series,
			      struct point *point, struct err *err);

/* Of a run that is there. Returns: 0, or -ENOENT where it has no such series. */
int point_of_run(const struct records *, const char *series, struct point *, struct err *err);

/* "97.28 a page"; "-" where it is not known. Owned by the caller. */
char *point_text(const struct point *, enum point_fate);

#endif
