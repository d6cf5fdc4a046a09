// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/json.h"

#include <math.h>

json_t *json_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_figure(double value)
{
	if (value >= 0 && value <= 0x1p53 && floor(value) >= value)
		return json_integer((json_int_t)value);
	return json_number(value);
}

json_t *json_count(uint64_t n)
{
	return n > INT64_MAX ? json_real((double)n) : json_integer((json_int_t)n);
}

json_t *json_words(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *json_strings(const struct strv *strings)
{
	json_t *list;

	if (!strings)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < strings->n; i++)
		json_array_append_new(list, json_string(strings->v[i]));
	return list;
}

void json_write(json_t *json, size_t digits, FILE *f)
{
	json_dumpf(json, f, JSON_INDENT(1) | (digits ? JSON_REAL_PRECISION(digits) : 0));
	fputc('\n', f);
	json_decref(json);
}
