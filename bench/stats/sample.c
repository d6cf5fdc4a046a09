// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int sample_check(const double *values, size_t n, size_t least, struct err *err)
{
	if (n < least)
		return err_set(err, EINVAL, "%zu values, at least %zu are needed", n, least);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return err_set(err, EDOM, "value %zu is %g: not finite", i, values[i]);
	return 0;
}

int sample_check_positive(const double *values, size_t n, size_t least, struct err *err)
{
	int ret = sample_check(values, n, least, err);

	for (size_t i = 0; !ret && i < n; i++)
		if (!(values[i] > 0))
			ret = err_set(err, EDOM, "value %zu is %g: not above 0", i, values[i]);
	return ret;
}

static int ascending(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

void sample_sort(double *values, size_t n)
{
	if (n)
		qsort(values, n, sizeof(*values), ascending);
}

double *sample_sorted(const double *values, size_t n)
{
	double *copy = calloc(n ? n : 1, sizeof(*copy));

	if (copy && n) {
		memcpy(copy, values, n * sizeof(*copy));
		sample_sort(copy, n);
	}
	return copy;
}
