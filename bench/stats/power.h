/* SPDX-License-Identifier: GPL-2.0-only */
/* How many boots does it take? Asked before measuring. */
#ifndef PTWALK_STATS_POWER_H
#define PTWALK_STATS_POWER_H

#include <stddef.h>

#include "base/err.h"

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
