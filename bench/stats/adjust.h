/* SPDX-License-Identifier: GPL-2.0-only */
/* Many series, many p: adjusted for how many were looked at. */
#ifndef PTWALK_STATS_ADJUST_H
#define PTWALK_STATS_ADJUST_H

#include <stddef.h>

#include "base/err.h"

/**
 * adjust_holm - keep the chance of any false difference below alpha (Holm 1979)
 * @p:		those of the series that were tested, 0 to 1; others do not count
 * @adjusted:	(out) to be held against alpha, in the order of @p; may be @p
 *
 * For the table of an A/B comparison.
 *
 * Returns: 0; -EDOM: a p outside 0 to 1; -ENOMEM.
 */
int adjust_holm(const double *p, size_t n, double *adjusted, struct err *err);

/**
 * adjust_bh - keep the share of false ones among the differences below alpha
 *
 * Benjamini and Hochberg 1995. For a night over many series. As adjust_holm().
 */
int adjust_bh(const double *p, size_t n, double *adjusted, struct err *err);

#endif
