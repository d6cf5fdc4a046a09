// SPDX-License-Identifier: GPL-2.0-only
/* bench/track: nights of a store are judged, confirmed and kept. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_store.h"
#include "tests/unit/nights.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/store/history.h"

static void confirm(struct store *store, struct track_night *night, int64_t second)
{
	const struct track_rule r = nights_rule(0);
	struct err err = { "" };

	if (track_confirm(store, night, second, &r, &err))
		fail_msg("%s", err.text);
	assert_int_equal(night->counts[TRACK_SUSPECT], 0);
}

FAKE_STORE_TEST(the_first_night_is_no_change)
{
	struct store *store = fake_store_open(*state);
	struct track_night night = nights_judged(store, nights_exact(store, 1, 0), 0);

	assert_int_equal(night.n, 140);
	assert_int_equal(night.counts[TRACK_FIRST], 140);
	assert_false(night.new_environment);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_count_that_changed_is_confirmed_and_kept)
{
	struct store *store = fake_store_open(*state);
	int64_t first = nights_exact(store, 1, 0), second = nights_exact(store, 2, 5);
	struct track_night night = nights_judged(store, second, first);
	struct track_item *item = nights_item(&night, NIGHTS_STEPPED);
	struct store_changes changes;

	assert_int_equal(night.counts[TRACK_SUSPECT], 1);
	assert_int_equal(night.counts[TRACK_SAME], 139);
	assert_int_equal(item->outcome, TRACK_SUSPECT);
	assert_true(item->value - item->base == 5 && item->value - item->reference == 5);
	assert_int_equal(item->base_run, first);
	confirm(store, &night, nights_exact(store, 2, 5));
	assert_int_equal(item->outcome, TRACK_WORSE);
	assert_int_equal(track_keep(store, &night, 0, NULL), 0);
	assert_int_equal(store_changes(store, item->series->id, &changes, NULL), 0);
	assert_int_equal(changes.n, 1);
	assert_string_equal(changes.changes[0].state, "new");
	assert_int_equal(changes.changes[0].run, second);
	store_changes_release(&changes);
	track_release(&night);
	/* The next night it is as the night before, and back is better. */
	night = nights_judged(store, nights_exact(store, 3, 5), first);
	assert_int_equal(night.counts[TRACK_SAME], 140);
	assert_true(nights_item(&night, NIGHTS_STEPPED)->value >
		    nights_item(&night, NIGHTS_STEPPED)->reference);
	track_release(&night);
	night = nights_judged(store, nights_exact(store, 4, 0), 0);
	confirm(store, &night, nights_exact(store, 4, 0));
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->outcome, TRACK_BETTER);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_second_run_that_differs_is_not_repeatable)
{
	struct store *store = fake_store_open(*state);
	struct track_night night;

	nights_exact(store, 1, 0);
	night = nights_judged(store, nights_exact(store, 2, 5), 0);
	confirm(store, &night, nights_exact(store, 2, 6));
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->outcome, TRACK_UNREPEATABLE);
	track_release(&night);
	store_close(store);
}

/* What no nightly stored has no say. */
FAKE_STORE_TEST(other_runs_make_no_history)
{
	struct store *store = fake_store_open(*state);
	struct track_night night;

	nights_exact(store, 1, 0);
	fake_store_night(store, 2, 500, NULL);
	night = nights_judged(store, nights_exact(store, 3, 0), 0);
	assert_int_equal(night.counts[TRACK_SAME], 140);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_step_in_noise_is_found_and_told_once)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 21 };
	struct track_night night;
	struct track_item *item;
	unsigned int day = 1;
	int64_t run;

	for (; day <= 40; day++)
		run = nights_noisy(store, day, 1, &noise);
	night = nights_judged(store, run, 0);
	assert_true(night.counts[TRACK_SUSPECT] <= 2);
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->nr_history, 39);
	track_release(&night);
	night = nights_judged(store, nights_noisy(store, day, 1.10, &noise), 0);
	item = nights_item(&night, NIGHTS_STEPPED);
	assert_int_equal(item->outcome, TRACK_SUSPECT);
	assert_false(item->told);
	assert_true(item->low < item->base && item->base < item->high && item->high < item->value);
	confirm(store, &night, nights_noisy(store, day, 1.101, &noise));
	assert_int_equal(item->outcome, TRACK_WORSE);
	assert_int_equal(track_keep(store, &night, 0, NULL), 0);
	track_release(&night);
	night = nights_judged(store, nights_noisy(store, ++day, 1.10, &noise), 0);
	assert_true(nights_item(&night, NIGHTS_STEPPED)->told);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(what_a_second_run_does_not_show_is_not_confirmed)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 22 };
	struct track_night night;

	for (unsigned int day = 1; day <= 40; day++)
		nights_noisy(store, day, 1, &noise);
	night = nights_judged(store, nights_noisy(store, 41, 1.10, &noise), 0);
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->outcome, TRACK_SUSPECT);
	confirm(store, &night, nights_noisy(store, 41, 1.0001, &noise));
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->outcome, TRACK_UNCONFIRMED);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_run_that_is_not_there_is_said)
{
	struct store *store = fake_store_open(*state);
	const struct track_rule r = nights_rule(0), pinned = nights_rule(99);
	struct track_night night;
	struct err err;

	assert_int_equal(track_judge(store, 7, &r, &night, &err), -ENOENT);
	assert_int_equal(track_judge(store, nights_exact(store, 1, 0), &pinned, &night, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "99"));
	store_close(store);
}
