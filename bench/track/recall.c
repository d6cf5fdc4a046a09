// SPDX-License-Identifier: GPL-2.0-only
#include "bench/track/track.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/store/history.h"
#include "bench/track/values.h"

static const struct store_series *series_of(const struct store_series_list *list, int64_t id)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (list->series[middle].id == id)
			return &list->series[middle];
		if (list->series[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static enum track_outcome outcome_of(const char *name)
{
	enum track_outcome outcome = 0;

	while (outcome < TRACK_NR_OUTCOMES && strcmp(track_outcome_name(outcome), name) != 0)
		outcome++;
	return outcome;
}

static bool is_change_of(const struct store_changes *changes, int64_t series, int64_t run)
{
	for (size_t i = 0; i < changes->n; i++)
		if (changes->changes[i].series == series && changes->changes[i].run == run)
			return true;
	return false;
}

/* What only other versions say is left out: it has no place in the counts. */
static void add_item(struct track_night *night, const struct store_verdict *v,
		     const struct store_changes *changes)
{
	const struct store_series *series = series_of(&night->list, v->series);
	enum track_outcome outcome = outcome_of(v->outcome);
	struct track_item *item;

	if (!series || outcome == TRACK_NR_OUTCOMES)
		return;
	for (size_t i = 0; i < night->n; i++)
		if (night->items[i].series == series) /* judged again: the last word counts */
			night->items[i] = night->items[--night->n];
	item = &night->items[night->n++];
	*item = (struct track_item){
		.series = series,
		.outcome = outcome,
		.base = v->base,
		.value = v->new,
		.reference = NAN,
		.low = v->low * v->base,
		.high = v->high * v->base,
		.p = v->p,
		.nights = (size_t)v->nr_base,
		.base_run = v->base_run,
		.told = !series->exact && (outcome == TRACK_BETTER || outcome == TRACK_WORSE) &&
			!is_change_of(changes, series->id, night->run),
	};
}

static int by_series(const void *a, const void *b)
{
	const struct track_item *left = a, *right = b;

	return (left->series->id > right->series->id) - (left->series->id < right->series->id);
}

static int recall_items(struct store *store, struct track_night *night, struct err *err)
{
	struct store_verdicts verdicts;
	struct store_changes changes;
	int ret = store_verdicts_of_run(store, night->run, &verdicts, err);

	if (ret)
		return ret;
	ret = store_changes(store, 0, &changes, err);
	if (ret)
		goto out;
	night->items = xcalloc(verdicts.n + 1, sizeof(*night->items));
	for (size_t i = 0; i < verdicts.n; i++)
		add_item(night, &verdicts.verdicts[i], &changes);
	qsort(night->items, night->n, sizeof(*night->items), by_series);
	for (size_t i = 0; i < night->n; i++)
		night->counts[night->items[i].outcome]++;
	store_changes_release(&changes);
out:
	store_verdicts_release(&verdicts);
	return ret;
}

/* The run that confirmed it: another of the same session. */
static int64_t second_of(const struct store_runs *runs, const struct store_run *run)
{
	for (size_t i = 0; i < runs->n; i++)
		if (runs->runs[i].session == run->session && runs->runs[i].id > run->id &&
		    runs->runs[i].env == run->env)
			return runs->runs[i].id;
	return 0;
}

static int compare_environments(struct store *store, const struct store_run *run,
				const struct store_run *previous, struct track_night *night,
				struct err *err)
{
	if (!previous)
		return 0;
	night->previous = previous->id;
	night->new_environment = previous->env != run->env;
	if (!night->new_environment)
		return 0;
	night->environment = store_env(store, run->env, err);
	night->previous_environment = store_env(store, previous->env, err);
	return night->environment && night->previous_environment ? 0 : -EIO;
}

int track_recall(struct store *store, const struct store_runs *runs, const struct store_run *run,
		 struct track_night *night, struct err *err)
{
	int ret;

	*night = (struct track_night){
		.run = run->id,
		.time = run->time,
		.second = second_of(runs, run),
	};
	ret = store_series_list(store, NULL, &night->list, err);
	if (!ret)
		ret = compare_environments(store, run, nights_before(runs, run), night, err);
	if (!ret)
		ret = recall_items(store, night, err);
	if (ret)
		track_release(night);
	else
		track_find_wrong(store, night);
	return ret;
}

int track_latest(struct store *store, const struct store_runs *runs, struct track_night **nights,
		 size_t *n, struct err *err)
{
	struct strv machines = { 0 };
	struct track_night night;
	int ret = 0;

	*nights = NULL;
	*n = 0;
	for (size_t i = runs->n; i-- > 0 && !ret;) {
		const struct store_run *run = &runs->runs[i];

		if (strcmp(run->session_kind, TRACK_SESSION) != 0 ||
		    strv_has(&machines, run->machine))
			continue;
		ret = track_recall(store, runs, run, &night, err);
		if (ret || !night.n) {
			if (!ret)
				track_release(&night);
			continue;
		}
		strv_add(&machines, run->machine);
		*nights = xgrow(*nights, *n, sizeof(**nights));
		(*nights)[(*n)++] = night;
	}
	strv_release(&machines);
	for (size_t i = 0; ret && i < *n; i++)
		track_release(&(*nights)[i]);
	if (ret) {
		free(*nights);
		*nights = NULL;
		*n = 0;
	}
	return ret;
}
