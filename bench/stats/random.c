// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/random.h"

#define GOLDEN 0x9e3779b97f4a7c15 /* 2^64 over the golden ratio, odd */

uint64_t random_bits(struct random *random)
{
	uint64_t bits;

	random->state += GOLDEN;
	bits = random->state;
	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	return bits ^ bits >> 31;
}

/* What is left over past the last whole multiple of @end is drawn again. */
size_t random_below(struct random *random, size_t end)
{
	const uint64_t most = UINT64_MAX - UINT64_MAX % end;
	uint64_t bits;

	do
		bits = random_bits(random);
	while (bits >= most);
	return (size_t)(bits % end);
}
