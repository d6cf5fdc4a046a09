// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/adjust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct place {
	double p;
	size_t index;
};

static int ascending(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	return (a->p > b->p) - (a->p < b->p);
}

/* The p in ascending order, to be freed; NULL: what is wrong is in @ret and @err. */
static struct place *in_order(const double *p, size_t n, int *ret, struct err *err)
{
	struct place *places;

	*ret = 0;
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			*ret = err_set(err, EDOM, "p of series %zu is %g: not 0 to 1", i, p[i]);
	if (*ret)
		return NULL;
	places = calloc(n ? n : 1, sizeof(*places));
	if (!places) {
		*ret = err_set(err, ENOMEM, "no memory for %zu series", n);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){ p[i], i };
	qsort(places, n, sizeof(*places), ascending);
	return places;
}

int adjust_holm(const double *p, size_t n, double *adjusted, struct err *err)
{
	int ret;
	struct place *places = in_order(p, n, &ret, err);
	double most = 0;

	if (!places)
		return ret;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, (double)(n - i) * places[i].p));
		adjusted[places[i].index] = most;
	}
	free(places);
	return 0;
}

int adjust_bh(const double *p, size_t n, double *adjusted, struct err *err)
{
	int ret;
	struct place *places = in_order(p, n, &ret, err);
	double least = 1;

	if (!places)
		return ret;
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, (double)n / ((double)i + 1) * places[i].p);
		adjusted[places[i].index] = least;
	}
	free(places);
	return 0;
}
