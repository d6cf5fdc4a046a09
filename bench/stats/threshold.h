/* SPDX-License-Identifier: GPL-2.0-only */
/* From where on more is worse: so much a page, or such a share of the base. */
#ifndef PTWALK_STATS_THRESHOLD_H
#define PTWALK_STATS_THRESHOLD_H

#include <stdbool.h>

#include "base/err.h"

struct threshold {
	double page;	/* ticks a page */
	double percent; /* of the base */
};

/* "0.5": so much a page; "2%": of the base; neither below 0. Returns: 0 or -EINVAL. */
int threshold_parse(const char *text, struct threshold *, struct err *err);

/*
 * Is @cost, a call over @pages pages, more than @base by more than the
 * threshold? The whole of it counts: what equals the threshold is not worse.
 */
bool threshold_worse(const struct threshold *, double base, double cost, double pages);

/* The threshold half way from one figure to another, both a page. */
struct threshold threshold_half(double good, double bad);

#endif
