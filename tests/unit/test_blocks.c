// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/blocks and random: balanced, the same for a seed, each order as likely. */
#include "tests/unit/unit.h"

#include "base/str.h"
#include "bench/stats/design.h"

TEST(a_block_holds_each_arm_as_often)
{
	static const struct blocks shapes[] = { { 7, 2, 1 }, { 7, 2, 2 }, { 0, 3, 4 },
						{ 9, 5, 1 }, { 9, 1, 1 }, { 1, 2, 32 } };

	for (size_t s = 0; s < ARRAY_SIZE(shapes); s++) {
		const size_t n = (size_t)shapes[s].arms * shapes[s].each;

		for (size_t block = 0; block < 50; block++) {
			unsigned int counts[8] = { 0 };

			for (size_t i = 0; i < n; i++) {
				unsigned int arm = blocks_arm(&shapes[s], block * n + i);

				assert_in_range(arm, 0, shapes[s].arms - 1);
				counts[arm]++;
			}
			for (unsigned int arm = 0; arm < shapes[s].arms; arm++)
				assert_int_equal(counts[arm], shapes[s].each);
		}
	}
}

TEST(a_seed_has_one_order)
{
	const struct blocks a = { 7, 2, 2 }, b = { 8, 2, 2 };
	size_t equal = 0;

	for (size_t i = 0; i < 400; i++) {
		assert_int_equal(blocks_arm(&a, i), blocks_arm(&a, i));
		equal += blocks_arm(&a, i) == blocks_arm(&b, i);
	}
	assert_in_range(equal, 150, 250);
}

/* ABAB...: what comes round would meet one arm more than the other. */
TEST(blocks_are_not_all_alike)
{
	size_t first[2] = { 0 };

	for (size_t block = 0; block < 2000; block++)
		first[blocks_arm(&(struct blocks){ 3, 2, 1 }, 2 * block)]++;
	assert_in_range(first[0], 900, 1100);
}

/* Of 2 + 2 there are six orders; over seeds, too, no one is preferred. */
TEST(each_order_is_as_likely)
{
	size_t counts[16] = { 0 }, orders = 0;

	for (uint64_t seed = 0; seed < 6000; seed++) {
		size_t order = 0;

		for (size_t i = 0; i < 4; i++)
			order = 2 * order + blocks_arm(&(struct blocks){ seed, 2, 2 }, i);
		counts[order]++;
	}
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (!counts[i])
			continue;
		orders++;
		assert_in_range(counts[i], 850, 1150);
	}
	assert_int_equal(orders, 6);
}

/* The first outputs that its authors' code gives for the seed 1234567. */
TEST(bits_are_splitmix64)
{
	static const uint64_t known[] = { 6457827717110365317u, 3203168211198807973u,
					  9817491932198370423u, 4593380528125082431u,
					  16408922859458223821u };
	struct random random = { 1234567 };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		assert_true(random_bits(&random) == known[i]);
}

TEST(below_means_below_and_evenly)
{
	struct random random = { 5 };
	size_t counts[7] = { 0 };

	for (size_t i = 0; i < 70000; i++)
		counts[random_below(&random, 7)]++;
	for (size_t i = 0; i < 7; i++)
		assert_in_range(counts[i], 9500, 10500);
	assert_int_equal(random_below(&random, 1), 0);
}
