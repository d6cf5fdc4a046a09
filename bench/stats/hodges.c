// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/hodges.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/stats/ranksum.h"
#include "bench/stats/sample.h"

/* All y / x, sorted: the order of their logs, and y > x is ratio > 1 whatever the rounding. */
static int sorted_ratios(const double *x, size_t m, const double *y, size_t n, double **ratios,
			 struct err *err)
{
	size_t pairs;
	double *all;

	if (__builtin_mul_overflow(m, n, &pairs) || !(all = calloc(pairs, sizeof(*all))))
		return err_set(err, ENOMEM, "no memory for the pairs of %zu and %zu values", m, n);
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			const double ratio = y[j] / x[i];

			if (!isfinite(ratio) || !(ratio > 0)) {
				free(all);
				return err_set(err, ERANGE, "%g and %g have no ratio", x[i], y[j]);
			}
			all[i * n + j] = ratio;
		}
	}
	sample_sort(all, pairs);
	*ratios = all;
	return 0;
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
	if (!ret)
		ret = sorted_ratios(x, m, y, n, &ratios, err);
	if (ret)
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
