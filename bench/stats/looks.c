// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/looks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

const struct looks looks_usual = { .n = 3, .units = { 8, 16, 32 } };

int looks_parse(const char *text, struct looks *looks, struct err *err)
{
	struct looks read = { 0 };
	const char *from = text;
	char *end;

	for (;; from = end + 1) {
		const unsigned long units =
			*from >= '0' && *from <= '9' ? strtoul(from, &end, 10) : 0;

		if (!units || units > LOOKS_UNITS_MAX || read.n == LOOKS_MAX ||
		    (*end && *end != ',') || (read.n && units <= read.units[read.n - 1]))
			return err_set(err, EINVAL,
				       "'%.40s' is not up to %d rising numbers from 1 to %d, with "
				       "commas between them",
				       text, LOOKS_MAX, LOOKS_UNITS_MAX);
		read.units[read.n++] = units;
		if (!*end)
			break;
	}
	*looks = read;
	return 0;
}

double looks_alpha(const struct looks *looks, size_t look, double alpha)
{
	size_t sum = 0;

	for (size_t i = 0; i < looks->n; i++)
		sum += looks->units[i];
	return alpha * (double)looks->units[look] / (double)sum;
}

bool looks_settled(enum verdict verdict, const struct hodges *change, const struct looks_rule *rule)
{
	if (verdict != VERDICT_BETTER && verdict != VERDICT_WORSE && verdict != VERDICT_SAME)
		return false;
	return !(rule->width > 0) ||
	       (change->bounded && log(change->high / change->low) <= 2 * log1p(rule->width));
}
