// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/fit.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

static bool is_positive(double x)
{
	return isfinite(x) && x > 0;
}

static int check(const double *pages, const double *cost, size_t n, struct err *err)
{
	bool differ = false;

	if (n < 2)
		return err_set(err, EINVAL, "a line needs two sizes, there %s",
			       n ? "is one" : "are none");
	for (size_t i = 0; i < n; i++) {
		if (!is_positive(pages[i]))
			return err_set(err, EDOM, "%g pages: not above 0", pages[i]);
		if (!is_positive(cost[i]))
			return err_set(err, EDOM, "a cost of %g at %g pages: not above 0", cost[i],
				       pages[i]);
		differ |= pages[i] < pages[0] || pages[i] > pages[0];
	}
	return differ ? 0
		      : err_set(err, EINVAL, "a line needs two sizes, all are %g pages", pages[0]);
}

void fit_least_squares(const double *pages, const double *y, const double *cost, size_t n,
		       struct fit *fit)
{
	double weights = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0;

	for (size_t i = 0; i < n; i++) {
		double w = 1 / (cost[i] * cost[i]);

		weights += w;
		mean_x += w * pages[i];
		mean_y += w * y[i];
	}
	mean_x /= weights;
	mean_y /= weights;
	for (size_t i = 0; i < n; i++) {
		double w = 1 / (cost[i] * cost[i]), dx = pages[i] - mean_x;

		xx += w * dx * dx;
		xy += w * dx * (y[i] - mean_y);
	}
	fit->page = xy / xx;
	fit->call = mean_y - fit->page * mean_x;
	fit->residual = 0;
	for (size_t i = 0; i < n; i++)
		fit->residual = fmax(fit->residual,
				     fabs(y[i] - fit->call - fit->page * pages[i]) / cost[i]);
}

int fit_line(const double *pages, const double *cost, size_t n, struct fit *fit, struct err *err)
{
	int ret = check(pages, cost, n, err);

	if (!ret)
		fit_least_squares(pages, cost, cost, n, fit);
	return ret;
}
