// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/hodges: the interval and the test say the same. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "bench/stats/ranks.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

/* 16 ratios; k = 1 at 5 %: the least and the largest. */
TEST(worked_by_hand)
{
	static const double x[] = { 1, 2, 4, 8 }, y[] = { 16, 32, 64, 128 };
	struct hodges hodges;

	assert_int_equal(hodges_ratio(x, 4, y, 4, 0.05, &hodges, NULL), 0);
	assert_true(hodges.bounded);
	assert_near(hodges.ratio, 16, 1e-15);
	assert_near(hodges.low, 2, 0);
	assert_near(hodges.high, 128, 0);
	assert_near(hodges.coverage, 68.0 / 70, 1e-15);
}

TEST(too_few_have_no_interval)
{
	static const double x[] = { 100, 101, 102 }, y[] = { 200, 202, 204 };
	struct hodges hodges;

	assert_int_equal(hodges_ratio(x, 3, y, 3, 0.05, &hodges, NULL), 0);
	assert_false(hodges.bounded);
	assert_near(hodges.ratio, 2, 1e-15);
	assert_true(hodges.low <= 0 && isinf(hodges.high));
}

static void fill(struct noise *noise, double *values, size_t n, double centre, double sigma)
{
	for (size_t i = 0; i < n; i++)
		values[i] = centre * exp(sigma * noise_normal(noise));
}

/* Shifts about where p crosses alpha, so that many cases lie on either side. */
TEST(the_interval_agrees_with_the_test)
{
	static const double alphas[] = { 0.05, 0.01, 0.2 };
	struct noise noise = { 5 };
	unsigned differ = 0, alike = 0;
	double x[45], y[45];

	for (int round = 0; round < 6000; round++) {
		const size_t most = round % 50 ? 12 : 45;
		const size_t m = 1 + noise_below(&noise, most), n = 1 + noise_below(&noise, most);
		const double alpha = alphas[round % ARRAY_SIZE(alphas)];
		const double shift =
			0.02 * sqrt(1 / (double)m + 1 / (double)n) * 2 * noise_normal(&noise);
		struct hodges hodges;
		struct utest test;

		fill(&noise, x, m, 800, 0.01);
		fill(&noise, y, n, 800 * exp(shift), 0.01);
		assert_int_equal(utest(x, m, y, n, &test, NULL), 0);
		assert_int_equal(hodges_ratio(x, m, y, n, alpha, &hodges, NULL), 0);
		assert_int_equal(test.p <= alpha, hodges.low > 1 || hodges.high < 1);
		assert_true(hodges.low <= hodges.ratio && hodges.ratio <= hodges.high);
		differ += test.p <= alpha;
		alike += test.p > alpha;
	}
	assert_true(differ > 1000 && alike > 1000);
	print_message("interval and test agree: %u times different, %u times not\n", differ, alike);
}

/* With ties the test knows of fewer splits than the interval; neither errs too often. */
TEST(with_ties_neither_errs_too_often)
{
	const unsigned trials = 4000;
	unsigned both = 0, test_only = 0, interval_only = 0;
	struct noise noise = { 6 };
	double x[8], y[8];

	for (unsigned trial = 0; trial < trials; trial++) {
		struct hodges hodges;
		struct utest test;
		bool excludes;

		for (size_t i = 0; i < 8; i++) {
			x[i] = 100 + round(2 * noise_normal(&noise));
			y[i] = 100 + round(2 * noise_normal(&noise));
		}
		assert_int_equal(utest(x, 8, y, 8, &test, NULL), 0);
		assert_int_equal(hodges_ratio(x, 8, y, 8, 0.05, &hodges, NULL), 0);
		excludes = hodges.low > 1 || hodges.high < 1;
		both += excludes && test.p <= 0.05;
		test_only += !excludes && test.p <= 0.05;
		interval_only += excludes && test.p > 0.05;
	}
	print_message(
		"ties, like arms of 8: %.2f %% test and interval, %.2f %% test alone, %.2f %% "
		"interval alone\n",
		100.0 * both / trials, 100.0 * test_only / trials, 100.0 * interval_only / trials);
	assert_true(both + interval_only <= (0.05 + 3 * sqrt(0.05 * 0.95 / trials)) * trials);
	assert_true(interval_only <= both / 10);
}

TEST(the_interval_covers_what_it_says)
{
	static const size_t arms[] = { 4, 5, 6, 8, 12, 16 };
	const unsigned trials = 4000;

	for (size_t a = 0; a < ARRAY_SIZE(arms); a++) {
		struct noise noise = { 7 + a };
		const size_t n = arms[a];
		unsigned covered = 0;
		struct hodges hodges;
		double x[16], y[16];

		for (unsigned trial = 0; trial < trials; trial++) {
			fill(&noise, x, n, 800, 0.03);
			fill(&noise, y, n, 800 * 1.05, 0.03);
			assert_int_equal(hodges_ratio(x, n, y, n, 0.05, &hodges, NULL), 0);
			covered += hodges.low <= 1.05 && 1.05 <= hodges.high;
		}
		print_message("%2zu boots: 95 %% interval covers %.2f %%, says %.2f %%\n", n,
			      100.0 * covered / trials, 100 * hodges.coverage);
		assert_true(hodges.coverage >= 0.95);
		assert_true(fabs((double)covered / trials - hodges.coverage) <=
			    4 * sqrt(0.05 * 0.95 / trials));
	}
}

TEST(swapping_and_scaling)
{
	struct noise noise = { 8 };
	struct hodges one, other;
	double x[9], y[9];

	for (int round = 0; round < 500; round++) {
		const size_t m = 5 + noise_below(&noise, 5), n = 5 + noise_below(&noise, 5);

		fill(&noise, x, m, 800, 0.1);
		fill(&noise, y, n, 700, 0.1);
		assert_int_equal(hodges_ratio(x, m, y, n, 0.05, &one, NULL), 0);
		assert_int_equal(hodges_ratio(y, n, x, m, 0.05, &other, NULL), 0);
		assert_near(other.ratio, 1 / one.ratio, 1e-14);
		assert_near(other.low, 1 / one.high, 1e-14);
		assert_near(other.high, 1 / one.low, 1e-14);
		for (size_t i = 0; i < m; i++)
			x[i] *= 1e-9;
		for (size_t i = 0; i < n; i++)
			y[i] *= 1e-9;
		assert_int_equal(hodges_ratio(x, m, y, n, 0.05, &other, NULL), 0);
		assert_near(other.ratio, one.ratio, 1e-14);
	}
}

TEST(one_wild_boot_moves_little)
{
	const double x[] = { 100, 101, 102, 103, 104, 105, 106, 107 };
	const double y[] = { 110, 111, 112, 113, 114, 115, 116, 1e9 };
	struct hodges hodges;

	assert_int_equal(hodges_ratio(x, 8, y, 8, 0.05, &hodges, NULL), 0);
	assert_near(hodges.ratio, 1.1, 0.01);
	assert_true(hodges.low > 1 && hodges.high < 1.2);
}

TEST(equal_arms_have_the_ratio_1)
{
	const double x[] = { 7, 7, 7, 7 };
	struct hodges hodges;

	assert_int_equal(hodges_ratio(x, 4, x, 4, 0.05, &hodges, NULL), 0);
	assert_near(hodges.ratio, 1, 0);
	assert_near(hodges.low, 1, 0);
	assert_near(hodges.high, 1, 0);
}

TEST(what_has_no_ratio_is_said)
{
	static const double good[] = { 1, 2 }, zero[] = { 1, 0 }, huge[] = { 1e300 };
	static const double tiny[] = { 1e-300 };
	struct hodges hodges = { .ratio = 9 };
	struct err err;

	assert_int_equal(hodges_ratio(good, 0, good, 2, 0.05, &hodges, &err), -EINVAL);
	assert_int_equal(hodges_ratio(good, 2, zero, 2, 0.05, &hodges, &err), -EDOM);
	assert_int_equal(hodges_ratio(zero, 2, good, 2, 0.05, &hodges, &err), -EDOM);
	assert_int_equal(hodges_ratio(good, 2, good, 2, 1, &hodges, &err), -EDOM);
	assert_int_equal(hodges_ratio(tiny, 1, huge, 1, 0.05, &hodges, &err), -ERANGE);
	assert_int_equal(hodges_ratio(huge, 1, tiny, 1, 0.05, &hodges, &err), -ERANGE);
	assert_near(hodges.ratio, 9, 0);
}
