// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/utest.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/dist.h"
#include "bench/stats/rank.h"
#include "bench/stats/ranksum.h"
#include "bench/stats/sample.h"

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Twice the rank sum of an arm has the mean size x (total + 1). */
static double exact_p(const struct ranksum *ranksum, uint64_t seen, uint64_t mean)
{
	uint64_t far = 0;

	for (size_t s = 0; s < ranksum->nr_ways; s++)
		if (distance(s, mean) >= distance(seen, mean))
			far += ranksum->ways[s];
	return (double)((long double)far / ranksum->splits);
}

/*
 * The variance of the sum of m of N ranks is m n / (N (N - 1)) x the sum of their
 * squared distances from their mean, ties included: the tie correction is in it.
 */
static double normal_p(const uint32_t *twice, size_t m, size_t n, double off)
{
	const double total = (double)(m + n), others = (double)n / total;
	double squares = 0, p;

	for (size_t i = 0; i < m + n; i++) {
		const double d = (twice[i] - (total + 1)) / 2;

		squares += d * d;
	}
	if (!(squares > 0))
		return 1;
	p = 2 * normal_upper((off - 0.5) / sqrt((double)m * others / (total - 1) * squares));
	return fmax(fmin(p, 1), DBL_MIN);
}

static int test_ranks(const uint32_t *twice, size_t m, size_t n, struct utest *test,
		      struct err *err)
{
	const size_t total = m + n, few = m < n ? m : n;
	const double pairs = (double)m * (double)n;
	uint64_t of_x = 0, of_y = 0;
	struct ranksum ranksum;
	int ret;

	for (size_t i = 0; i < m; i++)
		of_x += twice[i];
	for (size_t i = m; i < total; i++)
		of_y += twice[i];
	ret = ranksum_count(twice, total, few, &ranksum, err);
	if (ret)
		return ret;
	test->u = (double)(of_y - (uint64_t)n * (n + 1)) / 2;
	test->effect = test->u / pairs;
	test->exact = ranksum.splits;
	/* The smaller arm's sum is as far from its mean as the larger one's. */
	test->p = test->exact ? exact_p(&ranksum, few == m ? of_x : of_y, few * (total + 1))
			      : normal_p(twice, m, n, fabs(test->u - pairs / 2));
	ranksum_release(&ranksum);
	return 0;
}

int utest(const double *x, size_t m, const double *y, size_t n, struct utest *test, struct err *err)
{
	const size_t total = m + n;
	uint32_t *twice = NULL;
	double *pooled = NULL;
	int ret = sample_check(x, m, 1, err);

	if (!ret)
		ret = sample_check(y, n, 1, err);
	if (ret)
		return ret;
	pooled = calloc(total, sizeof(*pooled));
	twice = calloc(total, sizeof(*twice));
	if (!pooled || !twice) {
		ret = err_set(err, ENOMEM, "no memory for %zu values", total);
		goto out;
	}
	memcpy(pooled, x, m * sizeof(*x));
	memcpy(pooled + m, y, n * sizeof(*y));
	ret = rank_twice(pooled, total, twice, err);
	if (!ret)
		ret = test_ranks(twice, m, n, test, err);
out:
	free(twice);
	free(pooled);
	return ret;
}
