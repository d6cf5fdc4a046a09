// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/predict.h"

#include <errno.h>
#include <math.h>

#include "bench/stats/dist.h"
#include "bench/stats/median.h"
#include "bench/stats/sample.h"

/* Of the MAD against the standard deviation, normal values. */
static const double efficiency = 0.37;

/* Of the t that bounds a segment of @h values. */
static double freedom(size_t h)
{
	return fmax(1, efficiency * ((double)h - 1));
}

int predict_bound(const double *segment, size_t h, const struct predict_rule *rule,
		  struct prediction *prediction, struct err *err)
{
	struct spread spread;
	double reach;
	int ret = sample_check(segment, h, 2, err);

	if (!ret && !(rule->alpha > 0 && rule->alpha < 1 && rule->floor >= 0))
		ret = err_set(err, EDOM, "no bound at alpha %g with floor %g", rule->alpha,
			      rule->floor);
	if (!ret)
		ret = median_spread(segment, h, &spread, err);
	if (ret)
		return ret;
	prediction->centre = spread.median;
	prediction->sigma = fmax(MEDIAN_SIGMA * spread.mad, rule->floor);
	reach = student_upper_quantile(rule->alpha / 2, freedom(h)) * prediction->sigma *
		sqrt(1 + 1 / (double)h);
	prediction->low = spread.median - reach;
	prediction->high = spread.median + reach;
	return 0;
}

double predict_p(const struct prediction *prediction, size_t h, double value)
{
	double distance = fabs(value - prediction->centre);

	if (!(distance > 0))
		return 1;
	if (!(prediction->sigma > 0))
		return 0;
	return 2 *
	       student_upper(distance / (prediction->sigma * sqrt(1 + 1 / (double)h)), freedom(h));
}
