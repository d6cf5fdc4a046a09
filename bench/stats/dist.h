/* SPDX-License-Identifier: GPL-2.0-only */
/* The normal and Student's distribution. Arguments outside their range give NAN. */
#ifndef PTWALK_STATS_DIST_H
#define PTWALK_STATS_DIST_H

/* P(Z >= z). */
double normal_upper(double z);

/* z with P(Z >= z) = p, 0 < p < 1. */
double normal_upper_quantile(double p);

/**
 * student_upper - P(T >= t)
 * @df:	degrees of freedom, above 0, need not be whole
 *
 * By the continued fraction of the incomplete beta function (Abramowitz and
 * Stegun 26.5.8, 26.7.1).
 */
double student_upper(double t, double df);

/* t with P(T >= t) = p, 0 < p < 1. */
double student_upper_quantile(double p, double df);

#endif
