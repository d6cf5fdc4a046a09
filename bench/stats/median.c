// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/median.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/stats/sample.h"

double median_sorted(const double *sorted, size_t n)
{
	/* In long double: two finite values may have a sum that no double holds. */
	return (double)(((long double)sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
}

int median_spread(const double *values, size_t n, struct spread *spread, struct err *err)
{
	double *sorted;
	int ret = sample_check(values, n, 1, err);

	if (ret)
		return ret;
	sorted = sample_sorted(values, n);
	if (!sorted)
		return err_set(err, ENOMEM, "no memory for %zu values", n);
	spread->median = median_sorted(sorted, n);
	for (size_t i = 0; i < n; i++)
		sorted[i] = fabs(sorted[i] - spread->median);
	sample_sort(sorted, n);
	spread->mad = median_sorted(sorted, n);
	free(sorted);
	return 0;
}
