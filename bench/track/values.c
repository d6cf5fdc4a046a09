// SPDX-License-Identifier: GPL-2.0-only
#include "bench/track/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/track/track.h"

static int by_id(const void *a, const void *b)
{
	const struct store_run *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

int nights_load(struct store *store, struct nights *nights, struct err *err)
{
	int ret = store_list(store, 0, &nights->runs, err);

	nights->by_id = NULL;
	if (ret)
		return ret;
	nights->by_id = xcalloc(nights->runs.n + 1, sizeof(*nights->by_id));
	for (size_t i = 0; i < nights->runs.n; i++)
		nights->by_id[i] = &nights->runs.runs[i];
	qsort(nights->by_id, nights->runs.n, sizeof(*nights->by_id), by_id);
	return 0;
}

void nights_release(struct nights *nights)
{
	free(nights->by_id);
	store_runs_release(&nights->runs);
}

const struct store_run *nights_find(const struct nights *nights, int64_t run)
{
	const struct store_run key = { .id = run }, *wanted = &key;
	const struct store_run **found =
		bsearch(&wanted, nights->by_id, nights->runs.n, sizeof(*nights->by_id), by_id);

	return found ? *found : NULL;
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

static const struct store_run *before(const struct store_runs *runs, const struct store_run *run,
				      bool alike)
{
	const struct store_run *newest = NULL;

	for (size_t i = runs->n; i-- > 0;) {
		const struct store_run *other = &runs->runs[i];

		if (is_night(other) && is_before(other, run) &&
		    (alike ? other->env == run->env : !strcmp(other->machine, run->machine))) {
			if (other->judged)
				return other;
			if (!newest)
				newest = other;
		}
	}
	return newest;
}

const struct store_run *nights_before(const struct store_runs *runs, const struct store_run *run)
{
	return before(runs, run, false);
}

const struct store_run *nights_before_alike(const struct store_runs *runs,
					    const struct store_run *run)
{
	return before(runs, run, true);
}

/* Points of one run, one a boot, to its value. */
static struct value night_value(const struct store_point *points, size_t n)
{
	struct value value = {
		.series = points->series,
		.run = points->run,
		.count = points->count,
	};
	_cleanup_free_ double *boots = xcalloc(n, sizeof(*boots));
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!points[i].known)
			continue;
		if (!known)
			value.count = points[i].count;
		value.differs |= points[i].exact && points[i].count != value.count;
		boots[known++] = points[i].value;
	}
	value.known = known > 0;
	value.value = series_value_of(points->exact, boots, known);
	return value;
}

/* Points of one series in one run, the first of which is @begin: where they end. */
static size_t end_of(const struct store_history *h, size_t begin)
{
	size_t end = begin;

	while (end < h->n && h->points[end].run == h->points[begin].run &&
	       h->points[end].series == h->points[begin].series)
		end++;
	return end;
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

		end = end_of(&history, i);
		if ((!env || history.points[i].env == env) && run && is_night(run))
			(*values)[(*n)++] = night_value(&history.points[i], end - i);
	}
	store_history_release(&history);
	return 0;
}

int values_of_run(struct store *store, int64_t run, struct value **values, size_t *n,
		  struct err *err)
{
	struct store_history all;
	int ret = store_run_values(store, run, &all, err);
	size_t end;

	*values = NULL;
	*n = 0;
	if (ret)
		return ret;
	*values = xcalloc(all.n + 1, sizeof(**values));
	for (size_t i = 0; i < all.n; i = end) {
		end = end_of(&all, i);
		(*values)[(*n)++] = night_value(&all.points[i], end - i);
	}
	store_history_release(&all);
	return 0;
}
