// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/cost.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_positive(double x)
{
	return isfinite(x) && x > 0;
}

static int check_line(const double *pages, const double *cost, size_t n, struct err *err)
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
	int ret = check_line(pages, cost, n, err);

	if (!ret)
		fit_least_squares(pages, cost, cost, n, fit);
	return ret;
}

static int check_differences(const double *pages, const double *difference, const double *cost,
			     size_t n, struct err *err)
{
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(cost[i]) || cost[i] <= 0)
			return err_set(err, EDOM, "a cost of %g: not above 0", cost[i]);
		if (!(pages[i] > 0 && pages[i] <= DIFFERENCE_MAX) ||
		    !(fabs(difference[i]) <= DIFFERENCE_MAX))
			return err_set(err, EDOM, "%g at %g pages: no counts", difference[i],
				       pages[i]);
		differ |= pages[i] < pages[0] || pages[i] > pages[0];
	}
	return differ ? 0 : err_set(err, EINVAL, "a line needs two sizes");
}

/* A size that is not the first one's. */
static size_t other_size(const double *pages)
{
	size_t i = 1;

	while (!(pages[i] < pages[0] || pages[i] > pages[0]))
		i++;
	return i;
}

/* Integers all the way: no rounding decides what is exact. */
static bool on_one_line(const double *pages, const double *difference, size_t n)
{
	size_t other = other_size(pages);
	__int128 run = (int64_t)(pages[other] - pages[0]);
	__int128 rise = (int64_t)(difference[other] - difference[0]);

	for (size_t i = 1; i < n; i++)
		if ((int64_t)(difference[i] - difference[0]) * run !=
		    rise * (int64_t)(pages[i] - pages[0]))
			return false;
	return true;
}

int difference_line(const double *pages, const double *difference, const double *cost, size_t n,
		    struct difference *out, struct err *err)
{
	int ret = check_differences(pages, difference, cost, n, err);
	struct fit fit;

	if (ret)
		return ret;
	out->exact = on_one_line(pages, difference, n);
	if (out->exact) {
		size_t other = other_size(pages);

		out->page = (difference[other] - difference[0]) / (pages[other] - pages[0]);
		out->call = difference[0] - out->page * pages[0];
		return 0;
	}
	fit_least_squares(pages, difference, cost, n, &fit);
	out->page = fit.page;
	out->call = fit.call;
	return 0;
}

int threshold_parse(const char *text, struct threshold *t, struct err *err)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || (*end && strcmp(end, "%") != 0) || !isfinite(value) || value < 0)
		return err_set(err, EINVAL,
			       "'%s' is not a threshold: 0.5 (a page) or 2%% (of the base)", text);
	*t = *end ? (struct threshold){ .percent = value } : (struct threshold){ .page = value };
	return 0;
}

bool threshold_worse(const struct threshold *t, double base, double cost, double pages)
{
	return cost - base > t->page * pages + t->percent / 100 * base;
}

struct threshold threshold_half(double good, double bad)
{
	return (struct threshold){ .page = bad > good ? (bad - good) / 2 : 0 };
}
