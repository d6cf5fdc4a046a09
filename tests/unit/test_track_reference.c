// SPDX-License-Identifier: GPL-2.0-only
/* bench/track: a pinned reference, and gaps in a history. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_store.h"
#include "tests/unit/nights.h"

#include <math.h>

/* However long ago, and whatever stored it. */
FAKE_STORE_TEST(the_reference_is_any_run)
{
	struct store *store = fake_store_open(*state);
	int64_t old = nights_exact(store, 1, 0), no_night = fake_store_night(store, 2, 3, NULL);
	int64_t before = nights_exact(store, 400, 4), later = nights_exact(store, 800, 9);
	int64_t run = nights_exact(store, 401, 5);
	struct track_night night = nights_judged(store, run, old);
	struct track_item *item = nights_item(&night, NIGHTS_STEPPED);

	assert_true(item->value - item->reference == 5 && item->value - item->base == 1);
	track_release(&night);
	night = nights_judged(store, run, no_night);
	item = nights_item(&night, NIGHTS_STEPPED);
	assert_true(item->value - item->reference == 2);
	assert_int_equal(item->base_run, before);
	track_release(&night);
	night = nights_judged(store, run, later);
	assert_true(nights_item(&night, NIGHTS_STEPPED)->reference -
			    nights_item(&night, NIGHTS_STEPPED)->value ==
		    4);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_reference_of_times_is_any_run)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 23 };
	int64_t old = nights_noisy(store, 1, 0.5, &noise), run = 0;
	struct track_night night;
	struct track_item *item;

	for (unsigned int day = 600; day < 620; day++)
		run = nights_noisy(store, day, 1, &noise);
	night = nights_judged(store, run, old);
	item = nights_item(&night, NIGHTS_STEPPED);
	assert_int_equal(item->outcome, TRACK_SAME);
	assert_true(item->reference < item->low && item->reference > 0);
	track_release(&night);
	store_close(store);
}

FAKE_STORE_TEST(a_reference_of_another_environment_is_not_compared)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 24 };
	int64_t other = nights_noisy(store, 1, 1, &noise);
	struct track_night night = nights_judged(store, nights_exact(store, 2, 0), other);

	assert_non_null(night.reference_environment);
	assert_non_null(night.environment);
	assert_string_not_equal(night.reference_environment, night.environment);
	assert_false(night.new_environment);
	for (size_t i = 0; i < night.n; i++)
		assert_true(isnan(night.items[i].reference));
	track_release(&night);
	store_close(store);
}

/* A tracker that stood still for weeks goes on where it was. */
FAKE_STORE_TEST(a_gap_is_no_first_night)
{
	struct store *store = fake_store_open(*state);
	struct noise noise = { 25 };
	int64_t first = nights_exact(store, 1, 0);
	struct track_night night = nights_judged(store, nights_exact(store, 500, 1), 0);

	assert_int_equal(night.counts[TRACK_SUSPECT], 1);
	assert_int_equal(night.counts[TRACK_SAME], 139);
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->base_run, first);
	track_release(&night);
	nights_noisy(store, 1, 1, &noise);
	night = nights_judged(store, nights_noisy(store, 500, 1, &noise), 0);
	assert_int_equal(night.counts[TRACK_LEARNING], 140);
	track_release(&night);
	store_close(store);
}

/* Nor is it for one series that was away for weeks while the nights went on. */
FAKE_STORE_TEST(a_series_that_was_away_is_no_first_one)
{
	struct store *store = fake_store_open(*state);
	int64_t first = nights_exact(store, 1, 0);
	struct track_night night;
	struct track_item *item;

	for (unsigned int day = 2; day < 30; day += 9)
		nights_exact_without(store, day, NIGHTS_STEPPED);
	night = nights_judged(store, nights_exact(store, 30, 1), 0);
	item = nights_item(&night, NIGHTS_STEPPED);
	assert_int_equal(item->outcome, TRACK_SUSPECT);
	assert_int_equal(item->base_run, first);
	assert_int_equal(night.counts[TRACK_SAME], 139);
	track_release(&night);
	store_close(store);
}

/* It was stored, and its nightly was killed: the change is told the night after. */
FAKE_STORE_TEST(a_night_that_was_not_judged_hides_nothing)
{
	struct store *store = fake_store_open(*state);
	int64_t first = nights_exact(store, 1, 0);
	struct track_night night = nights_judged(store, first, 0);

	assert_int_equal(track_keep(store, &night, 0, NULL), 0);
	track_release(&night);
	nights_exact(store, 2, 5);
	night = nights_judged(store, nights_exact(store, 3, 5), 0);
	assert_int_equal(night.counts[TRACK_SUSPECT], 1);
	assert_int_equal(nights_item(&night, NIGHTS_STEPPED)->base_run, first);
	assert_int_equal(night.previous, first);
	track_release(&night);
	store_close(store);
}
