// SPDX-License-Identifier: GPL-2.0-only
/* bench/track: nights of a store are judged, confirmed and kept. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "bench/store/verdicts.h"
#include "bench/track/track.h"
#include "tests/unit/noise.h"

#define STEPPED "hmm/devdax-pte/1G"

static struct track_rule rule(int64_t reference)
{
	return (struct track_rule){ night_usual, reference };
}

static int64_t session(struct store *store)
{
	const struct store_session nightly = { .kind = TRACK_SESSION, .command = "test" };
	int64_t id;

	assert_int_equal(store_session_add(store, &nightly, &id, NULL), 0);
	return id;
}

/* An exact night with @more ticks in one series. */
static int64_t exact_night(struct store *store, unsigned int night, unsigned int more)
{
	const struct store_origin origin = { .session = session(store) };

	return fake_store_night(store, night, more, &origin);
}

static void set(char **field, char *value)
{
	free(*field);
	*field = value;
}

/* A night on a noisy machine, one series @level times as slow. */
static int64_t noisy_night(struct store *store, unsigned int night, double level,
			   struct noise *noise)
{
	const struct store_origin origin = { .session = session(store) };
	const time_t when = fake_store_time(night);
	struct store_imported in;
	struct records records;
	char started[32];
	struct err err;
	struct tm tm;

	fake_run(&records);
	records.run.exact = false;
	set(&records.run.machine, xstrdup("kvm"));
	set(&records.run.unit, xstrdup("ticks"));
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	set(&records.run.started, xstrdup(started));
	set(&records.run.id, xasprintf("noisy-%u-%g", night, level));
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record_series *s = &records.series[i];
		double factor = exp(0.01 * noise_normal(noise));

		if (!strcmp(s->name, STEPPED))
			factor *= level;
		for (size_t k = 0; k < s->nr_samples; k++)
			s->samples[k].ticks = (uint64_t)((double)s->samples[k].ticks * factor);
	}
	if (store_import(store, &records, &origin, &in, &err))
		fail_msg("%s", err.text);
	records_release(&records);
	return in.run;
}

static struct track_night judged(struct store *store, int64_t run, int64_t reference)
{
	const struct track_rule r = rule(reference);
	struct track_night night;
	struct err err = { "" };

	if (track_judge(store, run, &r, &night, &err))
		fail_msg("%s", err.text);
	return night;
}

static struct track_item *item_of(struct track_night *night, const char *name)
{
	for (size_t i = 0; i < night->n; i++)
		if (!strcmp(night->items[i].series->name, name))
			return &night->items[i];
	fail_msg("no %s", name);
	return NULL;
}

static void confirm(struct store *store, struct track_night *night, int64_t second)
{
	const struct track_rule r = rule(0);
	struct err err = { "" };

	if (track_confirm(store, night, second, &r, &err))
		fail_msg("%s", err.text);
	assert_int_equal(night->counts[TRACK_SUSPECT], 0);
}

static void the_first_night_is_no_change(void **state)
{
	struct store *store = fake_store_open(*state);
	struct track_night night = judged(store, exact_night(store, 1, 0), 0);

	assert_int_equal(night.n, 140);
	assert_int_equal(night.counts[TRACK_FIRST], 140);
	assert_false(night.new_environment);
	track_release(&night);
	store_close(store);
}

static void a_count_that_changed_is_confirmed_and_kept(void **state)
{
	struct store *store = fake_store_open(*state);
	int64_t first = exact_night(store, 1, 0), second = exact_night(store, 2, 5);
	struct track_night night = judged(store, second, first);
	struct track_item *item = item_of(&night, STEPPED);
	struct store_changes changes;

	assert_int_equal(night.counts[TRACK_SUSPECT], 1);
	assert_int_equal(night.counts[TRACK_SAME], 139);
	assert_int_equal(item->outcome, TRACK_SUSPECT);
	assert_true(item->value - item->base == 5 && item->value - item->reference == 5);
	assert_int_equal(item->base_run, first);
	confirm(store, &night, exact_night(store, 2, 5));
	assert_int_equal(item->outcome, TRACK_WORSE);
	assert_int_equal(track_keep(store, &night, 0, NULL), 0);
	assert_int_equal(store_changes(store, item->series->id, &changes, NULL), 0);
	assert_int_equal(changes.n, 1);
	assert_string_equal(changes.changes[0].state, "new");
	assert_int_equal(changes.changes[0].run, second);
	store_changes_release(&changes);
	track_release(&night);
	/* The next night it is as the night before, and back is better. */
	night = judged(store, exact_night(store, 3, 5), first);
	assert_int_equal(night.counts[TRACK_SAME], 140);
	assert_true(item_of(&night, STEPPED)->value > item_of(&night, STEPPED)->reference);
	track_release(&night);
	night = judged(store, exact_night(store, 4, 0), 0);
	confirm(store, &night, exact_night(store, 4, 0));
	assert_int_equal(item_of(&night, STEPPED)->outcome, TRACK_BETTER);
	track_release(&night);
	store_close(store);
}

static void a_second_run_that_differs_is_not_repeatable(void **state)
{
	struct store *store = fake_store_open(*state);
	struct track_night night;

	exact_night(store, 1, 0);
	night = judged(store, exact_night(store, 2, 5), 0);
	confirm(store, &night, exact_night(store, 2, 6));
	assert_int_equal(item_of(&night, STEPPED)->outcome, TRACK_UNREPEATABLE);
	track_release(&night);
	store_close(store);
}

static void floors_forgive_what_they_say(void **state)
{
	struct store *store = fake_store_open(*state);
	struct track_night night = judged(store, exact_night(store, 1, 0), 0);
	int64_t series = item_of(&night, STEPPED)->series->id;

	track_release(&night);
	assert_int_equal(store_series_floors(store, series, 10, 0, NULL), 0);
	night = judged(store, exact_night(store, 2, 10), 0);
	assert_int_equal(night.counts[TRACK_SAME], 140);
	track_release(&night);
	night = judged(store, exact_night(store, 3, 21), 0);
	assert_int_equal(night.counts[TRACK_SUSPECT], 1);
	track_release(&night);
	store_close(store);
}

/* What no nightly stored has no say. */
static void other_runs_make_no_history(void **state)
{
	struct store *store = fake_store_open(*state);
	struct track_night night;

	exact_night(store, 1, 0);
	fake_store_night(store, 2, 500, NULL);
	night = judged(store, exact_night(store, 3, 0), 0);
	assert_int_equal(night.counts[TRACK_SAME], 140);
	track_release(&night);
	store_close(store);
}

static void a_step_in_noise_is_found_and_told_once(void **state)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 21 };
	struct track_night night;
	struct track_item *item;
	unsigned int day = 1;
	int64_t run;

	for (; day <= 40; day++)
		run = noisy_night(store, day, 1, &noise);
	night = judged(store, run, 0);
	assert_true(night.counts[TRACK_SUSPECT] <= 2);
	assert_int_equal(item_of(&night, STEPPED)->nr_history, 39);
	track_release(&night);
	night = judged(store, noisy_night(store, day, 1.10, &noise), 0);
	item = item_of(&night, STEPPED);
	assert_int_equal(item->outcome, TRACK_SUSPECT);
	assert_false(item->told);
	assert_true(item->low < item->base && item->base < item->high && item->high < item->value);
	confirm(store, &night, noisy_night(store, day, 1.101, &noise));
	assert_int_equal(item->outcome, TRACK_WORSE);
	assert_int_equal(track_keep(store, &night, 0, NULL), 0);
	track_release(&night);
	night = judged(store, noisy_night(store, ++day, 1.10, &noise), 0);
	assert_true(item_of(&night, STEPPED)->told);
	track_release(&night);
	store_close(store);
}

static void what_a_second_run_does_not_show_is_not_confirmed(void **state)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 22 };
	struct track_night night;

	for (unsigned int day = 1; day <= 40; day++)
		noisy_night(store, day, 1, &noise);
	night = judged(store, noisy_night(store, 41, 1.10, &noise), 0);
	assert_int_equal(item_of(&night, STEPPED)->outcome, TRACK_SUSPECT);
	confirm(store, &night, noisy_night(store, 41, 1.0001, &noise));
	assert_int_equal(item_of(&night, STEPPED)->outcome, TRACK_UNCONFIRMED);
	track_release(&night);
	store_close(store);
}

static void a_run_that_is_not_there_is_said(void **state)
{
	struct store *store = fake_store_open(*state);
	const struct track_rule r = rule(0);
	struct track_night night;
	struct err err;

	assert_int_equal(track_judge(store, 7, &r, &night, &err), -ENOENT);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fake_store_test(the_first_night_is_no_change),
		fake_store_test(a_count_that_changed_is_confirmed_and_kept),
		fake_store_test(a_second_run_that_differs_is_not_repeatable),
		fake_store_test(floors_forgive_what_they_say),
		fake_store_test(other_runs_make_no_history),
		fake_store_test(a_step_in_noise_is_found_and_told_once),
		fake_store_test(what_a_second_run_does_not_show_is_not_confirmed),
		fake_store_test(a_run_that_is_not_there_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
