/* SPDX-License-Identifier: GPL-2.0-only */
/* How to measure: in which order, with what looks, how many boots. */
#ifndef PTWALK_STATS_DESIGN_H
#define PTWALK_STATS_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/stats/ranks.h"
#include "bench/stats/verdict.h"

/* Numbers that look random and are the same for the same seed, on every machine. */

struct random {
	uint64_t state; /* the seed; any, 0 as well */
};

/* 64 bits: SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t random_bits(struct random *random);

/* 0 to @end - 1, each as likely as any other; @end above 0. */
size_t random_below(struct random *random, size_t end);

/*
 * In which order are arms measured? In blocks that hold each arm as often, in
 * random order: what drifts with time meets all arms alike, and what comes
 * round meets none more than another.
 */

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

/*
 * When may one look at noisy figures and stop? At looks fixed beforehand, each
 * with its share of alpha: who looks after every boot and stops once there is a
 * difference finds one sooner or later.
 */

#define LOOKS_MAX	8
#define LOOKS_UNITS_MAX 1000

/* Boots (or processes) an arm at each look, rising. */
struct looks {
	size_t n;
	size_t units[LOOKS_MAX];
};

/* 8, 16, 32. */
extern const struct looks looks_usual;

/**
 * looks_parse - "8,16,32", or "12": a single look
 *
 * Returns: 0; -EINVAL: not rising numbers from 1 to LOOKS_UNITS_MAX, at most
 * LOOKS_MAX of them.
 */
int looks_parse(const char *text, struct looks *looks, struct err *err);

/**
 * looks_alpha - what look @look, from 0, may spend of @alpha
 *
 * alpha x its boots / the boots of all looks: 8, 16 and 32 get 1/7, 2/7 and 4/7.
 * They sum to alpha, so that all looks together claim a difference where there
 * is none in at most alpha of all cases, however they depend on each other
 * (Bonferroni).
 */
double looks_alpha(const struct looks *looks, size_t look, double alpha);

struct looks_rule {
	double width; /* no interval may be wider: 0.01 is a ratio known to +-1 %; 0: any may */
};

/**
 * looks_settled - does a series need no more boots?
 *
 * Its interval is narrow enough to tell: better, worse or same (verdict_judge()
 * at this look's alpha); and no wider than the rule says, where it does.
 */
bool looks_settled(enum verdict verdict, const struct hodges *change,
		   const struct looks_rule *rule);

/* How many boots does it take? Asked before measuring. */

/* More boots an arm than anybody will run: what power_boots() answers at most. */
#define POWER_BOOTS_MAX 1000000

/**
 * power_smallest_p - the smallest p that utest() can say of arms of this size
 *
 * 2 / C(m + n, m), all of one arm above all of the other; 1 for an empty arm.
 */
double power_smallest_p(size_t m, size_t n);

/**
 * power_least_boots - with fewer boots an arm, no difference can show
 * @series:	tested together, under Holm; at least 1
 * @alpha:	between 0 and 1
 *
 * The least n with series x 2 / C(2n, n) <= alpha; 0 for arguments out of range.
 */
size_t power_least_boots(size_t series, double alpha);

/**
 * power_noise - sigma of the logs of one arm: about its relative noise
 * @values:	medians of boots of one kernel, above 0
 * @sigma:	(out) 0.01 is 1 %
 *
 * The standard deviation, which wild boots enlarge: with them, more boots are needed.
 *
 * Returns: 0; -EINVAL: fewer than two values; -EDOM: one not above 0 or not finite.
 */
int power_noise(const double *values, size_t n, double *sigma, struct err *err);

struct power_goal {
	double change; /* to be found: 0.01 is 1 %; above 0 */
	double alpha;  /* two-sided, of the whole table */
	double power;  /* chance to find it, alpha to 1: 0.8 or 0.9 */
	size_t series; /* tested together, under Holm */
};

/**
 * power_boots - boots an arm for a change to be found
 * @sigma:	of the logs, as from power_noise()
 * @boots:	(out) an arm; more than power_least_boots(), with which a single
 *		boot out of place hides any change
 *
 * n = 2 (z(alpha / 2) + z(1 - power))^2 (sigma / ln(1 + change))^2 pi / 3
 *     + z(alpha / 2)^2 / 4
 *
 * That of Student's test with normal logs, its small-sample term included, over
 * the U test's efficiency 3 / pi (Hodges and Lehmann 1956); alpha is shared by
 * all series. What is then found is within a few points of the power asked for.
 *
 * Returns: 0; -EDOM: a number out of its range; -ERANGE: more than
 * POWER_BOOTS_MAX.
 */
int power_boots(double sigma, const struct power_goal *goal, size_t *boots, struct err *err);

#endif
