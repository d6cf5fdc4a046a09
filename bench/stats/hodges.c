// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/hodges.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/stats/ranksum.h"
#include "bench/stats/sample.h"

/* All y / x, sorted: the order of their logs, and y > x is ratio > 1 whatever the rounding. */
static double *sorted_ratios(const double *x, size_t m, const double *y, size_t n, int *ret,
			     struct err *err)
{
	size_t pairs;
	double *all = __builtin_mul_overflow(m, n, &pairs) ? NULL : calloc(pairs, sizeof(*all));

	if (!all) {
		*ret = err_set(err, ENOMEM, "no memory for the pairs of %zu and %zu values", m, n);
		return NULL;
	}
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			const double ratio = y[j] / x[i];

			if (!isfinite(ratio) || !(ratio > 0)) {
				*ret = err_set(err, ERANGE, "%g and %g have no ratio", x[i], y[j]);
				free(all);
				return NULL;
			}
			all[i * n + j] = ratio;
		}
	}
	sample_sort(all, pairs);
	return all;
}

int hodges_ratio(const double *x, size_t m, const double *y, size_t n, double alpha,
		 struct hodges *hodges, struct err *err)
{
	double *ratios = NULL, outside;
	size_t k, pairs;
	int ret = sample_check_positive(x, m, 1, err);

	if (!ret)
		ret = sample_check_positive(y, n, 1, err);
	if (!ret)
		ret = ranksum_lower(m, n, alpha, &k, &outside, err);
	if (ret)
		return ret;
	ratios = sorted_ratios(x, m, y, n, &ret, err);
	if (!ratios)
		return ret;
	pairs = m * n;
	hodges->ratio = ratios[pairs / 2];
	if (pairs % 2 == 0)
		hodges->ratio =
			(double)sqrtl((long double)ratios[pairs / 2 - 1] * ratios[pairs / 2]);
	hodges->bounded = k > 0;
	hodges->low = k ? ratios[k - 1] : 0;
	hodges->high = k ? ratios[pairs - k] : INFINITY;
	hodges->coverage = 1 - outside;
	free(ratios);
	return 0;
}
