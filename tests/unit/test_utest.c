// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/utest: p is that of enumerating all splits, and two like arms stay alike. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/stats/design.h"
#include "bench/stats/ranks.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

/* 1 2 4 against 3 5 6: u = 8 of 9. Of 20 splits, u = 0, 1, 8, 9 come once each: p = 4/20. */
TEST(worked_by_hand)
{
	static const double x[] = { 1, 2, 4 }, y[] = { 3, 5, 6 };
	struct utest test;

	assert_int_equal(utest(x, 3, y, 3, &test, NULL), 0);
	assert_true(test.exact);
	assert_near(test.u, 8, 0);
	assert_near(test.effect, 8.0 / 9, 1e-15);
	assert_near(test.p, 0.2, 1e-15);
}

/* 1 1 against 1 2: of the six splits three have 1.5 x the mean's distance: all but u = 2. */
TEST(worked_by_hand_with_ties)
{
	static const double x[] = { 1, 1 }, y[] = { 1, 2 };
	struct utest test;

	assert_int_equal(utest(x, 2, y, 2, &test, NULL), 0);
	assert_near(test.u, 3, 0);
	assert_near(test.p, 1, 0);
}

/* Twice u, pair by pair. */
static int twice_u(const double *values, size_t total, uint32_t of_y)
{
	int u = 0;

	for (size_t i = 0; i < total; i++)
		for (size_t j = 0; j < total; j++)
			if ((of_y >> j & 1) && !(of_y >> i & 1))
				u += (values[j] > values[i]) + (values[j] >= values[i]);
	return u;
}

static double enumerated(const double *values, size_t m, size_t n)
{
	const int mean = (int)(m * n), seen = twice_u(values, m + n, ((1u << n) - 1) << m);
	unsigned far = 0, all = 0;

	for (uint32_t of_y = 0; of_y < 1u << (m + n); of_y++) {
		if ((size_t)__builtin_popcount(of_y) != n)
			continue;
		all++;
		far += abs(twice_u(values, m + n, of_y) - mean) >= abs(seen - mean);
	}
	return (double)((long double)far / all);
}

TEST(p_is_that_of_all_splits)
{
	struct noise noise = { 3 };
	double values[11];
	struct utest test;
	unsigned cases = 0;

	for (size_t m = 1; m <= 6; m++) {
		for (size_t n = 1; n <= 5; n++) {
			for (size_t kinds = 1; kinds <= 64; kinds *= 2, cases++) {
				for (size_t i = 0; i < m + n; i++)
					values[i] = (double)noise_below(&noise, kinds);
				assert_int_equal(utest(values, m, values + m, n, &test, NULL), 0);
				assert_true(test.exact);
				/* Counts over counts: not near, equal. */
				assert_true(test.p == enumerated(values, m, n));
				assert_true(2 * test.u ==
					    twice_u(values, m + n, ((1u << n) - 1) << m));
			}
		}
	}
	print_message("%u cases equal to enumeration, bit for bit\n", cases);
}

TEST(swapping_the_arms_changes_no_p)
{
	struct noise noise = { 4 };
	struct utest one, other;
	double x[40], y[40];

	for (int round = 0; round < 300; round++) {
		const size_t m = 1 + noise_below(&noise, 40), n = 1 + noise_below(&noise, 40);
		const size_t kinds = 1 + noise_below(&noise, 100);

		for (size_t i = 0; i < m; i++)
			x[i] = (double)noise_below(&noise, kinds);
		for (size_t i = 0; i < n; i++)
			y[i] = (double)noise_below(&noise, kinds);
		assert_int_equal(utest(x, m, y, n, &one, NULL), 0);
		assert_int_equal(utest(y, n, x, m, &other, NULL), 0);
		assert_near(one.p, other.p, 1e-12);
		assert_near(one.u, (double)(m * n) - other.u, 0);
		assert_true(one.p > 0 && one.p <= 1);
	}
}

TEST(arms_all_apart_have_the_smallest_p)
{
	struct utest test;
	double x[33], y[33];

	for (size_t n = 1; n <= 33; n++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = (double)i;
			y[i] = 1000 + (double)i;
		}
		assert_int_equal(utest(x, n, y, n, &test, NULL), 0);
		assert_near(test.p, power_smallest_p(n, n), 1e-14);
		assert_near(test.effect, 1, 0);
	}
}

TEST(equal_values_are_alike)
{
	double values[100];
	struct utest test;

	for (size_t i = 0; i < 100; i++)
		values[i] = 7;
	for (size_t n = 1; n <= 50; n++) {
		assert_int_equal(utest(values, n, values + n, n, &test, NULL), 0);
		assert_near(test.p, 1, 0);
		assert_near(test.effect, 0.5, 0);
	}
}

#define ARM   34 /* one more than is counted */
#define PAIRS ((size_t)ARM * ARM)

/*
 * P(U = u) of two arms of ARM: whether the largest of all is of one arm or of the
 * other, U loses nothing or the other's size. chance[n][u] goes from m - 1 to m.
 */
static void chances(double chance[ARM + 1][PAIRS + 1])
{
	for (size_t n = 0; n <= ARM; n++)
		for (size_t u = 0; u <= PAIRS; u++)
			chance[n][u] = !u;
	for (size_t m = 1; m <= ARM; m++) {
		for (size_t n = 1; n <= ARM; n++) {
			for (size_t u = PAIRS + 1; u-- > 0;) {
				const double last_x = u >= n ? chance[n][u - n] : 0;

				chance[n][u] = ((double)m * last_x + (double)n * chance[n - 1][u]) /
					       (double)(m + n);
			}
		}
	}
}

TEST(the_normal_p_is_near_the_exact_one)
{
	static double chance[ARM + 1][PAIRS + 1];
	const double mean = (double)PAIRS / 2;
	double x[ARM], y[ARM], worst = 0;
	unsigned compared = 0;

	chances(chance);
	for (int shift = 0; shift < ARM; shift++) {
		struct utest test;
		double p = 0;

		for (size_t i = 0; i < ARM; i++) {
			x[i] = (double)i;
			y[i] = (double)i + shift + 0.5;
		}
		assert_int_equal(utest(x, ARM, y, ARM, &test, NULL), 0);
		assert_false(test.exact);
		for (size_t u = 0; u <= PAIRS; u++)
			if (fabs((double)u - mean) >= fabs(test.u - mean))
				p += chance[ARM][u];
		if (p < 0.01)
			break;
		worst = fmax(worst, fabs(test.p / p - 1));
		compared++;
	}
	print_message("%u normal p of %d an arm: at most %.1f %% from the exact one\n", compared,
		      ARM, 100 * worst);
	assert_true(compared > 5 && worst < 0.08);
}

/*
 * 45 ones and 35 twos. By the usual formula sigma^2 = m n / 12 x (N + 1 - sum (t^3 - t) / (N (N - 1))).
 */
TEST(the_normal_p_corrects_ties_and_continuity)
{
	double x[40], y[40], ones = 45, twos = 35, cubes, sigma, off;
	struct utest test;

	for (size_t i = 0; i < 40; i++) {
		x[i] = i < 27 ? 1 : 2;
		y[i] = i < 18 ? 1 : 2;
	}
	assert_int_equal(utest(x, 40, y, 40, &test, NULL), 0);
	assert_false(test.exact);
	/* Pairs: y above x 22 x 27, equal 27 x 18 + 13 x 22. */
	assert_near(test.u, 22 * 27 + (27 * 18 + 13 * 22) / 2.0, 0);
	cubes = ones * (ones * ones - 1) + twos * (twos * twos - 1);
	sigma = sqrt(1600 / 12.0 * (81 - cubes / (80 * 79)));
	off = test.u - 800 - 0.5;
	assert_near(test.p, erfc(off / sigma / sqrt(2)), 1e-12);
}

/* Lopsided arms are counted beyond 66 values: the normal p of 3 against 60 is no p. */
TEST(a_small_arm_is_exact_against_a_long_one)
{
	double x[200], y[] = { 1000, 1001, 1002 };
	struct utest test;

	for (size_t i = 0; i < 200; i++)
		x[i] = (double)i;
	assert_int_equal(utest(x, 200, y, 3, &test, NULL), 0);
	assert_true(test.exact);
	assert_near(test.p, 2 / 1373701.0, 1e-14); /* C(203, 3) */
}

/* Share of @trials pairs of like arms with p <= 5 %; @grid 0: no ties. */
static double null_rate(size_t m, size_t n, double grid, int trials)
{
	struct noise noise = { 1000 * m + n };
	double x[64], y[64];
	unsigned found = 0;

	for (int trial = 0; trial < trials; trial++) {
		struct utest test;

		for (size_t i = 0; i < m; i++)
			x[i] = noise_normal(&noise);
		for (size_t i = 0; i < n; i++)
			y[i] = noise_normal(&noise);
		for (size_t i = 0; grid > 0 && i < m; i++)
			x[i] = grid * round(x[i] / grid);
		for (size_t i = 0; grid > 0 && i < n; i++)
			y[i] = grid * round(y[i] / grid);
		assert_int_equal(utest(x, m, y, n, &test, NULL), 0);
		found += test.p <= 0.05;
	}
	return (double)found / trials;
}

TEST(like_arms_differ_in_at_most_5_percent)
{
	static const size_t arms[][2] = { { 2, 2 },   { 3, 3 },	  { 4, 4 },   { 5, 5 },
					  { 6, 6 },   { 7, 7 },	  { 8, 8 },   { 9, 9 },
					  { 10, 10 }, { 11, 11 }, { 12, 12 }, { 16, 16 },
					  { 3, 5 },   { 2, 12 },  { 4, 9 },   { 40, 40 } };

	print_message("null rate at 5 %%\n  arms   trials   possible   seen   with ties\n");
	for (size_t i = 0; i < ARRAY_SIZE(arms); i++) {
		const size_t m = arms[i][0], n = arms[i][1];
		const int trials = m + n > 24 ? 2000 : 10000;
		const double error = sqrt(0.05 * 0.95 / trials);
		const double free = null_rate(m, n, 0, trials), tied = null_rate(m, n, 0.5, trials);
		double possible;
		size_t k;

		assert_int_equal(ranksum_lower(m, n, 0.05, &k, &possible, NULL), 0);
		print_message("  %2zu,%-2zu   %6d     %5.2f %%  %5.2f %%   %5.2f %%\n", m, n,
			      trials, 100 * possible, 100 * free, 100 * tied);
		assert_true(free <= 0.05 + 3 * error);
		assert_true(tied <= 0.05 + 3 * error);
		/* Neither more nor less than the discrete p allows. */
		assert_true(fabs(free - possible) <= 4 * error);
	}
}

TEST(what_cannot_be_tested_is_said)
{
	static const double good[] = { 1, 2 }, bad[] = { 1, INFINITY };
	struct utest test = { .p = 9 };
	struct err err;

	assert_int_equal(utest(good, 0, good, 2, &test, &err), -EINVAL);
	assert_int_equal(utest(good, 2, good, 0, &test, &err), -EINVAL);
	assert_int_equal(utest(good, 2, bad, 2, &test, &err), -EDOM);
	assert_int_equal(utest(bad, 2, good, 2, &test, &err), -EDOM);
	assert_near(test.p, 9, 0);
}
