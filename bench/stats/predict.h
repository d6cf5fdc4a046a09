/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a new value belong to the current segment? */
#ifndef PTWALK_STATS_PREDICT_H
#define PTWALK_STATS_PREDICT_H

#include <stddef.h>

#include "base/err.h"

struct predict_rule {
	double alpha; /* two-sided: how often a quiet night may be outside */
	double floor; /* sigma is never taken to be less; in the unit of the values, may be 0 */
};

struct prediction {
	double centre;	  /* median of the segment */
	double sigma;	  /* 1.4826 x MAD, or the floor */
	double low, high; /* where one new value belongs */
};

/**
 * predict_bound - bounds of one new value
 * @segment:	the values since the last change, at least two
 * @prediction:	(out) on success only
 *
 * median +- t x 1.4826 x MAD x sqrt(1 + 1/h), h being their number. t is Student's
 * with 0.37 (h - 1) degrees of freedom, at least 1: the MAD knows as much of sigma
 * as a standard deviation of 0.37 times as many values. With h - 1 degrees, one
 * quiet night in 15 is outside a bound meant for 1 in 100 where h is 5.
 *
 * Returns: 0; -EINVAL: fewer than two values; -EDOM: one that is not finite, or
 * a rule out of range; -ENOMEM.
 */
int predict_bound(const double *segment, size_t h, const struct predict_rule *rule,
		  struct prediction *prediction, struct err *err);

/*
 * How often a value of the segment is at least as far from its centre, to either
 * side: predict_bound() backwards. 1 in the centre; where sigma is 0, 0 elsewhere.
 */
double predict_p(const struct prediction *prediction, size_t h, double value);

#endif
