// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/exact.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

bool exact_constant(const uint64_t *counts, size_t n, size_t *first)
{
	size_t i = 1;

	while (i < n && counts[i] == counts[0])
		i++;
	*first = i < n ? i : n;
	return *first == n;
}

static int check(const char *which, const uint64_t *counts, size_t n, struct err *err)
{
	size_t first;

	if (!n)
		return err_set(err, EINVAL, "%s has no samples", which);
	if (!exact_constant(counts, n, &first))
		return err_set(err, EILSEQ,
			       "%s is not repeatable: sample %zu is %" PRIu64
			       ", the first %" PRIu64,
			       which, first, counts[first], counts[0]);
	return 0;
}

int exact_compare(const uint64_t *base, size_t nr_base, const uint64_t *new, size_t nr_new,
		  const struct exact_floors *floors, struct exact *exact, struct err *err)
{
	int64_t difference;
	uint64_t size;
	int ret = check("base", base, nr_base, err);

	if (!ret)
		ret = check("new", new, nr_new, err);
	if (ret)
		return ret;
	if (__builtin_sub_overflow(new[0], base[0], &difference))
		return err_set(err, ERANGE, "%" PRIu64 " and %" PRIu64 " are too far apart",
			       base[0], new[0]);
	size = difference < 0 ? -(uint64_t)difference : (uint64_t)difference;
	exact->difference = difference;
	exact->relative = base[0] ? (double)((long double)difference / base[0])
				  : copysign(size ? INFINITY : 0, (double)difference);
	exact->alarm = size > floors->absolute && fabs(exact->relative) > floors->relative;
	return 0;
}
