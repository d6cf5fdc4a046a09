// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/rank and ranksum: midranks, and every split counted once. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "bench/stats/ranks.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

TEST(ties_share_the_mean_of_their_ranks)
{
	static const double values[] = { 7, 1, 7, 3, 7, 3, -2 };
	static const uint32_t want[] = { 12, 4, 12, 7, 12, 7, 2 };
	uint32_t twice[ARRAY_SIZE(values)];

	assert_int_equal(rank_twice(values, ARRAY_SIZE(values), twice, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		assert_int_equal(twice[i], want[i]);
}

TEST(zero_has_no_sign)
{
	static const double values[] = { 0.0, -0.0 };
	uint32_t twice[2];

	assert_int_equal(rank_twice(values, 2, twice, NULL), 0);
	assert_int_equal(twice[0], 3);
	assert_int_equal(twice[1], 3);
}

/* A value's midrank is the number below it, half of those equal to it, and a half. */
TEST(ranks_count_what_is_below)
{
	struct noise noise = { 1 };
	double values[40];
	uint32_t twice[40];

	for (int round = 0; round < 500; round++) {
		const size_t n = 1 + noise_below(&noise, ARRAY_SIZE(values));
		const size_t kinds = 1 + noise_below(&noise, 60);

		for (size_t i = 0; i < n; i++)
			values[i] = (double)noise_below(&noise, kinds) / 3;
		assert_int_equal(rank_twice(values, n, twice, NULL), 0);
		for (size_t i = 0; i < n; i++) {
			uint32_t want = 1;

			for (size_t j = 0; j < n; j++)
				want += 2 * (values[j] < values[i]) +
					!(values[j] < values[i] || values[j] > values[i]);
			assert_int_equal(twice[i], want);
		}
	}
}

TEST(what_has_no_rank_is_said)
{
	static const double values[] = { 1, NAN };
	uint32_t twice[2] = { 9, 9 };
	struct err err;

	assert_int_equal(rank_twice(values, 2, twice, &err), -EDOM);
	assert_int_equal(twice[0], 9);
	assert_int_equal(rank_twice(values, 0, twice, &err), 0);
}

TEST(splits_are_binomials)
{
	assert_int_equal(ranksum_splits(8, 4), 70);
	assert_int_equal(ranksum_splits(5, 0), 1);
	assert_int_equal(ranksum_splits(5, 6), 0);
	assert_true(ranksum_splits(66, 33) == 7219428434016265740u);
	assert_true(ranksum_splits(66, 31) == ranksum_splits(66, 35));
	assert_int_equal(ranksum_splits(68, 34), 0);
	assert_int_equal(ranksum_splits(1000000, 3), 166666166667000000);
}

TEST(every_split_is_counted_once)
{
	struct noise noise = { 2 };

	for (int round = 0; round < 300; round++) {
		const size_t total = 1 + noise_below(&noise, 12),
			     m = noise_below(&noise, total + 1);
		uint64_t want[12 * 40 + 1] = { 0 };
		struct ranksum ranksum;
		uint32_t ranks[12];

		for (size_t i = 0; i < total; i++)
			ranks[i] = (uint32_t)noise_below(&noise, round % 2 ? 40 : 4);
		for (uint32_t mask = 0; mask < 1u << total; mask++) {
			size_t sum = 0;

			for (size_t i = 0; i < total; i++)
				sum += mask >> i & 1 ? ranks[i] : 0;
			want[sum] += (size_t)__builtin_popcount(mask) == m;
		}
		assert_int_equal(ranksum_count(ranks, total, m, &ranksum, NULL), 0);
		for (size_t s = 0; s < ARRAY_SIZE(want); s++)
			assert_int_equal(s < ranksum.nr_ways ? ranksum.ways[s] : 0, want[s]);
		ranksum_release(&ranksum);
	}
}

TEST(the_largest_counts_fit)
{
	const size_t mirror = 2211, least = 1122; /* 33 x 67, 33 x 34 */
	uint32_t ranks[70];
	struct ranksum ranksum;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 70; i++)
		ranks[i] = 2 * (i + 1);
	assert_int_equal(ranksum_count(ranks, 66, 33, &ranksum, NULL), 0);
	for (size_t s = 0; s < ranksum.nr_ways; s++) {
		assert_false(__builtin_add_overflow(sum, ranksum.ways[s], &sum));
		assert_true(s < least || s > 2 * mirror - least ||
			    ranksum.ways[s] == ranksum.ways[2 * mirror - s]);
	}
	assert_true(sum == ranksum.splits);
	ranksum_release(&ranksum);
	assert_int_equal(ranksum_count(ranks, 70, 35, &ranksum, NULL), 0);
	assert_int_equal(ranksum.splits, 0);
	ranksum_release(&ranksum);
}

/* Critical values of the published tables for a two-sided 5 %: U at most k - 1. */
TEST(the_published_table_comes_back)
{
	static const struct {
		size_t m, n, k;
	} table[] = { { 3, 4, 0 }, { 4, 4, 1 },	   { 3, 5, 1 },	   { 5, 5, 3 },	   { 6, 6, 6 },
		      { 7, 7, 9 }, { 8, 8, 14 },   { 9, 9, 18 },   { 10, 10, 24 }, { 5, 10, 9 },
		      { 2, 8, 1 }, { 12, 12, 38 }, { 15, 15, 65 }, { 20, 20, 128 } };
	double outside;
	size_t k;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		assert_int_equal(ranksum_lower(table[i].m, table[i].n, 0.05, &k, &outside, NULL),
				 0);
		assert_int_equal(k, table[i].k);
		assert_true(outside <= 0.05);
		assert_int_equal(ranksum_lower(table[i].n, table[i].m, 0.05, &k, &outside, NULL),
				 0);
		assert_int_equal(k, table[i].k);
	}
	assert_int_equal(ranksum_lower(4, 4, 0.05, &k, &outside, NULL), 0);
	assert_near(outside, 2.0 / 70, 1e-15);
	assert_int_equal(ranksum_lower(0, 4, 0.05, &k, &outside, NULL), -EDOM);
	assert_int_equal(ranksum_lower(4, 4, 0, &k, &outside, NULL), -EDOM);
	assert_int_equal(ranksum_lower(4, 4, NAN, &k, &outside, NULL), -EDOM);
}

/* 40 an arm: mean 800, sigma^2 = 1600 x 81 / 12; P(U <= u) is that below u + 1/2. */
TEST(the_normal_one_corrects_continuity)
{
	const double sigma = sqrt(1600 * 81 / 12.0);
	double outside;
	size_t k;

	for (int i = 0; i < 60; i++) {
		const double alpha = 0.001 * pow(1.1, i);

		assert_int_equal(ranksum_lower(40, 40, alpha, &k, &outside, NULL), 0);
		assert_near(outside, erfc((800.5 - (double)k) / sigma / sqrt(2)), 1e-12);
		assert_true(outside <= alpha);
		assert_true(erfc((799.5 - (double)k) / sigma / sqrt(2)) > alpha);
	}
}

/* What is counted ends at 33 an arm: the normal one beyond must go on where it ends. */
TEST(the_normal_one_goes_on_where_counting_ends)
{
	size_t before, after;
	double outside;

	assert_int_equal(ranksum_lower(33, 33, 0.05, &before, &outside, NULL), 0);
	assert_int_equal(ranksum_lower(34, 34, 0.05, &after, &outside, NULL), 0);
	assert_true(outside <= 0.05);
	assert_near(outside, 0.05, 0.03);
	assert_in_range(after - before, 20, 27); /* a pair's share of 34 x 34 - 33 x 33 = 67 */
	assert_int_equal(ranksum_lower(2000, 3, 0.05, &after, &outside, NULL), 0);
	assert_in_range(after, 900, 1100);
}
