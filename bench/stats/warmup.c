// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/warmup.h"

#include <math.h>

#include "bench/stats/median.h"
#include "bench/stats/potts.h"
#include "bench/stats/sample.h"

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
static struct warmup judge(const struct potts *potts, size_t n, double sigma)
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
	*warmup = judge(&potts, n, sigma);
	potts_release(&potts);
	return 0;
}
