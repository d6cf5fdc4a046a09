/* SPDX-License-Identifier: GPL-2.0-only */
/* What changed between two exact cost lines: difference = call + page x pages. */
#ifndef PTWALK_STATS_DIFFERENCE_H
#define PTWALK_STATS_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Up to here doubles hold every count. */
#define DIFFERENCE_MAX 9007199254740992.0

struct difference {
	double call, page; /* ticks more for a call that walks nothing, and for each page */
	bool exact;	   /* every size is on the line, to the tick */
};

/**
 * difference_line - the line through the differences of several sizes
 * @pages:	pages walked, whole numbers above 0
 * @difference:	ticks a call, new less base, whole numbers, one for each of @pages
 * @cost:	what the base costs, above 0: each point weighs 1 / cost^2, as in
 *		fit_line(), where no line goes through all
 * @out:	(out) on success only
 *
 * Returns: 0; -EINVAL: fewer than two sizes; -EDOM: a cost that is not above 0, or a
 * number past DIFFERENCE_MAX.
 */
int difference_line(const double *pages, const double *difference, const double *cost, size_t n,
		    struct difference *out, struct err *err);

#endif
