/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The series of a run, and those that it lacks, by key and by name: the one place that looks
 * them up. It points into the records, which must outlive it and stay as they are.
 */
#ifndef PTWALK_RECORD_SERIES_INDEX_H
#define PTWALK_RECORD_SERIES_INDEX_H

#include "bench/record/series.h"

struct series_entry {
	struct series_key key;
	const char *name;
	const struct record_series *series;   /* NULL where it is missing */
	const struct record_missing *missing; /* NULL where it was measured */
};

struct series_list {
	struct series_entry *entries; /* in the run's order, as all that are alike below */
	const struct series_entry **by_key, **by_name;
	size_t n;
};

struct series_index {
	const struct records *records;
	struct series_list series, missing;
};

/* To be ended with series_index_release(). */
void series_index_init(struct series_index *, const struct records *);
void series_index_release(struct series_index *);

/* Some of a list, one after the other. */
struct series_range {
	const struct series_entry *const *v;
	size_t n;
};

/* All that are alike in that part: of one scene line by line, of one line by size, of one key in all boots. */
struct series_range series_like(const struct series_list *, const struct series_key *,
				enum series_part);

/* All of that name, in all boots. */
struct series_range series_named(const struct series_list *, const char *name);

/* The one of them that comes first in the run; there is one at least. */
const struct series_entry *series_earliest(struct series_range);

/* The series of @boot, or NULL. */
const struct record_series *series_find(const struct series_index *, unsigned boot,
					const struct series_key *);

/* That of the first boot that has it, or NULL. */
const struct record_series *series_first(const struct series_index *, const struct series_key *);

/* Why there is no such series: the reason of a missing one, or NULL. */
const char *series_missing(const struct series_index *, const struct series_key *);
const char *series_missing_named(const struct series_index *, const char *name);

/*
 * Why what was done in the windows of a series is wrong, or NULL: its array is not what the page
 * tables held, or not what hmm's was over the same pages. One whose proof failed as it was made is
 * a missing one, which says so itself.
 */
const char *series_wrong(const struct series_index *, const struct record_series *);

/* The same of the series of that name, measured or missing, in any boot. */
const char *series_wrong_named(const struct series_index *, const char *name);

/* All that is wrong, once each: "NAME: REASON". Worse than any count; -> @to. */
void series_wrong_all(const struct series_index *, struct strv *to);

/* The values of all of them that have samples, in their order. Owned by the caller; @n (out). */
double *series_values(const struct series_index *, struct series_range, size_t *n);

/* The value of a series in a run: series_value_of() series_values(). */
double series_value(const struct series_index *, const struct series_key *);

#endif
