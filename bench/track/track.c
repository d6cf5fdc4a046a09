// SPDX-License-Identifier: GPL-2.0-only
#include "bench/track/track.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/series_index.h"
#include "bench/store/history.h"
#include "bench/track/values.h"

static const char *const names[TRACK_NR_OUTCOMES] = {
	[TRACK_FIRST] = "first night",
	[TRACK_LEARNING] = "learning",
	[TRACK_SAME] = "same",
	[TRACK_BETTER] = "better",
	[TRACK_WORSE] = "worse",
	[TRACK_SUSPECT] = "suspect",
	[TRACK_UNCONFIRMED] = "not confirmed",
	[TRACK_UNREPEATABLE] = "not repeatable",
	[TRACK_MISSING] = "missing",
};

const char *track_outcome_name(enum track_outcome outcome)
{
	return names[outcome];
}

double track_change(const struct track_item *item)
{
	return item->base > 0 || item->base < 0 ? item->value / item->base - 1 : NAN;
}

void track_find_wrong(struct store *store, struct track_night *night)
{
	struct records records;
	struct series_index index;

	if (store_load(store, night->run, &records, NULL))
		return;
	series_index_init(&index, &records);
	series_wrong_all(&index, &night->wrong);
	series_index_release(&index);
	records_release(&records);
}

void track_release(struct track_night *night)
{
	for (size_t i = 0; i < night->n; i++)
		free(night->items[i].history);
	free(night->items);
	free(night->environment);
	free(night->previous_environment);
	free(night->reference_environment);
	store_series_list_release(&night->list);
	strv_release(&night->wrong);
	*night = (struct track_night){ 0 };
}

/* For the better or for the worse. */
static enum track_outcome side(const struct track_item *item)
{
	bool more = item->series->exact ? item->value > item->base : item->look.change > 0;

	return more ? TRACK_WORSE : TRACK_BETTER;
}

static int settle(struct track_item *item, const struct value *second,
		  const struct track_rule *rule, struct err *err)
{
	bool confirmed;
	int ret;

	if (!second) {
		item->outcome = TRACK_UNCONFIRMED;
		return 0;
	}
	if (item->series->exact) {
		item->outcome = second->differs || (double)second->count != item->value
					? TRACK_UNREPEATABLE
					: side(item);
		return 0;
	}
	ret = night_confirm(item->history, item->nr_history, item->value, &item->look,
			    second->value, &rule->night, &confirmed, err);
	item->outcome = confirmed ? side(item) : TRACK_UNCONFIRMED;
	return ret;
}

static int settle_from(struct store *store, const struct nights *nights, int64_t env,
		       struct track_night *night, struct track_item *item,
		       const struct track_rule *rule, struct err *err)
{
	const struct value *second = NULL;
	_cleanup_free_ struct value *values = NULL;
	size_t n;
	int ret = values_load(store, nights, item->series, env, night->time, &values, &n, err);

	for (size_t i = 0; i < n && !ret; i++)
		if (values[i].run == night->second && values[i].known)
			second = &values[i];
	return ret ? ret : settle(item, second, rule, err);
}

static int settle_all(struct store *store, const struct nights *nights, int64_t env,
		      struct track_night *night, const struct track_rule *rule, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < night->n && !ret; i++)
		if (night->items[i].outcome == TRACK_SUSPECT)
			ret = settle_from(store, nights, env, night, &night->items[i], rule, err);
	return ret;
}

int track_confirm(struct store *store, struct track_night *night, int64_t second,
		  const struct track_rule *rule, struct err *err)
{
	const struct store_run *first, *again;
	struct nights nights;
	int ret = nights_load(store, &nights, err);

	if (ret)
		return ret;
	night->second = second;
	first = nights_find(&nights, night->run);
	again = nights_find(&nights, second);
	if (!first || !again)
		ret = err_set(err, ENOENT, "the store has no run %lld",
			      (long long)(first ? second : night->run));
	else if (first->env != again->env)
		ret = err_set(err, ESTALE, "the second run was in another environment");
	else
		ret = settle_all(store, &nights, first->env, night, rule, err);
	memset(night->counts, 0, sizeof(night->counts));
	for (size_t i = 0; i < night->n; i++)
		night->counts[night->items[i].outcome]++;
	nights_release(&nights);
	return ret;
}

static bool is_change(const struct track_item *item)
{
	return item->outcome == TRACK_BETTER || item->outcome == TRACK_WORSE;
}

static void fill_verdict(const struct track_night *night, const struct track_item *item,
			 int64_t session, struct store_verdict *v)
{
	bool exact = item->series->exact;

	*v = (struct store_verdict){
		.session = session,
		.base_run = exact ? item->base_run : 0,
		.new_run = night->run,
		.series = item->series->id,
		.time = night->time,
		.method = exact ? "exact" : "segment",
		.nr_base = (int64_t)item->nights,
		.nr_new = isnan(item->value) ? 0 : 1,
		.base = item->base,
		.new = item->value,
		.ratio = 1 + track_change(item),
		.low = item->low / item->base,
		.high = item->high / item->base,
		.p = item->p,
		.p_adjusted = NAN,
		.effect = track_change(item),
		.outcome = (char *)track_outcome_name(item->outcome),
		.note = "",
	};
}

int track_keep(struct store *store, const struct track_night *night, int64_t session,
	       struct err *err)
{
	_cleanup_free_ struct store_verdict *v = xcalloc(night->n + 1, sizeof(*v));
	_cleanup_free_ struct store_change *c = xcalloc(night->n + 1, sizeof(*c));
	const struct store_verdicts verdicts = { v, night->n };
	struct store_changes changes = { c, 0 };

	for (size_t i = 0; i < night->n; i++) {
		const struct track_item *item = &night->items[i];

		fill_verdict(night, item, session, &v[i]);
		if (is_change(item) && !item->told)
			c[changes.n++] = (struct store_change){
				.series = item->series->id,
				.run = night->run,
				.before = item->base,
				.after = item->value,
				.time = night->time,
				.state = "new",
				.note = "",
			};
	}
	return store_verdicts_add(store, &verdicts, &changes, err);
}
