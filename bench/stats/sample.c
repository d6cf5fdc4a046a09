// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/sample.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

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

double median_sorted(const double *sorted, size_t n)
{
	/* In long double: two finite values may have a sum that no double holds. */
	return (double)(((long double)sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
}

int median_spread(const double *values, size_t n, struct spread *spread, struct err *err)
{
	_cleanup_free_ double *sorted = NULL;
	int ret = sample_check(values, n, 1, err);

	if (ret)
		return ret;
	sorted = sample_sorted(values, n);
	if (!sorted)
		return err_set(err, ENOMEM, "no memory for %zu values", n);
	spread->median = median_sorted(sorted, n);
	for (size_t i = 0; i < n; i++)
		sorted[i] = fabs(sorted[i] - spread->median);
	sample_sort(sorted, n);
	spread->mad = median_sorted(sorted, n);
	return 0;
}

/* The largest k with P(B <= k - 1) <= @tail, B the heads of @n coins; 0: none. */
static size_t coins_lower(size_t n, double tail)
{
	double below = 0;

	for (size_t k = 0; k <= n / 2; k++) {
		below += exp(lgamma((double)n + 1) - lgamma((double)k + 1) -
			     lgamma((double)(n - k) + 1) - (double)n * M_LN2);
		if (below > tail)
			return k;
	}
	return n / 2;
}

int median_interval(const double *values, size_t n, double alpha, struct median_interval *interval,
		    struct err *err)
{
	int ret = sample_check(values, n, 1, err);
	_cleanup_free_ double *sorted = NULL;
	size_t k;

	if (ret)
		return ret;
	if (!(alpha > 0 && alpha < 1))
		return err_set(err, EDOM, "alpha %g is not between 0 and 1", alpha);
	sorted = sample_sorted(values, n);
	if (!sorted)
		return err_set(err, ENOMEM, "no memory for %zu values", n);
	k = coins_lower(n, alpha / 2);
	*interval = (struct median_interval){
		.median = median_sorted(sorted, n),
		.low = sorted[k ? k - 1 : 0],
		.high = sorted[k ? n - k : n - 1],
		.bounded = k,
	};
	return 0;
}

double normal_upper(double z)
{
	return erfc(z / M_SQRT2) / 2;
}

/* I_x(a, b) where it converges fast: x below (a + 1) / (a + b + 2). */
static long double beta_fraction(long double x, long double a, long double b)
{
	const int most = 100000;
	int sign;
	long double scale = expl(lgammal_r(a + b, &sign) - lgammal_r(a, &sign) -
				 lgammal_r(b, &sign) + a * logl(x) + b * log1pl(-x)) /
			    a;
	long double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d;

	for (int m = 1; m < most; m++) {
		long double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		long double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		long double step;

		d = 1 / (1 + even * d);
		c = 1 + even / c;
		value *= c * d;
		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		step = c * d;
		value *= step;
		if (fabsl(step - 1) < DBL_EPSILON / 16)
			break;
	}
	return scale * value;
}

double student_upper(double t, double df)
{
	long double square = (long double)t * t, tail;
	long double x = df / (df + square), a = df / 2, b = 0.5L;

	if (!(df > 0) || isnan(t))
		return NAN;
	if (x <= 0)
		tail = 0;
	else if (x < (a + 1) / (a + b + 2))
		tail = beta_fraction(x, a, b) / 2;
	else if (square > 0)
		tail = (1 - beta_fraction(square / (df + square), b, a)) / 2;
	else
		tail = 0.5L;
	return (double)(t < 0 ? 1 - tail : tail);
}

/* The tail falls as its argument grows: halve until two neighbours are left. */
static double invert(double p, double df, bool student)
{
	double low = 0, high = 1;

	if (!(p > 0 && p < 1) || (student && !(df > 0)))
		return NAN;
	if (p > 0.5)
		return -invert(1 - p, df, student);
	while ((student ? student_upper(high, df) : normal_upper(high)) > p && high < DBL_MAX / 4)
		high *= 2;
	for (int i = 0; i < 200; i++) {
		double middle = low + (high - low) / 2;

		if (!(middle > low && middle < high))
			break;
		if ((student ? student_upper(middle, df) : normal_upper(middle)) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double normal_upper_quantile(double p)
{
	return invert(p, 0, false);
}

double student_upper_quantile(double p, double df)
{
	return invert(p, df, true);
}
