// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/adjust: Holm and Benjamini-Hochberg, by hand and by their definitions. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/verdict.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

TEST(worked_by_hand)
{
	static const double p[] = { 0.04, 0.01, 0.03, 0.5 };
	static const double holm[] = { 0.09, 0.04, 0.09, 0.5 };
	static const double bh[] = { 0.16 / 3, 0.04, 0.16 / 3, 0.5 };
	double adjusted[4];

	assert_int_equal(adjust_holm(p, 4, adjusted, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		assert_near(adjusted[i], holm[i], 1e-15);
	assert_int_equal(adjust_bh(p, 4, adjusted, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		assert_near(adjusted[i], bh[i], 1e-15);
}

static size_t place_of(const double *p, size_t n, size_t which, bool last)
{
	size_t place = 0;

	for (size_t i = 0; i < n; i++)
		place += last ? p[i] <= p[which] : p[i] < p[which];
	return place;
}

/*
 * A series' adjusted p is the least level at which its procedure rejects it. Holm: the
 * largest of (n - below) p over those up to it; BH: the least of n p / rank from it on.
 */
TEST(by_definition)
{
	struct noise noise = { 9 };
	double p[30], holm[30], bh[30];

	for (int round = 0; round < 1000; round++) {
		const size_t n = 1 + noise_below(&noise, ARRAY_SIZE(p));

		for (size_t i = 0; i < n; i++)
			p[i] = round % 2 ? noise_uniform(&noise) / 10
					 : (double)noise_below(&noise, 8) / 70;
		assert_int_equal(adjust_holm(p, n, holm, NULL), 0);
		assert_int_equal(adjust_bh(p, n, bh, NULL), 0);
		for (size_t i = 0; i < n; i++) {
			double most = 0, least = 1;

			for (size_t j = 0; j < n; j++) {
				if (p[j] <= p[i])
					most = fmax(most,
						    (double)(n - place_of(p, n, j, false)) * p[j]);
				if (p[j] >= p[i])
					least = fmin(least,
						     (double)n * p[j] /
							     (double)place_of(p, n, j, true));
			}
			assert_near(holm[i], fmin(1, most), 1e-14);
			assert_near(bh[i], least, 1e-14);
			assert_true(p[i] <= bh[i] * (1 + 1e-14) && bh[i] <= holm[i] * (1 + 1e-14));
		}
	}
}

TEST(one_series_is_left_alone)
{
	const double p = 0.03;
	double adjusted;

	assert_int_equal(adjust_holm(&p, 1, &adjusted, NULL), 0);
	assert_near(adjusted, 0.03, 0);
	assert_int_equal(adjust_bh(&p, 1, &adjusted, NULL), 0);
	assert_near(adjusted, 0.03, 0);
}

TEST(in_place_and_empty)
{
	double p[] = { 0.04, 0.01 };

	assert_int_equal(adjust_holm(p, 2, p, NULL), 0);
	assert_near(p[0], 0.04, 0);
	assert_near(p[1], 0.02, 0);
	assert_int_equal(adjust_holm(NULL, 0, NULL, NULL), 0);
	assert_int_equal(adjust_bh(NULL, 0, NULL, NULL), 0);
}

TEST(what_is_no_p_is_said)
{
	static const double bad[] = { -0.1, 1.1, NAN };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const double p[] = { 0.5, bad[i] };
		double adjusted[] = { 7, 7 };

		assert_int_equal(adjust_holm(p, 2, adjusted, &err), -EDOM);
		assert_non_null(strstr(err.text, "series 1"));
		assert_int_equal(adjust_bh(p, 2, adjusted, &err), -EDOM);
		assert_near(adjusted[0], 7, 0);
	}
}
