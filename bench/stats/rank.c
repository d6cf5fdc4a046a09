// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/rank.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/stats/sample.h"

struct place {
	double value;
	uint32_t index;
};

static int ascending(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	return (a->value > b->value) - (a->value < b->value);
}

static void spread_ranks(const struct place *places, size_t n, uint32_t *twice)
{
	size_t first = 0, end;

	for (; first < n; first = end) {
		for (end = first + 1; end < n && places[end].value <= places[first].value; end++)
			;
		/* Ranks first + 1 to end: twice their mean is the sum of the outer two. */
		for (size_t i = first; i < end; i++)
			twice[places[i].index] = (uint32_t)(first + 1 + end);
	}
}

int rank_twice(const double *values, size_t n, uint32_t *twice, struct err *err)
{
	struct place *places;
	int ret = sample_check(values, n, 0, err);

	if (ret || !n)
		return ret;
	if (n > INT32_MAX)
		return err_set(err, E2BIG, "%zu values are more than can be ranked", n);
	places = calloc(n, sizeof(*places));
	if (!places)
		return err_set(err, ENOMEM, "no memory for %zu values", n);
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){ values[i], (uint32_t)i };
	qsort(places, n, sizeof(*places), ascending);
	spread_ranks(places, n, twice);
	free(places);
	return 0;
}
