// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/fields.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define NAME_SHOWN 40 /* of a name that a hostile line chose */

int value_bad(struct err *err, const char *name, const char *what)
{
	return err_set(err, EBADMSG, "%.*s: %s", NAME_SHOWN, name, what);
}

bool value_has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f ||
		    ((unsigned char)s[0] == 0xc2 && ((unsigned char)s[1] & 0xe0) == 0x80))
			return true;
	return false;
}

int value_string(const char *name, const json_t *json, void *p, struct err *err)
{
	const char *s = json_string_value(json);
	char *copy;

	if (!s)
		return value_bad(err, name, "not a string");
	if (value_has_control(s))
		return value_bad(err, name, "holds a control character");
	copy = xstrdup(s);
	memcpy(p, &copy, sizeof(copy));
	return 0;
}

int value_bool(const char *name, const json_t *json, void *p, struct err *err)
{
	bool b = json_is_true(json);

	if (!json_is_boolean(json))
		return value_bad(err, name, "not true or false");
	memcpy(p, &b, sizeof(b));
	return 0;
}

int value_uint(const char *name, const json_t *json, void *p, struct err *err)
{
	json_int_t n = json_integer_value(json);
	unsigned u = (unsigned)n;

	if (!json_is_integer(json) || n < 0 || n > UINT_MAX)
		return value_bad(err, name, "not an integer from 0 to 2^32 - 1");
	memcpy(p, &u, sizeof(u));
	return 0;
}

/* "0x" and 1 to 16 lower-case digits, none of them a leading 0. */
static bool parse_hex(const json_t *json, uint64_t *n)
{
	const char *s = json_string_value(json);
	size_t len;

	if (!s || !str_starts(s, "0x"))
		return false;
	s += 2;
	len = strlen(s);
	if (!len || len > 16 || strspn(s, "0123456789abcdef") != len || (*s == '0' && len > 1))
		return false;
	*n = strtoull(s, NULL, 16);
	return true;
}

int value_hex(const char *name, const json_t *json, void *p, struct err *err)
{
	uint64_t n;

	if (!parse_hex(json, &n))
		return value_bad(err, name, "not a number as \"0x...\"");
	memcpy(p, &n, sizeof(n));
	return 0;
}

int value_count(const char *name, const json_t *json, void *p, struct err *err)
{
	uint64_t n = (uint64_t)json_integer_value(json);
	bool ok = json_is_integer(json) ? json_integer_value(json) >= 0
					: parse_hex(json, &n) && n > INT64_MAX;

	if (!ok)
		return value_bad(err, name, "not a count (an integer, 0 or more)");
	memcpy(p, &n, sizeof(n));
	return 0;
}

int value_maybe(const char *name, const json_t *json, void *p, struct err *err)
{
	const uint64_t none = RECORD_NO_TICKS;

	if (!json_is_null(json))
		return value_count(name, json, p, err);
	memcpy(p, &none, sizeof(none));
	return 0;
}

int value_seconds(const char *name, const json_t *json, void *p, struct err *err)
{
	double seconds = json_number_value(json);

	if (!json_is_number(json) || !isfinite(seconds) || seconds < 0)
		return value_bad(err, name, "not seconds (a number, 0 or more)");
	memcpy(p, &seconds, sizeof(seconds));
	return 0;
}

int value_node(const char *name, const json_t *json, void *p, struct err *err)
{
	json_int_t n = json_integer_value(json);
	int node = json_is_null(json) ? -1 : (int)n;

	if (!json_is_null(json) && (!json_is_integer(json) || n < 0 || n > INT_MAX))
		return value_bad(err, name, "not a node (an integer, 0 or more, or null)");
	memcpy(p, &node, sizeof(node));
	return 0;
}

int value_strings(const char *name, const json_t *json, struct strv *strings, struct err *err)
{
	size_t n = json_array_size(json);

	*strings = (struct strv){ 0 };
	if (!json_is_array(json))
		return value_bad(err, name, "not an array of strings");
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(json, i));

		if (!s || value_has_control(s))
			return value_bad(err, name, "not an array of strings");
		strv_add(strings, s);
	}
	return 0;
}

json_t *write_hex(uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)n);
	return json_string(text);
}

json_t *write_count(uint64_t n)
{
	return n > INT64_MAX ? write_hex(n) : json_integer((json_int_t)n);
}

json_t *write_string(const char *s)
{
	_cleanup_free_ char *clean = xstrdup(s ? s : "");
	json_t *json;

	for (char *p = clean; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	/* C1 controls: U+0080 to U+009F. */
	for (char *p = clean; *p; p++)
		if ((unsigned char)p[0] == 0xc2 && ((unsigned char)p[1] & 0xe0) == 0x80)
			p[0] = p[1] = '?';
	json = json_string(clean);
	for (char *p = clean; !json && *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	if (!json)
		json = json_string(clean);
	return json;
}

#define NR_FIELDS 3 /* name, samples, note */

static int read_ticks(const json_t *json, struct record_stage *stage, size_t n, struct err *err)
{
	int ret = 0;

	if (!json_is_array(json) || json_array_size(json) != n)
		return err_set(err, EBADMSG, "samples: not an array of %zu, as many as the series",
			       n);
	stage->ticks = xcalloc(n + 1, sizeof(*stage->ticks));
	for (size_t i = 0; !ret && i < n; i++) {
		const json_t *ticks = json_array_get(json, i);

		stage->ticks[i] = RECORD_NO_TICKS;
		if (json_is_null(ticks))
			continue;
		ret = value_count("samples", ticks, &stage->ticks[i], err);
		if (!ret && stage->ticks[i] == RECORD_NO_TICKS)
			ret = value_bad(err, "samples", "a count that stands for none");
	}
	return ret;
}

static int read_stage(const json_t *json, struct record_stage *stage, size_t n, struct err *err)
{
	const json_t *name = json_object_get(json, "name"), *note = json_object_get(json, "note");
	const json_t *samples = json_object_get(json, "samples");
	int ret;

	if (json_object_size(json) != NR_FIELDS || !name || !samples || !note)
		return err_set(err, EBADMSG, "not an object of name, samples and note");
	ret = value_string("name", name, &stage->name, err);
	if (!ret && !*stage->name)
		ret = value_bad(err, "name", "empty");
	if (!ret)
		ret = read_ticks(samples, stage, n, err);
	return ret ? ret : value_string("note", note, &stage->note, err);
}

static int check_twice(const struct record_series *series, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(series->stages[i].name, series->stages[n].name))
			return value_bad(err, "name", "that of another stage");
	return 0;
}

int stages_read(const json_t *json, struct record_series *series, struct err *err)
{
	size_t n = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json))
		return err_set(err, EBADMSG, "not an array of stages");
	series->stages = xcalloc(n + 1, sizeof(*series->stages));
	series->nr_stages = n;
	for (size_t i = 0; !ret && i < n; i++) {
		ret = read_stage(json_array_get(json, i), &series->stages[i], series->nr_samples,
				 err);
		if (!ret)
			ret = check_twice(series, i, err);
		if (ret)
			err_prefix(err, "%zu", i);
	}
	return ret;
}

static json_t *write_stage(const struct record_stage *stage, size_t n)
{
	json_t *json = json_object(), *samples = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(samples, stage->ticks[i] == RECORD_NO_TICKS
						       ? json_null()
						       : write_count(stage->ticks[i]));
	json_object_set_new(json, "name", write_string(stage->name));
	json_object_set_new(json, "samples", samples);
	json_object_set_new(json, "note", write_string(stage->note));
	return json;
}

json_t *stages_write(const struct record_series *series)
{
	json_t *json = json_array();

	for (size_t i = 0; i < series->nr_stages; i++)
		json_array_append_new(json, write_stage(&series->stages[i], series->nr_samples));
	return json;
}

void stages_release(struct record_series *series)
{
	for (size_t i = 0; i < series->nr_stages; i++) {
		free(series->stages[i].name);
		free(series->stages[i].ticks);
		free(series->stages[i].note);
	}
	free(series->stages);
	series->stages = NULL;
	series->nr_stages = 0;
}
