// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/median and dist: known values. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <float.h>
#include <math.h>

#include "base/str.h"
#include "bench/stats/sample.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

TEST(medians_by_hand)
{
	static const double odd[] = { 5, 1, 100 }, even[] = { 4, 1, 2, 90 }, one[] = { 3 };
	static const double huge[] = { DBL_MAX, DBL_MAX };
	struct spread spread;

	assert_int_equal(median_spread(odd, 3, &spread, NULL), 0);
	assert_near(spread.median, 5, 0);
	assert_near(spread.mad, 4, 0);
	assert_int_equal(median_spread(even, 4, &spread, NULL), 0);
	assert_near(spread.median, 3, 0);
	assert_near(spread.mad, 1.5, 0);
	assert_int_equal(median_spread(one, 1, &spread, NULL), 0);
	assert_near(spread.median, 3, 0);
	assert_near(spread.mad, 0, 0);
	assert_int_equal(median_spread(huge, 2, &spread, NULL), 0);
	assert_near(spread.median, DBL_MAX, 0);
}

TEST(what_has_no_median_is_said)
{
	static const double bad[] = { 1, NAN };
	struct spread spread;
	struct err err;

	assert_int_equal(median_spread(bad, 0, &spread, &err), -EINVAL);
	assert_int_equal(median_spread(bad, 2, &spread, &err), -EDOM);
}

/* Two-sided 5 %, 1 % and 0.1 % of printed tables. */
TEST(quantiles_are_those_of_the_tables)
{
	static const struct {
		double df, t5, t1, t01;
	} table[] = { { 1, 12.706, 63.657, 636.619 }, { 2, 4.303, 9.925, 31.599 },
		      { 5, 2.571, 4.032, 6.869 },     { 10, 2.228, 3.169, 4.587 },
		      { 30, 2.042, 2.750, 3.646 },    { 120, 1.980, 2.617, 3.373 } };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		assert_near(student_upper_quantile(0.025, table[i].df), table[i].t5, 3e-4);
		assert_near(student_upper_quantile(0.005, table[i].df), table[i].t1, 3e-4);
		assert_near(student_upper_quantile(0.0005, table[i].df), table[i].t01, 3e-4);
	}
	assert_near(normal_upper_quantile(0.025), 1.959963984540054, 1e-14);
	assert_near(normal_upper_quantile(0.2), 0.8416212335729143, 1e-14);
	assert_near(normal_upper_quantile(0.8), -0.8416212335729143, 1e-14);
	assert_near(student_upper_quantile(0.025, 1e7), normal_upper_quantile(0.025), 1e-6);
}

/* One degree of freedom is the Cauchy distribution, two have a closed form. */
TEST(tails_are_those_of_closed_forms)
{
	for (int i = -135; i < 135; i++) {
		const double t = 0.37 * i;

		assert_near(student_upper(t, 1), 0.5 - atan(t) / M_PI, 1e-12);
		assert_near(student_upper(t, 2), 0.5 - t / (2 * sqrt(2 + t * t)), 1e-12);
	}
	for (int i = 1; i < 40; i++) {
		const double p = pow(2, -i);

		assert_near(student_upper(student_upper_quantile(p, 3.7), 3.7), p, 1e-11);
		assert_near(normal_upper(normal_upper_quantile(p)), p, 1e-11);
	}
}

/* Of 8 values P(B <= 0) = 1 / 256, P(B <= 1) = 9 / 256. */
TEST(intervals_by_hand)
{
	static const double values[] = { 8, 1, 7, 2, 6, 3, 5, 4 };
	static const struct {
		double alpha, low, high;
		bool bounded;
	} cases[] = { { 0.05, 1, 8, true },
		      { 2.0 / 256 * 1.001, 1, 8, true },
		      { 2.0 / 256 * 0.999, 1, 8, false },
		      { 18.0 / 256 * 1.001, 2, 7, true },
		      { 0.99, 4, 5, true } };
	struct median_interval interval;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(median_interval(values, 8, cases[i].alpha, &interval, &err), 0);
		assert_near(interval.median, 4.5, 1e-15);
		assert_near(interval.low, cases[i].low, 0);
		assert_near(interval.high, cases[i].high, 0);
		assert_int_equal(interval.bounded, cases[i].bounded);
	}
	assert_int_equal(median_interval(values, 1, 0.05, &interval, &err), 0);
	assert_false(interval.bounded);
	assert_int_equal(median_interval(values, 0, 0.05, &interval, &err), -EINVAL);
	assert_int_equal(median_interval(values, 8, 0, &interval, &err), -EDOM);
	assert_int_equal(median_interval(values, 8, NAN, &interval, &err), -EDOM);
}

TEST(intervals_hold_the_median_as_often_as_they_say)
{
	struct noise noise = { 12 };
	double values[16];
	size_t holds = 0;

	for (size_t trial = 0; trial < 5000; trial++) {
		struct median_interval interval;

		for (size_t i = 0; i < 16; i++)
			values[i] = exp(noise_normal(&noise));
		assert_int_equal(median_interval(values, 16, 0.05, &interval, NULL), 0);
		holds += interval.low <= 1 && interval.high >= 1;
	}
	print_message("  16 values, 95 %% asked for: %.1f %% of 5,000 hold the median\n",
		      (double)holds / 50);
	assert_in_range(holds, 4750, 4950);
}

TEST(out_of_range_is_nan)
{
	assert_true(isnan(normal_upper_quantile(0)) && isnan(normal_upper_quantile(1)));
	assert_true(isnan(normal_upper_quantile(NAN)));
	assert_true(isnan(student_upper_quantile(0.1, 0)) && isnan(student_upper(1, -1)));
	assert_near(student_upper(INFINITY, 5), 0, 0);
	assert_near(student_upper(-INFINITY, 5), 1, 0);
	assert_near(student_upper(0, 5), 0.5, 0);
}
