/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a page's cost the same however large the range is? */
#ifndef PTWALK_REPORT_FLAT_H
#define PTWALK_REPORT_FLAT_H

#include "bench/report/summary.h"

/* From there on what a call costs is lost in its pages. */
#define FLAT_LEAST (1ULL << 30)

/* A page's cost over all sizes of at least FLAT_LEAST, in ticks. */
struct flat {
	size_t sizes; /* that were measured; with less than two the rest says nothing */
	uint64_t smallest, largest; /* of them, bytes */
	double least, most;	    /* cost of a page */
};

void flat_of(const struct records *, const struct summary_column *, const struct series_key *,
	     struct flat *out);

/* How much more the dearest page costs than the cheapest, as a part of it; 0 where it is free. */
double flat_spread(const struct flat *);

#endif
