// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/power.h"

#include <errno.h>
#include <math.h>

#include "bench/stats/dist.h"
#include "bench/stats/sample.h"

double power_smallest_p(size_t m, size_t n)
{
	const size_t few = m < n ? m : n, many = m < n ? n : m;
	double p = 2;

	/* 1 / C(many + few, few), factor by factor; 0 once no double holds it. */
	for (size_t i = 1; i <= few && p > 0; i++)
		p *= (double)i / (double)(many + i);
	return fmin(p, 1);
}

size_t power_least_boots(size_t series, double alpha)
{
	size_t n = 1;

	if (!series || !(alpha > 0 && alpha < 1))
		return 0;
	while ((double)series * power_smallest_p(n, n) > alpha)
		n++;
	return n;
}

int power_noise(const double *values, size_t n, double *sigma, struct err *err)
{
	long double mean = 0, squares = 0;
	int ret = sample_check_positive(values, n, 2, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < n; i++)
		mean += logl(values[i]) / n;
	for (size_t i = 0; i < n; i++) {
		const long double d = logl(values[i]) - mean;

		squares += d * d;
	}
	*sigma = (double)sqrtl(squares / (n - 1));
	return 0;
}

static int check(double sigma, const struct power_goal *goal, struct err *err)
{
	if (!(sigma >= 0 && isfinite(sigma)))
		return err_set(err, EDOM, "noise of %g: not 0 or more", sigma);
	if (!(goal->change > 0 && isfinite(goal->change)))
		return err_set(err, EDOM, "a change of %g: not above 0", goal->change);
	if (!goal->series || !(goal->alpha > 0 && goal->alpha < 1))
		return err_set(err, EDOM, "alpha %g over %zu series: not 0 to 1 over one or more",
			       goal->alpha, goal->series);
	if (!(goal->power > goal->alpha && goal->power < 1))
		return err_set(err, EDOM, "power %g: not between alpha (%g) and 1", goal->power,
			       goal->alpha);
	return 0;
}

int power_boots(double sigma, const struct power_goal *goal, size_t *boots, struct err *err)
{
	double z_alpha, z_power, change, n;
	size_t least;
	int ret = check(sigma, goal, err);

	if (ret)
		return ret;
	z_alpha = normal_upper_quantile(goal->alpha / (2 * (double)goal->series));
	z_power = normal_upper_quantile(1 - goal->power);
	change = log1p(goal->change) / (z_alpha + z_power);
	n = ceil(2 * M_PI / 3 * (sigma / change) * (sigma / change) + z_alpha * z_alpha / 4);
	if (!(n <= POWER_BOOTS_MAX))
		return err_set(err, ERANGE,
			       "more than %d boots to find a change of %g in noise of %g",
			       POWER_BOOTS_MAX, goal->change, sigma);
	least = power_least_boots(goal->series, goal->alpha) + 1;
	*boots = n > (double)least ? (size_t)n : least;
	return 0;
}
