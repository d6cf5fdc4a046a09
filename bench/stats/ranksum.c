// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/ranksum.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/dist.h"

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
