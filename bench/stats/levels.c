// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/levels.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/stats/sample.h"

/* The state of the dynamic programme after some nights. */
struct paths {
	double *level;	 /* the distinct values, ascending */
	double *cost;	 /* of the cheapest split whose last segment is at that level */
	uint32_t *start; /* where that segment begins */
	size_t nr_levels;
	uint32_t *last; /* for each night: where the last segment of the cheapest split begins */
};

static void paths_release(struct paths *paths)
{
	free(paths->level);
	free(paths->cost);
	free(paths->start);
	free(paths->last);
}

/* False: no memory, and nothing to release. */
static bool paths_init(struct paths *paths, const double *values, size_t n)
{
	*paths = (struct paths){ .level = sample_sorted(values, n) };
	if (!paths->level)
		goto no_memory;
	paths->nr_levels = 1;
	for (size_t i = 1; i < n; i++)
		if (paths->level[i] > paths->level[paths->nr_levels - 1])
			paths->level[paths->nr_levels++] = paths->level[i];
	paths->cost = calloc(paths->nr_levels, sizeof(*paths->cost));
	paths->start = calloc(paths->nr_levels, sizeof(*paths->start));
	paths->last = calloc(n, sizeof(*paths->last));
	if (!paths->cost || !paths->start || !paths->last)
		goto no_memory;
	return true;
no_memory:
	paths_release(paths);
	return false;
}

/* One night more: stay at a level, or come to it from the cheapest one. */
static void advance(struct paths *paths, double value, double change, uint32_t night)
{
	const double *level = paths->level;
	double *cost = paths->cost;
	uint32_t *start = paths->start;

	for (size_t i = 0; i < paths->nr_levels; i++) {
		const bool stays = cost[i] <= change;

		cost[i] = (stays ? cost[i] : change) + fabs(value - level[i]);
		start[i] = stays ? start[i] : night;
	}
}

/* The cheapest; of equal ones that which has lasted longest. */
static size_t cheapest(const struct paths *paths)
{
	size_t best = 0;

	for (size_t i = 1; i < paths->nr_levels; i++)
		if (paths->cost[i] < paths->cost[best] ||
		    (paths->cost[i] <= paths->cost[best] && paths->start[i] < paths->start[best]))
			best = i;
	return best;
}

static int collect(const uint32_t *last, const double *values, size_t n, struct potts *potts,
		   struct err *err)
{
	size_t nr = 1, place;
	struct spread spread;
	int ret;

	for (size_t end = last[n - 1]; end; end = last[end - 1])
		nr++;
	potts->segments = calloc(nr, sizeof(*potts->segments));
	if (!potts->segments)
		return err_set(err, ENOMEM, "no memory for %zu segments", nr);
	potts->nr_segments = place = nr;
	for (size_t end = n; end; end = last[end - 1]) {
		struct segment *segment = &potts->segments[--place];

		segment->first = last[end - 1];
		segment->count = end - segment->first;
		ret = median_spread(values + segment->first, segment->count, &spread, err);
		if (ret) {
			potts_release(potts);
			return ret;
		}
		segment->level = spread.median;
	}
	return 0;
}

int potts_segments(const double *values, size_t n, double gamma, struct potts *potts,
		   struct err *err)
{
	struct paths paths;
	size_t best = 0;
	int ret = sample_check(values, n, 1, err);

	if (ret)
		return ret;
	if (!(gamma >= 0))
		return err_set(err, EDOM, "a change cannot cost %g", gamma);
	if (n > INT32_MAX)
		return err_set(err, E2BIG, "a history of %zu values is too long", n);
	if (!paths_init(&paths, values, n))
		return err_set(err, ENOMEM, "no memory for a history of %zu values", n);
	for (size_t i = 0; i < n; i++) {
		advance(&paths, values[i], i ? paths.cost[best] + gamma : 0, (uint32_t)i);
		best = cheapest(&paths);
		paths.last[i] = paths.start[best];
	}
	*potts = (struct potts){ .cost = paths.cost[best] };
	ret = collect(paths.last, values, n, potts, err);
	paths_release(&paths);
	return ret;
}

void potts_release(struct potts *potts)
{
	free(potts->segments);
	*potts = (struct potts){ 0 };
}

int potts_noise(const double *values, size_t n, double *sigma, struct err *err)
{
	_cleanup_free_ double *steps = NULL;
	int ret = sample_check(values, n, 1, err);

	if (ret)
		return ret;
	*sigma = 0;
	if (n < 2)
		return 0;
	steps = calloc(n - 1, sizeof(*steps));
	if (!steps)
		return err_set(err, ENOMEM, "no memory for a history of %zu values", n);
	for (size_t i = 0; i + 1 < n; i++)
		steps[i] = fabs(values[i + 1] - values[i]);
	sample_sort(steps, n - 1);
	*sigma = MEDIAN_SIGMA * median_sorted(steps, n - 1) / M_SQRT2;
	return 0;
}

/* Of samples that are all but equal: a share of their median. */
#define LEAST_SIGMA 0.001

static int noise_of(const double *values, size_t n, double *sigma, struct err *err)
{
	struct spread spread;
	int ret = potts_noise(values, n, sigma, err);

	if (!ret)
		ret = median_spread(values, n, &spread, err);
	if (!ret)
		*sigma = fmax(*sigma, LEAST_SIGMA * fabs(spread.median));
	return ret;
}

static const struct segment *longest_of(const struct potts *potts)
{
	const struct segment *longest = &potts->segments[0];

	for (size_t i = 1; i < potts->nr_segments; i++)
		if (potts->segments[i].count >= longest->count)
			longest = &potts->segments[i];
	return longest;
}

/* All that is at the steady level, in one piece or in several. */
static struct warmup judge_warmup(const struct potts *potts, size_t n, double sigma)
{
	const double steady = longest_of(potts)->level;
	const double tolerance = fmax(3 * sigma, WARMUP_TOLERANCE * fabs(steady));
	struct warmup warmup = { .length = n };
	size_t at_level = 0;

	for (size_t i = 0; i < potts->nr_segments; i++) {
		const struct segment *s = &potts->segments[i];

		if (fabs(s->level - steady) > tolerance)
			continue;
		if (!at_level)
			warmup.length = s->first;
		at_level += s->count;
	}
	warmup.settled = 2 * at_level >= n;
	if (!warmup.settled)
		warmup.length = 0;
	return warmup;
}

int warmup_find(const double *values, size_t n, struct warmup *warmup, struct err *err)
{
	struct potts potts;
	double sigma;
	int ret;

	*warmup = (struct warmup){ 0 };
	ret = sample_check(values, n, 0, err);
	if (ret || n < WARMUP_LEAST)
		return ret;
	ret = noise_of(values, n, &sigma, err);
	if (!ret)
		ret = potts_segments(values, n, POTTS_STRENGTH * sigma, &potts, err);
	if (ret)
		return ret;
	*warmup = judge_warmup(&potts, n, sigma);
	potts_release(&potts);
	return 0;
}
