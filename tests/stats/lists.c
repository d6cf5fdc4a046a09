// SPDX-License-Identifier: GPL-2.0-only
#include "tests/stats/lists.h"

#include <math.h>
#include <stdio.h>

#include "tests/unit/noise.h"

void line_begin(const char *kind)
{
	fputs(kind, stdout);
}

void line_number(double value)
{
	printf(";%.17g", value);
}

void line_numbers(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%c%.17g", i ? ' ' : ';', values[i]);
}

void line_end(void)
{
	putchar('\n');
}

static double one(enum shape shape, struct noise *noise, double centre)
{
	const double smooth = centre * exp(0.02 * noise_normal(noise));

	switch (shape) {
	case SHAPE_TIES:
		return round(smooth / 10) * 10;
	case SHAPE_FEW_TIES:
		return round(smooth);
	case SHAPE_CONSTANT:
		return round(centre / 100) * 100;
	case SHAPE_WILD:
		return noise_below(noise, 5) ? smooth : smooth * exp(8 * noise_normal(noise));
	default:
		return smooth;
	}
}

void shape_fill(enum shape shape, struct noise *noise, double centre, double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		values[i] = one(shape, noise, centre);
}
