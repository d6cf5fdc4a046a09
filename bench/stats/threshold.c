// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/threshold.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
