// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/noise.h"

#include <math.h>

/* A counter times an odd constant, mixed by multiplications and shifts. */
uint64_t noise_bits(struct noise *noise)
{
	uint64_t x = noise->state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
	return x ^ (x >> 32);
}

size_t noise_below(struct noise *noise, size_t end)
{
	return noise_bits(noise) % end;
}

double noise_uniform(struct noise *noise)
{
	return ((double)(noise_bits(noise) >> 12) + 0.5) * 0x1p-52;
}

double noise_normal(struct noise *noise)
{
	const double radius = sqrt(-2 * log(noise_uniform(noise)));

	return radius * cos(2 * M_PI * noise_uniform(noise));
}
