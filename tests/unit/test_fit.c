// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/fit: known lines come back, and what is no line is said. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/cost.h"

static const double sizes[] = { 16, 512, 16384, 262144 };

#define N ARRAY_SIZE(sizes)

static void near(double is, double want, double relative)
{
	if (!(fabs(is - want) <= relative * fabs(want)))
		fail_msg("%.12g instead of %.12g", is, want);
}

TEST(an_exact_line_comes_back)
{
	static const struct {
		double call, page;
	} lines[] = { { 655, 96.29 }, { 310, 0.01 }, { 1, 300 }, { 1e9, 1e-3 }, { 1e-6, 1e-6 } };
	double cost[N];
	struct fit fit;

	for (size_t l = 0; l < ARRAY_SIZE(lines); l++) {
		for (size_t i = 0; i < N; i++)
			cost[i] = lines[l].call + lines[l].page * sizes[i];
		assert_int_equal(fit_line(sizes, cost, N, &fit, NULL), 0);
		near(fit.call, lines[l].call, 1e-6);
		near(fit.page, lines[l].page, 1e-6);
		assert_true(fit.residual < 1e-9);
	}
}

TEST(two_points_are_met)
{
	const double pages[] = { 1, 3 }, cost[] = { 10, 16 };
	struct fit fit;

	assert_int_equal(fit_line(pages, cost, 2, &fit, NULL), 0);
	near(fit.call, 7, 1e-12);
	near(fit.page, 3, 1e-12);
	assert_true(fit.residual < 1e-12);
}

/* 1, 2 and 3 pages for 1, 1 and 2: worked out by hand from the normal equations. */
TEST(weights_are_relative)
{
	const double pages[] = { 1, 2, 3 }, cost[] = { 1, 1, 2 };
	struct fit fit;

	assert_int_equal(fit_line(pages, cost, 3, &fit, NULL), 0);
	/* weights 1, 1, 1/4: mean x 5/3, mean y 10/9; page = (1/3) / 1, call = 10/9 - 5/9 */
	near(fit.page, 1.0 / 3, 1e-12);
	near(fit.call, 5.0 / 9, 1e-12);
	near(fit.residual, 2.0 / 9, 1e-12);
}

TEST(units_scale_through)
{
	double cost[N], scaled[N];
	struct fit fit, other;

	for (size_t i = 0; i < N; i++) {
		cost[i] = 700 + 100 * sizes[i] * (i % 2 ? 1.01 : 0.99);
		scaled[i] = cost[i] * 1000;
	}
	assert_int_equal(fit_line(sizes, cost, N, &fit, NULL), 0);
	assert_int_equal(fit_line(sizes, scaled, N, &other, NULL), 0);
	near(other.call, fit.call * 1000, 1e-9);
	near(other.page, fit.page * 1000, 1e-9);
	near(other.residual, fit.residual, 1e-9);
}

TEST(a_large_size_does_not_drown_the_call)
{
	double cost[N];
	struct fit fit;

	for (size_t i = 0; i < N; i++)
		cost[i] = 700 + 100 * sizes[i];
	cost[N - 1] *= 1.001; /* 26,000 off: forty calls' worth */
	assert_int_equal(fit_line(sizes, cost, N, &fit, NULL), 0);
	near(fit.call, 700, 0.01);
	near(fit.page, 100, 0.001);
}

TEST(the_residual_bounds_the_noise)
{
	double cost[N];
	struct fit fit;

	for (size_t i = 0; i < N; i++)
		cost[i] = (700 + 100 * sizes[i]) * (i % 2 ? 1.02 : 0.98);
	assert_int_equal(fit_line(sizes, cost, N, &fit, NULL), 0);
	assert_true(fit.residual > 0.005 && fit.residual < 0.05);
	for (size_t i = 0; i < N; i++)
		assert_true(fabs(cost[i] - fit.call - fit.page * sizes[i]) / cost[i] <=
			    fit.residual);
}

TEST(what_is_no_line_is_said)
{
	const double cost[] = { 10, 20 }, pages[] = { 1, 2 }, equal[] = { 5, 5 };
	const double bad[] = { 0, -1, NAN, INFINITY };
	struct fit fit = { 1, 2, 3 };
	struct err err;

	assert_int_equal(fit_line(pages, cost, 0, &fit, &err), -EINVAL);
	assert_int_equal(fit_line(pages, cost, 1, &fit, &err), -EINVAL);
	assert_non_null(strstr(err.text, "two sizes"));
	assert_int_equal(fit_line(equal, cost, 2, &fit, &err), -EINVAL);
	assert_non_null(strstr(err.text, "all are 5"));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const double spoiled[] = { 10, bad[i] };

		assert_int_equal(fit_line(pages, spoiled, 2, &fit, &err), -EDOM);
		assert_int_equal(fit_line(spoiled, cost, 2, &fit, &err), -EDOM);
	}
	assert_true(fit.call == 1 && fit.page == 2 && fit.residual == 3);
}
