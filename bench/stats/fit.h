/* SPDX-License-Identifier: GPL-2.0-only */
/* The cost model: cost = call + page x pages. */
#ifndef PTWALK_STATS_FIT_H
#define PTWALK_STATS_FIT_H

#include <stddef.h>

#include "base/err.h"

struct fit {
	double call;	 /* cost of a call that walks nothing, in the unit of the costs */
	double page;	 /* cost of each page */
	double residual; /* largest |cost - model| / cost, 0.01 being 1 % */
};

/**
 * fit_line - weighted least squares over sizes
 * @pages:	pages walked, finite and above 0
 * @cost:	what that cost, finite and above 0, one for each of @pages
 * @fit:	(out) on success only
 *
 * Each point weighs 1 / cost^2: what is made least is the sum of squared
 * relative errors, so that a large size does not drown the call's term.
 *
 * Returns: 0; -EINVAL: fewer than two points, or all of one size; -EDOM: a
 * point that is not above 0 or not finite.
 */
int fit_line(const double *pages, const double *cost, size_t n, struct fit *fit, struct err *err);

/*
 * The same of any @y over the pages, checked by the caller: as many as fit_line()
 * wants, not all of one size. Each point weighs 1 / cost^2, and the residual is in
 * parts of the cost.
 */
void fit_least_squares(const double *pages, const double *y, const double *cost, size_t n,
		       struct fit *fit);

#endif
