/* SPDX-License-Identifier: GPL-2.0-only */
/* The series of a run by name. Internal to the comparison. */
#ifndef PTWALK_REPORT_COMPARE_INDEX_H
#define PTWALK_REPORT_COMPARE_INDEX_H

#include "bench/record/series.h"

struct compare_index {
	const struct record_series **series; /* by name, those of one name in the run's order */
	size_t n;
	const struct record_missing **missing; /* by name */
	size_t nr_missing;
	bool exact; /* as of the run */
};

void compare_index_init(struct compare_index *, const struct records *);
void compare_index_release(struct compare_index *);

/* All boots of that name, one after the other; @n (out) may be 0. */
const struct record_series *const *compare_index_find(const struct compare_index *,
						      const char *name, size_t *n);

/* Why the run has no such series, or "". */
const char *compare_index_reason(const struct compare_index *, const char *name);

#endif
