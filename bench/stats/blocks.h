/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In which order are arms measured? In blocks that hold each arm as often, in
 * random order: what drifts with time meets all arms alike, and what comes
 * round meets none more than another.
 */
#ifndef PTWALK_STATS_BLOCKS_H
#define PTWALK_STATS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* Most boots (or processes) of one block. */
#define BLOCKS_MAX 64

struct blocks {
	uint64_t seed;
	unsigned int arms; /* 2: base and new */
	unsigned int each; /* of one arm in a block; arms x each at most BLOCKS_MAX */
};

/**
 * blocks_arm - the arm of the boot at @place, both counted from 0
 *
 * A block's order comes from the seed and its number alone: it is the same
 * however many blocks follow.
 */
unsigned int blocks_arm(const struct blocks *blocks, size_t place);

#endif
