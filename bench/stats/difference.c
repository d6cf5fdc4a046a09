// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/difference.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "bench/stats/fit.h"

static int check(const double *pages, const double *difference, const double *cost, size_t n,
		 struct err *err)
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
	int ret = check(pages, difference, cost, n, err);
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
