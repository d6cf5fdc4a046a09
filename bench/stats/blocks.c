// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/blocks.h"

#include "bench/stats/random.h"

unsigned int blocks_arm(const struct blocks *blocks, size_t place)
{
	const size_t n = (size_t)blocks->arms * blocks->each;
	struct random random = { blocks->seed };
	unsigned int arms[BLOCKS_MAX];

	/* Neighbours in number have seeds far apart. */
	random.state = random_bits(&random) + place / n;
	random.state = random_bits(&random);
	for (size_t i = 0; i < n; i++)
		arms[i] = (unsigned int)(i / blocks->each);
	for (size_t i = n - 1; i > 0; i--) {
		const size_t j = random_below(&random, i + 1);
		const unsigned int arm = arms[i];

		arms[i] = arms[j];
		arms[j] = arm;
	}
	return arms[place % n];
}
