/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that are random and the same in every run, for the tests of statistics. */
#ifndef PTWALK_TESTS_NOISE_H
#define PTWALK_TESTS_NOISE_H

#include <stddef.h>
#include <stdint.h>

struct noise {
	uint64_t state; /* the seed; any */
};

uint64_t noise_bits(struct noise *noise);
size_t noise_below(struct noise *noise, size_t end); /* 0 to @end - 1 */
double noise_uniform(struct noise *noise);	     /* above 0, below 1 */
double noise_normal(struct noise *noise);

#endif
