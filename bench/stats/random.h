/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that look random and are the same for the same seed, on every machine. */
#ifndef PTWALK_STATS_RANDOM_H
#define PTWALK_STATS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state; /* the seed; any, 0 as well */
};

/* 64 bits: SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t random_bits(struct random *random);

/* 0 to @end - 1, each as likely as any other; @end above 0. */
size_t random_below(struct random *random, size_t end);

#endif
