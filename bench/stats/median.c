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

/* The largest k with P(B <= k - 1) <= @tail, B the heads of @n coins; 0: none. */
static size_t coins_lower(size_t n, double tail)
{
	double below = 0;

	for (size_t k = 0; k <= n / 2; k++) {
		below += exp(lgamma((double)n + 1) - lgamma((double)k + 1) -
			     lgamma((double)(n - k) + 1) - (double)n * M_LN2);
		if (below > tail)
			return k;
	}
	return n / 2;
}

int median_interval(const double *values, size_t n, double alpha, struct median_interval *interval,
		    struct err *err)
{
	int ret = sample_check(values, n, 1, err);
	double *sorted;
	size_t k;

	if (ret)
		return ret;
	if (!(alpha > 0 && alpha < 1))
		return err_set(err, EDOM, "alpha %g is not between 0 and 1", alpha);
	sorted = sample_sorted(values, n);
	if (!sorted)
		return err_set(err, ENOMEM, "no memory for %zu values", n);
	k = coins_lower(n, alpha / 2);
	*interval = (struct median_interval){
		.median = median_sorted(sorted, n),
		.low = sorted[k ? k - 1 : 0],
		.high = sorted[k ? n - k : n - 1],
		.bounded = k,
	};
	free(sorted);
	return 0;
}
