// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "bench/stats/cost.h"
#include "bench/store/history.h"
#include "bench/track/track.h"
#include "bench/track/values.h"

#define DAY 86400

/* What judging one night needs. */
struct judge {
	struct store *store;
	const struct track_rule *rule;
	struct nights nights;
	const struct store_run *run, *previous;
	const struct store_run *alike; /* the night before in the same environment, or NULL */
	struct value *reference;       /* of the pinned run, by series */
	size_t nr_reference;
	struct track_night *night;
};

/* The values before the run, and its own. */
struct past {
	struct value *values;
	size_t n; /* before the run */
	struct value tonight;
};

/*
 * Nights may be left out: half as many days again. A count needs the one before
 * alone, which may be long ago.
 */
static int64_t since(const struct judge *j, bool exact)
{
	const struct store_run *last = exact ? j->previous : j->alike;
	int64_t days = exact ? 14 : (int64_t)(j->rule->night.window * 3 / 2);
	int64_t time = j->run->time - days * DAY;

	return last && last->time < time ? last->time : time;
}

static const struct value *value_of(const struct value *values, size_t n, int64_t run)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].run == run && values[i].known)
			return &values[i];
	return NULL;
}

/* Only what was before the run counts, whatever was stored since. */
static bool is_earlier(const struct judge *j, const struct value *value)
{
	const struct store_run *run = nights_find(&j->nights, value->run);

	return value->known &&
	       (run->time < j->run->time || (run->time == j->run->time && run->id < j->run->id));
}

static bool has_earlier(const struct judge *j, const struct value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_earlier(j, &values[i]))
			return true;
	return false;
}

static size_t drop_later(const struct judge *j, struct value *values, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (is_earlier(j, &values[i]))
			values[kept++] = values[i];
	return kept;
}

/* The last that was judged; where none was, the last. */
static const struct value *last_judged(const struct judge *j, const struct past *c)
{
	for (size_t i = c->n; i-- > 0;)
		if (nights_find(&j->nights, c->values[i].run)->judged)
			return &c->values[i];
	return c->n ? &c->values[c->n - 1] : NULL;
}

/* A difference is a difference: counts are compared, not tested. */
static void judge_exact(const struct judge *j, const struct past *c, struct track_item *item)
{
	const struct value *before = last_judged(j, c);
	const int fact = record_fact(item->series->unit);
	const int64_t slack = fact < 0 ? 0 : (int64_t)fact_slack(fact);

	item->outcome = TRACK_FIRST;
	if (before) {
		item->base = (double)before->count;
		item->base_run = before->run;
		item->nights = c->n;
		item->outcome = llabs(c->tonight.count - before->count) <= slack ? TRACK_SAME
										 : TRACK_SUSPECT;
	}
	if (c->tonight.differs)
		item->outcome = TRACK_UNREPEATABLE;
}

static int judge_noisy(const struct judge *j, const struct past *c, struct track_item *item,
		       struct err *err)
{
	int ret;

	item->history = xcalloc(c->n + 1, sizeof(*item->history));
	/* An empty window less its own cost may be nothing: it has no logarithm, and no verdict. */
	for (size_t i = 0; i < c->n; i++)
		if (c->values[i].value > 0)
			item->history[item->nr_history++] = c->values[i].value;
	item->outcome = c->n ? TRACK_LEARNING : TRACK_FIRST;
	item->base_run = c->n ? c->values[c->n - 1].run : 0;
	item->look = (struct night_look){ .learning = true, .p = 1 };
	if (!(item->value > 0))
		return 0;
	ret = night_look(item->history, item->nr_history, item->value, &j->rule->night, &item->look,
			 err);
	if (ret || item->look.learning)
		return ret;
	item->outcome = TRACK_SAME;
	item->nights = item->look.nights;
	item->base = item->look.expected;
	item->low = item->look.low;
	item->high = item->look.high;
	item->p = item->look.p;
	return 0;
}

static struct track_item *add_item(struct track_night *night, const struct store_series *series)
{
	night->items = xrealloc(night->items, (night->n + 1) * sizeof(*night->items));
	night->items[night->n] = (struct track_item){
		.series = series,
		.base = NAN,
		.value = NAN,
		.reference = NAN,
		.low = NAN,
		.high = NAN,
		.p = NAN,
	};
	return &night->items[night->n++];
}

static int by_series(const void *a, const void *b)
{
	const struct value *left = a, *right = b;

	return (left->series > right->series) - (left->series < right->series);
}

/* What the pinned run has of a series; NAN: nothing. */
static double reference_of(const struct judge *j, const struct store_series *series)
{
	const struct value key = { .series = series->id };
	const struct value *found = j->nr_reference ? bsearch(&key, j->reference, j->nr_reference,
							      sizeof(key), by_series)
						    : NULL;

	return found && found->known ? found->value : (double)NAN;
}

static int judge_course(struct judge *j, const struct store_series *series, struct past *c,
			size_t all, struct err *err)
{
	const struct value *tonight = value_of(c->values, all, j->run->id);
	bool missing = !tonight && j->previous && (series->exact || !j->night->new_environment) &&
		       value_of(c->values, all, j->previous->id);
	struct track_item *item;

	if (!tonight && !missing)
		return 0;
	item = add_item(j->night, series);
	item->reference = reference_of(j, series);
	if (tonight)
		c->tonight = *tonight;
	c->n = drop_later(j, c->values, all);
	if (missing) {
		item->outcome = TRACK_MISSING;
		item->base_run = j->previous->id;
		return 0;
	}
	item->value = c->tonight.value;
	if (!series->exact)
		return judge_noisy(j, c, item, err);
	judge_exact(j, c, item);
	return 0;
}

static int judge_series(struct judge *j, const struct store_series *series, struct err *err)
{
	/* A count is a count in any environment; which it was of is said beside it. */
	const int64_t env = series->exact ? 0 : j->run->env;
	struct past c = { 0 };
	size_t all;
	int ret = values_load(j->store, &j->nights, series, env, since(j, series->exact), &c.values,
			      &all, err);

	/* An exact series that the night before had not: whatever it was last, however long ago. */
	if (!ret && series->exact && j->previous && !has_earlier(j, c.values, all)) {
		free(c.values);
		ret = values_load(j->store, &j->nights, series, env, 0, &c.values, &all, err);
	}
	if (!ret)
		ret = judge_course(j, series, &c, all, err);
	free(c.values);
	return ret;
}

/* Has this change been reported on an earlier night of the same level? */
static int mark_told(struct judge *j, struct track_item *item, struct err *err)
{
	struct store_changes changes;
	int ret = store_changes(j->store, item->series->id, &changes, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < changes.n; i++) {
		const struct store_change *c = &changes.changes[i];
		const struct store_run *at = nights_find(&j->nights, c->run);
		int64_t days = (int64_t)j->rule->night.lately * 2;

		if (at && at->time < j->run->time && at->time > j->run->time - days * DAY &&
		    (c->after - c->before) * item->look.change > 0)
			item->told = true;
	}
	store_changes_release(&changes);
	return 0;
}

/* All noisy series together: many looks take stronger evidence. */
static int find_suspects(struct judge *j, struct err *err)
{
	struct track_night *night = j->night;
	_cleanup_free_ struct night_look *looks = xcalloc(night->n + 1, sizeof(*looks));
	_cleanup_free_ bool *suspect = xcalloc(night->n + 1, sizeof(*suspect));
	_cleanup_free_ size_t *place = xcalloc(night->n + 1, sizeof(*place));
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < night->n; i++) {
		if (!night->items[i].history)
			continue;
		looks[n] = night->items[i].look;
		place[n++] = i;
	}
	ret = night_suspects(looks, n, &j->rule->night, suspect, err);
	for (size_t i = 0; i < n && !ret; i++) {
		if (!suspect[i])
			continue;
		night->items[place[i]].outcome = TRACK_SUSPECT;
		ret = mark_told(j, &night->items[place[i]], err);
	}
	return ret;
}

static int compare_environments(struct judge *j, struct err *err)
{
	struct track_night *night = j->night;

	if (!j->previous)
		return 0;
	night->previous = j->previous->id;
	night->new_environment = j->previous->env != j->run->env;
	if (!night->new_environment)
		return 0;
	night->environment = store_env(j->store, j->run->env, err);
	night->previous_environment = store_env(j->store, j->previous->env, err);
	return night->environment && night->previous_environment ? 0 : -EIO;
}

/* The pinned run is any of the store: no night need have stored it. */
static int load_reference(struct judge *j, struct err *err)
{
	const struct store_run *reference = nights_find(&j->nights, j->rule->reference);
	struct track_night *night = j->night;

	if (!j->rule->reference)
		return 0;
	if (!reference)
		return err_set(err, ENOENT, "the store has no run %lld",
			       (long long)j->rule->reference);
	if (reference->env == j->run->env)
		return values_of_run(j->store, reference->id, &j->reference, &j->nr_reference, err);
	if (!night->environment)
		night->environment = store_env(j->store, j->run->env, err);
	night->reference_environment = store_env(j->store, reference->env, err);
	return night->environment && night->reference_environment ? 0 : -EIO;
}

static int judge_all(struct judge *j, struct err *err)
{
	struct track_night *night = j->night;
	int ret = compare_environments(j, err);

	if (!ret)
		ret = load_reference(j, err);
	if (!ret)
		ret = store_series_list(j->store, NULL, &night->list, err);
	for (size_t i = 0; i < night->list.n && !ret; i++)
		if (!strcmp(night->list.series[i].machine, j->run->machine))
			ret = judge_series(j, &night->list.series[i], err);
	if (!ret)
		ret = find_suspects(j, err);
	for (size_t i = 0; i < night->n; i++)
		night->counts[night->items[i].outcome]++;
	return ret;
}

int track_judge(struct store *store, int64_t run, const struct track_rule *rule,
		struct track_night *night, struct err *err)
{
	struct judge j = { .store = store, .rule = rule, .night = night };
	int ret = nights_load(store, &j.nights, err);

	*night = (struct track_night){ .run = run, .reference = rule->reference };
	if (ret)
		return ret;
	j.run = nights_find(&j.nights, run);
	if (j.run && strcmp(j.run->session_kind, TRACK_SESSION) != 0) {
		ret = err_set(err, EINVAL, "run %s was stored before, and not as a night",
			      j.run->name);
	} else if (j.run) {
		night->time = j.run->time;
		j.previous = nights_before(&j.nights.runs, j.run);
		j.alike = nights_before_alike(&j.nights.runs, j.run);
		ret = judge_all(&j, err);
	} else {
		ret = err_set(err, ENOENT, "the store has no run %lld", (long long)run);
	}
	free(j.reference);
	nights_release(&j.nights);
	if (ret)
		track_release(night);
	else
		track_find_wrong(store, night);
	return ret;
}
