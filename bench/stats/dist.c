// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/dist.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

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
