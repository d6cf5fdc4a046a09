/* SPDX-License-Identifier: GPL-2.0-only */
/* The nights of one series, taken from the store. Internal to track. */
#ifndef PTWALK_TRACK_VALUES_H
#define PTWALK_TRACK_VALUES_H

#include "bench/store/history.h"
#include "bench/store/store.h"

/* Which runs are nights: of a nightly, on one machine. Ascending by time. */
struct nights {
	struct store_runs runs;
};

int nights_load(struct store *, struct nights *, struct err *err);
void nights_release(struct nights *);

/* NULL where there is none of that number. */
const struct store_run *nights_find(const struct nights *, int64_t run);

/* The newest run of @machine before @run that is a night; NULL: none. */
const struct store_run *nights_before(const struct nights *, const struct store_run *run);

/* One night's value of a series. */
struct value {
	int64_t run;
	double value;  /* noisy: the median of its boots' */
	int64_t count; /* exact */
	bool known;
	bool differs; /* exact: two boots, two counts */
};

/**
 * values_load - a series' values, one a run
 * @env:	only runs of this environment
 * @since:	seconds since 1970
 * @values:	(out) oldest first, owned by the caller
 */
int values_load(struct store *, const struct nights *, const struct store_series *, int64_t env,
		int64_t since, struct value **values, size_t *n, struct err *err);

#endif
