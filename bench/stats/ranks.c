// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/ranks.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/stats/sample.h"

struct place {
	double value;
	uint32_t index;
};

static int by_value(const void *left, const void *right)
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
	_cleanup_free_ struct place *places = NULL;
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
	qsort(places, n, sizeof(*places), by_value);
	spread_ranks(places, n, twice);
	return 0;
}

uint64_t ranksum_splits(size_t total, size_t m)
{
	unsigned __int128 splits = 1;

	if (m > total)
		return 0;
	if (m > total - m)
		m = total - m;
	/* Ascending with m, so that the first to leave 64 bits is the end of it. */
	for (size_t i = 1; i <= m; i++) {
		splits = splits * (total - m + i) / i;
		if (splits > UINT64_MAX)
			return 0;
	}
	return (uint64_t)splits;
}

static int descending(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a < b) - (a > b);
}

/* The largest sum of m ranks; leaves the ranks sorted. */
static size_t largest_sum(uint32_t *ranks, size_t total, size_t m)
{
	size_t sum = 0;

	qsort(ranks, total, sizeof(*ranks), descending);
	for (size_t i = 0; i < m; i++)
		sum += ranks[i];
	return sum;
}

/* rows: m + 1 of @width; row k counts the sums of k of the ranks taken so far. */
static void count_rows(const uint32_t *ranks, size_t total, size_t m, uint64_t *rows, size_t width)
{
	rows[0] = 1;
	for (size_t i = 0; i < total; i++) {
		const size_t rank = ranks[total - 1 - i]; /* the least first: sums stay short */
		const size_t most = i + 1 < m ? i + 1 : m;
		const size_t left = total - 1 - i; /* fewer than m - left chosen lead nowhere */

		for (size_t k = most; k > 0 && k + left >= m; k--) {
			const size_t bound = (k - 1) * rank + 1;
			const size_t end = bound < width - rank ? bound : width - rank;
			const uint64_t *from = rows + (k - 1) * width;
			uint64_t *to = rows + k * width + rank;

			for (size_t s = 0; s < end; s++)
				to[s] += from[s];
		}
	}
}

int ranksum_count(const uint32_t *ranks, size_t total, size_t m, struct ranksum *ranksum,
		  struct err *err)
{
	uint32_t *sorted = NULL;
	uint64_t *rows = NULL;
	size_t width;
	int ret = 0;

	*ranksum = (struct ranksum){ .splits = ranksum_splits(total, m) };
	if (total > RANKSUM_EXACT_MAX)
		ranksum->splits = 0;
	if (!ranksum->splits)
		return 0;
	sorted = calloc(total + 1, sizeof(*sorted));
	if (!sorted)
		goto no_memory;
	memcpy(sorted, ranks, total * sizeof(*sorted));
	width = largest_sum(sorted, total, m) + 1;
	rows = calloc((m + 1) * width, sizeof(*rows));
	ranksum->ways = calloc(width, sizeof(*ranksum->ways));
	if (!rows || !ranksum->ways)
		goto no_memory;
	count_rows(sorted, total, m, rows, width);
	memcpy(ranksum->ways, rows + m * width, width * sizeof(*rows));
	ranksum->nr_ways = width;
	goto out;
no_memory:
	ret = err_set(err, ENOMEM, "no memory to count the splits of %zu values", total);
	ranksum_release(ranksum);
out:
	free(rows);
	free(sorted);
	return ret;
}

void ranksum_release(struct ranksum *ranksum)
{
	free(ranksum->ways);
	*ranksum = (struct ranksum){ 0 };
}

static void lower_exact(const struct ranksum *ranksum, size_t least, double alpha, size_t *k,
			double *outside)
{
	uint64_t below = 0;

	for (size_t s = least; s < ranksum->nr_ways; s++) {
		double tail;

		below += ranksum->ways[s];
		tail = (double)((long double)below / ranksum->splits);
		if (2 * tail > alpha)
			break;
		*k = s - least + 1;
		*outside = 2 * tail;
	}
}

static void lower_normal(size_t m, size_t n, double alpha, size_t *k, double *outside)
{
	const double pairs = (double)m * (double)n;
	const double sigma = sqrt(pairs * (double)(m + n + 1) / 12);
	size_t low = 0, high = (size_t)(pairs / 2) + 1;

	/* Halve: the tail of low - 1 fits, that of high - 1 does not. */
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		const double tail = normal_upper((pairs / 2 - (double)middle + 0.5) / sigma);

		if (2 * tail <= alpha) {
			low = middle;
			*outside = 2 * tail;
		} else {
			high = middle;
		}
	}
	*k = low;
}

int ranksum_lower(size_t m, size_t n, double alpha, size_t *k, double *outside, struct err *err)
{
	const size_t few = m < n ? m : n;
	uint32_t ranks[RANKSUM_EXACT_MAX];
	struct ranksum ranksum;
	int ret;

	if (!few || !(alpha > 0 && alpha < 1))
		return err_set(err, EDOM, "no interval of %zu and %zu values at alpha %g", m, n,
			       alpha);
	*k = 0;
	*outside = 0;
	for (size_t i = 0; i < RANKSUM_EXACT_MAX; i++)
		ranks[i] = (uint32_t)i + 1;
	ret = ranksum_count(ranks, m + n, few, &ranksum, err);
	if (ret)
		return ret;
	if (ranksum.splits)
		lower_exact(&ranksum, few * (few + 1) / 2, alpha, k, outside);
	else
		lower_normal(m, n, alpha, k, outside);
	ranksum_release(&ranksum);
	return 0;
}

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
	_cleanup_free_ uint32_t *twice = NULL;
	_cleanup_free_ double *pooled = NULL;
	int ret = sample_check(x, m, 1, err);

	if (!ret)
		ret = sample_check(y, n, 1, err);
	if (ret)
		return ret;
	pooled = calloc(total, sizeof(*pooled));
	twice = calloc(total, sizeof(*twice));
	if (!pooled || !twice)
		return err_set(err, ENOMEM, "no memory for %zu values", total);
	memcpy(pooled, x, m * sizeof(*x));
	memcpy(pooled + m, y, n * sizeof(*y));
	ret = rank_twice(pooled, total, twice, err);
	return ret ? ret : test_ranks(twice, m, n, test, err);
}

/* All y / x, sorted: the order of their logs, and y > x is ratio > 1 whatever the rounding. */
static double *sorted_ratios(const double *x, size_t m, const double *y, size_t n, int *ret,
			     struct err *err)
{
	size_t pairs;
	_cleanup_free_ double *all =
		__builtin_mul_overflow(m, n, &pairs) ? NULL : calloc(pairs, sizeof(*all));

	if (!all) {
		*ret = err_set(err, ENOMEM, "no memory for the pairs of %zu and %zu values", m, n);
		return NULL;
	}
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			const double ratio = y[j] / x[i];

			if (!isfinite(ratio) || !(ratio > 0)) {
				*ret = err_set(err, ERANGE, "%g and %g have no ratio", x[i], y[j]);
				return NULL;
			}
			all[i * n + j] = ratio;
		}
	}
	sample_sort(all, pairs);
	return TAKE_PTR(all);
}

int hodges_ratio(const double *x, size_t m, const double *y, size_t n, double alpha,
		 struct hodges *hodges, struct err *err)
{
	_cleanup_free_ double *ratios = NULL;
	double outside;
	size_t k = 0, pairs = m * n;
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
	hodges->ratio = ratios[pairs / 2];
	if (pairs % 2 == 0)
		hodges->ratio =
			(double)sqrtl((long double)ratios[pairs / 2 - 1] * ratios[pairs / 2]);
	hodges->bounded = k > 0;
	hodges->low = k ? ratios[k - 1] : 0;
	hodges->high = k ? ratios[pairs - k] : INFINITY;
	hodges->coverage = 1 - outside;
	return 0;
}
