// SPDX-License-Identifier: GPL-2.0-only
#include "bench/track/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/median.h"
#include "bench/stats/sample.h"
#include "bench/track/track.h"

int nights_load(struct store *store, struct nights *nights, struct err *err)
{
	return store_list(store, 0, &nights->runs, err);
}

void nights_release(struct nights *nights)
{
	store_runs_release(&nights->runs);
}

const struct store_run *nights_find(const struct nights *nights, int64_t run)
{
	for (size_t i = nights->runs.n; i-- > 0;)
		if (nights->runs.runs[i].id == run)
			return &nights->runs.runs[i];
	return NULL;
}

static bool is_night(const struct store_run *run)
{
	return !strcmp(run->session_kind, TRACK_SESSION);
}

/* Runs of one second are in the order they were stored. */
static bool is_before(const struct store_run *a, const struct store_run *b)
{
	return a->time < b->time || (a->time == b->time && a->id < b->id);
}

const struct store_run *nights_before(const struct nights *nights, const struct store_run *run)
{
	for (size_t i = nights->runs.n; i-- > 0;) {
		const struct store_run *other = &nights->runs.runs[i];

		if (is_night(other) && is_before(other, run) &&
		    !strcmp(other->machine, run->machine))
			return other;
	}
	return NULL;
}

/* Points of one run, one a boot, to its value. */
static struct value night_value(const struct store_point *points, size_t n)
{
	struct value value = { .run = points->run, .count = points->count };
	double *medians = xcalloc(n, sizeof(*medians));
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!points[i].known)
			continue;
		if (!known)
			value.count = points[i].count;
		value.differs |= points[i].exact && points[i].count != value.count;
		medians[known++] = points[i].value;
	}
	value.known = known > 0;
	if (known) {
		sample_sort(medians, known);
		value.value = median_sorted(medians, known);
	}
	free(medians);
	return value;
}

int values_load(struct store *store, const struct nights *nights, const struct store_series *series,
		int64_t env, int64_t since, struct value **values, size_t *n, struct err *err)
{
	struct store_history history;
	int ret = store_history(store, series->id, since, &history, err);
	size_t end;

	*values = NULL;
	*n = 0;
	if (ret)
		return ret;
	*values = xcalloc(history.n + 1, sizeof(**values));
	for (size_t i = 0; i < history.n; i = end) {
		const struct store_run *run = nights_find(nights, history.points[i].run);

		for (end = i; end < history.n && history.points[end].run == history.points[i].run;)
			end++;
		if (history.points[i].env == env && run && is_night(run))
			(*values)[(*n)++] = night_value(&history.points[i], end - i);
	}
	store_history_release(&history);
	return 0;
}
