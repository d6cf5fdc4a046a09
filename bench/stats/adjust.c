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

static int in_order(const double *p, size_t n, struct place **places, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			return err_set(err, EDOM, "p of series %zu is %g: not 0 to 1", i, p[i]);
	*places = calloc(n ? n : 1, sizeof(**places));
	if (!*places)
		return err_set(err, ENOMEM, "no memory for %zu series", n);
	for (size_t i = 0; i < n; i++)
		(*places)[i] = (struct place){ p[i], i };
	qsort(*places, n, sizeof(**places), ascending);
	return 0;
}

int adjust_holm(const double *p, size_t n, double *adjusted, struct err *err)
{
	struct place *places;
	double most = 0;
	int ret = in_order(p, n, &places, err);

	if (ret)
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
	struct place *places;
	double least = 1;
	int ret = in_order(p, n, &places, err);

	if (ret)
		return ret;
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, (double)n / ((double)i + 1) * places[i].p);
		adjusted[places[i].index] = least;
	}
	free(places);
	return 0;
}
