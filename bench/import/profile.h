/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What perf record sampled while the driver had it on: which functions of which
 * series, and how much of it within the timed windows.
 */
#ifndef PTWALK_IMPORT_PROFILE_H
#define PTWALK_IMPORT_PROFILE_H

#include <stddef.h>

#include "base/err.h"

struct perf_profile_function {
	char *symbol; /* "[unknown]" where perf knows none */
	size_t samples;
};

struct perf_profile_series {
	char *name;
	size_t samples;	  /* while perf was on for it */
	size_t in_window; /* of those, with a timed window among their callers */
	struct perf_profile_function *inside,
		*outside; /* the most first; inside and outside a window */
	size_t nr_inside, nr_outside;
};

struct perf_profile {
	struct perf_profile_series *series; /* in the order they were measured */
	size_t nr_series;
	size_t strays; /* samples of no series */
};

/**
 * perf_profile_read - read what the driver left
 * @windows:	text of perf.windows: "BEGIN END SERIES", seconds, one a line
 * @script:	text of perf.script: `perf script --fields time,ip,sym,dso --ns`
 * @profile:	(out) to be ended with perf_profile_release(), whatever is returned
 *
 * A window is known by its function in the module, `window_...`.
 * Returns: 0; -EBADMSG for a line that is none of these, with its number.
 */
int perf_profile_read(const char *windows, const char *script, struct perf_profile *profile,
		      struct err *err);
void perf_profile_release(struct perf_profile *);

/* The share of all samples, strays too, that are within a window, 0 to 1; -1 where there are none. */
double perf_profile_share(const struct perf_profile *);

#endif
