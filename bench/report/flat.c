// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/flat.h"

#include <math.h>
#include <stdlib.h>

#include "base/size.h"

void flat_of(const struct records *records, const struct summary_column *column,
	     const struct series_key *scene, struct flat *out)
{
	uint64_t *sizes;
	size_t n;

	*out = (struct flat){ .least = INFINITY, .most = -INFINITY };
	sizes = summary_sizes(records, scene, &n);
	for (size_t i = 0; i < n; i++) {
		struct figure cost;
		double page;

		if (sizes[i] < FLAT_LEAST)
			continue;
		cost = summary_cost(records, column, scene, sizes[i]);
		if (!cost.known)
			continue;
		page = cost.value / ((double)sizes[i] / PAGE);
		out->smallest = out->sizes ? out->smallest : sizes[i];
		out->largest = sizes[i];
		out->least = fmin(out->least, page);
		out->most = fmax(out->most, page);
		out->sizes++;
	}
	free(sizes);
}

double flat_spread(const struct flat *flat)
{
	return flat->least > 0 ? (flat->most - flat->least) / flat->least : 0;
}
