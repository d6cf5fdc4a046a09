// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/potts: the least cost of all splits, and steps found where they are. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#include "base/str.h"
#include "bench/stats/sample.h"
#include "bench/stats/levels.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

static double distances(const double *values, size_t n)
{
	struct spread spread;
	double sum = 0;

	assert_int_equal(median_spread(values, n, &spread, NULL), 0);
	for (size_t i = 0; i < n; i++)
		sum += fabs(values[i] - spread.median);
	return sum;
}

static double cost_of(const struct potts *potts, const double *values, double gamma)
{
	double cost = gamma * (double)(potts->nr_segments - 1);

	for (size_t s = 0; s < potts->nr_segments; s++)
		cost += distances(values + potts->segments[s].first, potts->segments[s].count);
	return cost;
}

/* Segments follow each other without gaps, each at its median. */
static void check_shape(const struct potts *potts, const double *values, size_t n)
{
	struct spread spread;
	size_t next = 0;

	for (size_t s = 0; s < potts->nr_segments; s++) {
		const struct segment *segment = &potts->segments[s];

		assert_int_equal(segment->first, next);
		assert_true(segment->count > 0);
		next += segment->count;
		assert_int_equal(
			median_spread(values + segment->first, segment->count, &spread, NULL), 0);
		assert_near(segment->level, spread.median, 0);
	}
	assert_int_equal(next, n);
}

/* Each set bit of @changes begins a segment after that value. */
static double cost_of_split(const double *values, size_t n, uint32_t changes, double gamma)
{
	double cost = gamma * __builtin_popcount(changes);
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		if (i + 1 == n || (changes >> i & 1)) {
			cost += distances(values + first, i + 1 - first);
			first = i + 1;
		}
	}
	return cost;
}

TEST(no_other_split_costs_less)
{
	struct noise noise = { 11 };
	double values[11];

	for (int round = 0; round < 150; round++) {
		const size_t n = 1 + noise_below(&noise, ARRAY_SIZE(values));
		const uint32_t splits = n > 1 ? 1u << (n - 1) : 1;
		const double gamma = 4 * noise_uniform(&noise);
		double least = INFINITY;
		struct potts potts;

		for (size_t i = 0; i < n; i++)
			values[i] = round % 3 ? noise_normal(&noise) + (i > 4 ? 3 : 0)
					      : (double)noise_below(&noise, 4);
		for (uint32_t changes = 0; changes < splits; changes++)
			least = fmin(least, cost_of_split(values, n, changes, gamma));
		assert_int_equal(potts_segments(values, n, gamma, &potts, NULL), 0);
		check_shape(&potts, values, n);
		assert_true(fabs(potts.cost - least) <= 1e-12 * (1 + least));
		assert_true(fabs(cost_of(&potts, values, gamma) - least) <= 1e-12 * (1 + least));
		potts_release(&potts);
	}
}

TEST(steps_without_noise_are_found_where_they_are)
{
	static const size_t starts[] = { 0, 40, 41 + 20, 90 };
	static const double levels[] = { 100, 103, 99, 100 };
	struct potts potts;
	double values[120];
	size_t s = 0;

	for (size_t i = 0; i < 120; i++) {
		while (s + 1 < ARRAY_SIZE(starts) && i >= starts[s + 1])
			s++;
		values[i] = levels[s];
	}
	assert_int_equal(potts_segments(values, 120, 5, &potts, NULL), 0);
	assert_int_equal(potts.nr_segments, 4);
	for (s = 0; s < 4; s++) {
		assert_int_equal(potts.segments[s].first, starts[s]);
		assert_near(potts.segments[s].level, levels[s], 0);
	}
	assert_near(potts.cost, 15, 1e-12);
	potts_release(&potts);
}

TEST(one_wild_night_is_no_change)
{
	struct potts potts;
	double values[60];

	for (size_t i = 0; i < 60; i++)
		values[i] = 100 + (double)(i % 3);
	values[30] = 108;
	assert_int_equal(potts_segments(values, 60, 6, &potts, NULL), 0);
	assert_int_equal(potts.nr_segments, 1);
	potts_release(&potts);
}

TEST(gamma_bounds_the_changes)
{
	static const double values[] = { 1, 2, 2, 5, 1 };
	struct potts potts;

	assert_int_equal(potts_segments(values, 5, 0, &potts, NULL), 0);
	assert_int_equal(potts.nr_segments, 4);
	assert_near(potts.cost, 0, 0);
	potts_release(&potts);
	assert_int_equal(potts_segments(values, 5, INFINITY, &potts, NULL), 0);
	assert_int_equal(potts.nr_segments, 1);
	assert_near(potts.segments[0].level, 2, 0);
	assert_near(potts.cost, 5, 0);
	potts_release(&potts);
	assert_int_equal(potts_segments(values, 1, 1, &potts, NULL), 0);
	assert_int_equal(potts.nr_segments, 1);
	potts_release(&potts);
}

/* Whole numbers make many splits cost the same: the one whose last segment is longest. */
TEST(equal_splits_have_one_answer)
{
	struct noise noise = { 15 };
	unsigned choices = 0;
	double values[9];

	for (int round = 0; round < 300; round++) {
		const size_t n = 2 + noise_below(&noise, 8);
		const uint32_t splits = n > 1 ? 1u << (n - 1) : 1;
		const double gamma = (double)(1 + noise_below(&noise, 3));
		size_t start = n;
		struct potts potts;

		for (size_t i = 0; i < n; i++)
			values[i] = (double)noise_below(&noise, 4);
		assert_int_equal(potts_segments(values, n, gamma, &potts, NULL), 0);
		for (uint32_t changes = 0; changes < splits; changes++) {
			const size_t last = changes ? 32 - (size_t)__builtin_clz(changes) : 0;

			if (cost_of_split(values, n, changes, gamma) > potts.cost)
				continue;
			choices += start < n && last != start;
			start = last < start ? last : start;
		}
		assert_int_equal(potts.segments[potts.nr_segments - 1].first, start);
		potts_release(&potts);
	}
	assert_true(choices > 100);
}

TEST(noise_does_not_see_the_steps)
{
	struct noise noise = { 12 };
	double values[1000], sigma;

	for (size_t i = 0; i < 1000; i++)
		values[i] = 3 * noise_normal(&noise) + (i < 300 ? 0 : i < 800 ? 50 : -20);
	assert_int_equal(potts_noise(values, 1000, &sigma, NULL), 0);
	assert_near(sigma, 3, 0.15);
	assert_int_equal(potts_noise(values, 1, &sigma, NULL), 0);
	assert_near(sigma, 0, 0);
}

TEST(quiet_histories_rarely_show_a_change)
{
	struct noise noise = { 13 };
	unsigned shown = 0, found = 0;
	double values[200], sigma;
	struct potts potts;

	for (int history = 0; history < 400; history++) {
		for (size_t i = 0; i < 200; i++)
			values[i] = 100 + noise_normal(&noise);
		assert_int_equal(potts_noise(values, 200, &sigma, NULL), 0);
		assert_int_equal(potts_segments(values, 200, POTTS_STRENGTH * sigma, &potts, NULL),
				 0);
		shown += potts.nr_segments > 1;
		potts_release(&potts);
		/* A step of 3 sigma, six nights ago. */
		for (size_t i = 194; i < 200; i++)
			values[i] += 3;
		assert_int_equal(potts_segments(values, 200, POTTS_STRENGTH * sigma, &potts, NULL),
				 0);
		found += potts.nr_segments > 1 &&
			 fabs((double)potts.segments[potts.nr_segments - 1].first - 194) <= 1;
		potts_release(&potts);
	}
	print_message(
		"of 400 histories of 200 nights: %u quiet ones show a change, in %u a step of "
		"3 sigma is found within a night of where it was\n",
		shown, found);
	assert_true(shown <= 32);
	assert_true(found >= 320);
}

/* Sanitizers included, and whatever else the machine does. */
TEST(ten_years_of_nights_take_no_time)
{
	const size_t n = 3650;
	struct noise noise = { 14 };
	double values[3650];
	struct potts potts;
	clock_t before;
	double took;

	for (size_t i = 0; i < n; i++) {
		const size_t level = i / 600;

		values[i] = noise_normal(&noise) + 4 * (double)level;
	}
	before = clock();
	assert_int_equal(potts_segments(values, n, POTTS_STRENGTH, &potts, NULL), 0);
	took = (double)(clock() - before) / CLOCKS_PER_SEC;
	print_message("3,650 nights in %.0f ms, %zu segments\n", took * 1000, potts.nr_segments);
	assert_int_equal(potts.nr_segments, 7);
	for (size_t s = 0; s < 7; s++)
		assert_true(fabs((double)potts.segments[s].first - 600.0 * (double)s) <= 2);
	assert_true(took < 2);
	potts_release(&potts);
}

TEST(what_is_no_history_is_said)
{
	static const double bad[] = { 1, NAN };
	struct potts potts;
	struct err err;
	double sigma;

	assert_int_equal(potts_segments(bad, 0, 1, &potts, &err), -EINVAL);
	assert_int_equal(potts_segments(bad, 2, 1, &potts, &err), -EDOM);
	assert_int_equal(potts_segments(bad, 1, -1, &potts, &err), -EDOM);
	assert_int_equal(potts_segments(bad, 1, NAN, &potts, &err), -EDOM);
	assert_int_equal(potts_noise(bad, 2, &sigma, &err), -EDOM);
	assert_int_equal(potts_noise(bad, 0, &sigma, &err), -EINVAL);
}
