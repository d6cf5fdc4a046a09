// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/power: so many boots as it says find what it says, as often as it says. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "bench/stats/design.h"
#include "bench/stats/ranks.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

TEST(the_smallest_p_is_two_of_all_splits)
{
	assert_near(power_smallest_p(4, 4), 2.0 / 70, 1e-15);
	assert_near(power_smallest_p(8, 8), 2.0 / 12870, 1e-15);
	assert_near(power_smallest_p(2, 8), 2.0 / 45, 1e-15);
	assert_near(power_smallest_p(8, 2), 2.0 / 45, 1e-15);
	assert_near(power_smallest_p(1, 1), 1, 0);
	assert_near(power_smallest_p(0, 5), 1, 0);
	assert_true(power_smallest_p(100000, 100000) < 1e-300);
}

TEST(many_series_need_more_boots)
{
	static const struct {
		size_t series, boots;
	} table[] = { { 1, 4 }, { 2, 5 }, { 5, 5 }, { 20, 6 }, { 50, 7 }, { 200, 8 } };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(power_least_boots(table[i].series, 0.05), table[i].boots);
	assert_int_equal(power_least_boots(1, 0.01), 5);
	assert_int_equal(power_least_boots(0, 0.05), 0);
	assert_int_equal(power_least_boots(1, 0), 0);
	assert_int_equal(power_least_boots(1, NAN), 0);
}

TEST(noise_is_relative)
{
	struct noise noise = { 21 };
	double values[2000], sigma, scaled;

	for (size_t i = 0; i < 2000; i++)
		values[i] = 800 * exp(0.01 * noise_normal(&noise));
	assert_int_equal(power_noise(values, 2000, &sigma, NULL), 0);
	assert_near(sigma, 0.01, 0.05);
	for (size_t i = 0; i < 2000; i++)
		values[i] *= 1e6;
	assert_int_equal(power_noise(values, 2000, &scaled, NULL), 0);
	assert_near(scaled, sigma, 1e-9);
}

/* 2 (1.9600 + 0.8416)^2 / 0.99503^2 x 1.0472 + 1.9600^2 / 4 = 17.56. */
TEST(worked_by_hand)
{
	const struct power_goal goal = { .change = 0.01, .alpha = 0.05, .power = 0.8, .series = 1 };
	size_t boots;

	assert_int_equal(power_boots(0.01, &goal, &boots, NULL), 0);
	assert_int_equal(boots, 18);
	assert_int_equal(power_boots(0, &goal, &boots, NULL), 0);
	assert_int_equal(boots, 5);
}

static double found(size_t boots, double sigma, const struct power_goal *goal)
{
	const unsigned trials = 2000;
	struct noise noise = { boots };
	double x[200], y[200];
	unsigned hits = 0;

	for (unsigned trial = 0; trial < trials; trial++) {
		struct utest test;

		for (size_t i = 0; i < boots; i++) {
			x[i] = exp(sigma * noise_normal(&noise));
			y[i] = (1 + goal->change) * exp(sigma * noise_normal(&noise));
		}
		assert_int_equal(utest(x, boots, y, boots, &test, NULL), 0);
		hits += test.p * (double)goal->series <= goal->alpha;
	}
	return (double)hits / trials;
}

TEST(so_many_boots_find_it_so_often)
{
	static const struct {
		double sigma;
		struct power_goal goal;
	} cases[] = { { 0.005, { 0.01, 0.05, 0.8, 1 } }, { 0.01, { 0.01, 0.05, 0.8, 1 } },
		      { 0.01, { 0.01, 0.05, 0.9, 1 } },	 { 0.005, { 0.01, 0.05, 0.8, 24 } },
		      { 0.03, { 0.02, 0.05, 0.8, 1 } },	 { 0.01, { 0.05, 0.05, 0.8, 1 } },
		      { 0.01, { 0.02, 0.05, 0.8, 1 } } };

	print_message("  noise  change  series  power   boots   found\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct power_goal *goal = &cases[i].goal;
		size_t boots;
		double share;

		assert_int_equal(power_boots(cases[i].sigma, goal, &boots, NULL), 0);
		share = found(boots, cases[i].sigma, goal);
		print_message("  %4.1f %%  %4.1f %%  %6zu  %3.0f %%   %5zu  %5.1f %%\n",
			      100 * cases[i].sigma, 100 * goal->change, goal->series,
			      100 * goal->power, boots, 100 * share);
		assert_true(share >= goal->power - 0.06);
	}
}

TEST(what_has_no_answer_is_said)
{
	static const struct power_goal good = { 0.01, 0.05, 0.8, 1 };
	static const struct power_goal bad[] = { { 0, 0.05, 0.8, 1 },	  { -0.01, 0.05, 0.8, 1 },
						 { NAN, 0.05, 0.8, 1 },	  { 0.01, 0, 0.8, 1 },
						 { 0.01, 1, 0.8, 1 },	  { 0.01, 0.05, 1, 1 },
						 { 0.01, 0.05, 0.04, 1 }, { 0.01, 0.05, 0.8, 0 } };
	static const double values[] = { 1, 0 };
	struct err err;
	size_t boots = 77;
	double sigma;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(power_boots(0.01, &bad[i], &boots, &err), -EDOM);
	assert_int_equal(power_boots(-1, &good, &boots, &err), -EDOM);
	assert_int_equal(power_boots(NAN, &good, &boots, &err), -EDOM);
	assert_int_equal(power_boots(1000, &good, &boots, &err), -ERANGE);
	assert_int_equal(boots, 77);
	assert_int_equal(power_noise(values, 1, &sigma, &err), -EINVAL);
	assert_int_equal(power_noise(values, 2, &sigma, &err), -EDOM);
}
