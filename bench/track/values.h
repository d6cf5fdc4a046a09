/* SPDX-License-Identifier: GPL-2.0-only */
/* The nights of one series, taken from the store. Internal to track. */
#ifndef PTWALK_TRACK_VALUES_H
#define PTWALK_TRACK_VALUES_H

#include "bench/store/history.h"
#include "bench/store/store.h"
#include "bench/track/track.h"

/* Which runs are nights: of a nightly, on one machine. Ascending by time. */
struct nights {
	struct store_runs runs;
	const struct store_run **by_id; /* as many */
};

int nights_load(struct store *, struct nights *, struct err *err);
void nights_release(struct nights *);

/* NULL where there is none of that number. */
const struct store_run *nights_find(const struct nights *, int64_t run);

/*
 * The newest night before @run of its machine, of those that were judged; where
 * none was, the newest. NULL: none.
 */
const struct store_run *nights_before(const struct store_runs *, const struct store_run *run);

/* The same of its environment. */
const struct store_run *nights_before_alike(const struct store_runs *, const struct store_run *run);

/* Of the night's run, -> its @wrong: nothing is known of one whose records are pruned. */
void track_find_wrong(struct store *, struct track_night *);

/* One night's value of a series. */
struct value {
	int64_t series, run;
	double value;  /* noisy: the median of its boots' */
	int64_t count; /* exact */
	bool known;
	bool differs; /* exact: two boots, two counts */
};

/**
 * values_load - a series' values, one a run
 * @env:	only runs of this environment; 0: of any
 * @since:	seconds since 1970
 * @values:	(out) oldest first, owned by the caller
 */
int values_load(struct store *, const struct nights *, const struct store_series *, int64_t env,
		int64_t since, struct value **values, size_t *n, struct err *err);

/* The values of all series of one run, by series: whatever its age, and whatever stored it. */
int values_of_run(struct store *, int64_t run, struct value **values, size_t *n, struct err *err);

#endif
