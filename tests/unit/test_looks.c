// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/looks: shares that sum to alpha, and when to stop. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/design.h"
#include "bench/stats/ranks.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

TEST(looks_are_read)
{
	struct looks looks;

	assert_int_equal(looks_parse("8,16,32", &looks, NULL), 0);
	assert_int_equal(looks.n, 3);
	assert_memory_equal(looks.units, looks_usual.units, sizeof(looks.units));
	assert_int_equal(looks_parse("12", &looks, NULL), 0);
	assert_int_equal(looks.n, 1);
	assert_int_equal(looks.units[0], 12);
	assert_int_equal(looks_parse("1,2,3,4,5,6,7,1000", &looks, NULL), 0);
	assert_int_equal(looks.n, 8);
}

TEST(bad_looks_are_refused)
{
	static const char *const bad[] = {
		"",	"0",	 "-8",	  " 8",	   "8,",
		",8",	"8,8",	 "16,8",  "8;16",  "8,16x",
		"1001", "1e2",	 "0x10",  "8, 16", "99999999999999999999",
		"+8",	"8,-16", "8,,16", "x",	   "1,2,3,4,5,6,7,8,9"
	};
	struct looks looks = { .n = 77 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err err = { "" };

		assert_int_equal(looks_parse(bad[i], &looks, &err), -EINVAL);
		assert_non_null(strstr(err.text, "rising numbers"));
	}
	assert_int_equal(looks.n, 77);
}

TEST(shares_sum_to_alpha)
{
	static const char *const texts[] = { "8,16,32", "12", "4,5,6,7,8,9,10,11", "1,1000" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct looks looks;
		double sum = 0;

		assert_int_equal(looks_parse(texts[i], &looks, NULL), 0);
		for (size_t look = 0; look < looks.n; look++) {
			assert_true(looks_alpha(&looks, look, 0.05) > 0);
			sum += looks_alpha(&looks, look, 0.05);
		}
		assert_near(sum, 0.05, 1e-12);
	}
	assert_near(looks_alpha(&looks_usual, 0, 0.05), 0.05 / 7, 1e-12);
	assert_near(looks_alpha(&looks_usual, 2, 0.05), 0.05 * 4 / 7, 1e-12);
}

TEST(what_is_told_is_settled)
{
	const struct hodges change = { .ratio = 1.05, .low = 1.03, .high = 1.07, .bounded = true };
	const struct looks_rule any = { 0 }, wide = { 0.02 }, narrow = { 0.01 };

	assert_true(looks_settled(VERDICT_WORSE, &change, &any));
	assert_true(looks_settled(VERDICT_BETTER, &change, &any));
	assert_true(looks_settled(VERDICT_SAME, &change, &any));
	assert_false(looks_settled(VERDICT_INCONCLUSIVE, &change, &any));
	assert_false(looks_settled(VERDICT_UNDERPOWERED, &change, &any));
	assert_true(looks_settled(VERDICT_WORSE, &change, &wide));
	assert_false(looks_settled(VERDICT_WORSE, &change, &narrow));
	assert_false(looks_settled(VERDICT_INCONCLUSIVE, &change, &wide));
}

TEST(no_interval_is_not_narrow)
{
	const struct hodges open = { .ratio = 1.05, .low = 0, .high = (double)INFINITY };
	const struct looks_rule rule = { 0.5 };

	assert_false(looks_settled(VERDICT_WORSE, &open, &rule));
	assert_true(looks_settled(VERDICT_WORSE, &open, &(struct looks_rule){ 0 }));
}

/* Of like arms, how many have a p within @spend at one of the looks? Per cent of @trials. */
static double alarms(bool split, unsigned trials)
{
	const struct looks *looks = &looks_usual;
	struct noise noise = { 5 };
	unsigned found = 0;

	for (unsigned trial = 0; trial < trials; trial++) {
		double x[32], y[32];
		bool alarm = false;

		for (size_t i = 0; i < 32; i++) {
			x[i] = noise_normal(&noise);
			y[i] = noise_normal(&noise);
		}
		for (size_t look = 0; look < looks->n && !alarm; look++) {
			const size_t n = looks->units[look];
			struct utest test;

			assert_int_equal(utest(x, n, y, n, &test, NULL), 0);
			alarm = test.p <= (split ? looks_alpha(looks, look, 0.05) : 0.05);
		}
		found += alarm;
	}
	return 100.0 * found / trials;
}

TEST(without_the_split_alarms_double)
{
	const double with = alarms(true, 400), without = alarms(false, 400);

	print_message("  of 400 pairs of like arms, alarms: %.1f %% split, %.1f %% not\n", with,
		      without);
	assert_true(with <= 5.0);
	assert_true(without > 7.0);
}
