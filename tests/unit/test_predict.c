// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/predict: quiet nights stay inside, a step does not. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "bench/stats/night.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

/* Median 5, MAD 2, h 9: t of 2.96 degrees at 5 % is 3.2069 (R: qt(0.975, 2.96)). */
TEST(worked_by_hand)
{
	static const double segment[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	static const struct predict_rule rule = { .alpha = 0.05 };
	struct prediction prediction;

	assert_int_equal(predict_bound(segment, 9, &rule, &prediction, NULL), 0);
	assert_near(prediction.centre, 5, 0);
	assert_near(prediction.sigma, 2.9652, 1e-12);
	assert_near(prediction.high - 5, 3.2069 * 2.9652 * sqrt(10.0 / 9), 1e-4);
	assert_near(5 - prediction.low, prediction.high - 5, 1e-12);
}

TEST(the_floor_holds_where_nothing_varies)
{
	static const double segment[] = { 7, 7, 7, 7, 7 };
	static const struct predict_rule bare = { .alpha = 0.01 };
	static const struct predict_rule floored = { .alpha = 0.01, .floor = 0.1 };
	struct prediction prediction;

	assert_int_equal(predict_bound(segment, 5, &bare, &prediction, NULL), 0);
	assert_near(prediction.low, 7, 0);
	assert_near(prediction.high, 7, 0);
	assert_int_equal(predict_bound(segment, 5, &floored, &prediction, NULL), 0);
	assert_near(prediction.sigma, 0.1, 0);
	assert_true(prediction.low < 6.9 && prediction.high > 7.1);
}

/* Share of @trials in which one more value, @step sigma off, is outside. */
static double outside(size_t h, double alpha, double step, unsigned trials)
{
	const struct predict_rule rule = { .alpha = alpha };
	struct noise noise = { 100 * h };
	unsigned found = 0;
	double values[100];

	for (unsigned trial = 0; trial < trials; trial++) {
		struct prediction prediction;
		double value;

		for (size_t i = 0; i < h; i++)
			values[i] = noise_normal(&noise);
		value = noise_normal(&noise) + step;
		assert_int_equal(predict_bound(values, h, &rule, &prediction, NULL), 0);
		found += value < prediction.low || value > prediction.high;
	}
	return (double)found / trials;
}

TEST(quiet_nights_stay_inside)
{
	static const size_t lengths[] = { 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 30, 50, 100 };
	const unsigned trials = 4000;

	print_message(
		"false alarms, 4,000 quiet nights each; a step of 5 sigma found in one night\n"
		"  segment   at 5 %%   at 1 %%   step, at 1 %%\n");
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		const size_t h = lengths[i];
		const double five = outside(h, 0.05, 0, trials), one = outside(h, 0.01, 0, trials);
		/* Three values have a MAD that is often far too small. */
		const double excess = h == 3 ? 1.7 : 1;

		print_message("  %7zu  %6.2f %%  %6.2f %%   %5.1f %%\n", h, 100 * five, 100 * one,
			      100 * outside(h, 0.01, 5, 1000));
		assert_true(five <= excess * 0.05 + 4 * sqrt(0.05 * 0.95 / trials));
		assert_true(one <= excess * 0.01 + 4 * sqrt(0.01 * 0.99 / trials));
		if (h >= 15)
			assert_true(five >= 0.036 && one >= 0.004);
	}
	assert_true(outside(50, 0.01, 5, 1000) > 0.95);
}

TEST(what_has_no_bound_is_said)
{
	static const double values[] = { 1, 2, NAN };
	static const struct predict_rule good = { .alpha = 0.05 };
	static const struct predict_rule bad[] = {
		{ .alpha = 0 }, { .alpha = 1 }, { .alpha = NAN }, { .alpha = 0.05, .floor = -1 }
	};
	struct prediction prediction;
	struct err err;

	assert_int_equal(predict_bound(values, 1, &good, &prediction, &err), -EINVAL);
	assert_int_equal(predict_bound(values, 3, &good, &prediction, &err), -EDOM);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(predict_bound(values, 2, &bad[i], &prediction, &err), -EDOM);
}
