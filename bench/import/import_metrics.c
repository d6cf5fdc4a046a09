// SPDX-License-Identifier: GPL-2.0-only
/* Named figures: lines of Go's benchmark format, and LKP's JSON of metric and values. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/import/foreign.h"
#include "bench/import/import.h"
#include "bench/record/fields.h"

#define MILLIONTHS 1e6
#define MAX_WORDS  128

/* @directed: less of it is better. One that is no count is missing, with its value. */
static int add_metric(struct records *records, const char *op, const char *name, double value,
		      double factor, bool directed, struct err *err)
{
	struct ptwalk_sample sample = { 0 };
	struct record_series *series;
	_cleanup_free_ char *reason = NULL;
	uint64_t ticks;

	if (foreign_count(value, factor, &ticks, NULL)) {
		reason = xasprintf("%g: not a number from 0 to 2^53 / %g", value, factor);
		return foreign_missing(records, name, op, reason, err);
	}
	sample.ticks = ticks;
	series = foreign_series(records, name, op, 1, err);
	if (!series)
		return -EBADMSG;
	if (!directed && !strv_has(&series->notes, RECORD_NO_DIRECTION))
		strv_add(&series->notes, RECORD_NO_DIRECTION);
	return foreign_sample(series, &sample, err);
}

/* Go's benchmark format: golang.org/design/14313-benchmark-format */

#define BENCHMARK "Benchmark"

static const struct {
	const char *unit, *name;
	double factor;
	bool directed;
} go_units[] = {
	{ "ns/op", "ps/op", 1e3, true },
	{ "sec/op", "ps/op", 1e12, true },
	{ "B/op", "uB/op", MILLIONTHS, true },
	{ "allocs/op", "uallocs/op", MILLIONTHS, true },
};

struct benchfmt {
	struct records *records;
	char *package;	    /* that the next lines are of, or NULL */
	struct strv lower;  /* units of which the file says that less is better */
	struct strv higher; /* or more */
};

/* The next line of @text, which is moved behind it; NULL: no more. Owned by the caller. */
static char *next_line(const char **text, const char *end)
{
	const char *line = *text, *stop;

	if (line >= end)
		return NULL;
	stop = memchr(line, '\n', (size_t)(end - line));
	if (!stop)
		stop = end;
	*text = stop + 1;
	return xstrndup(line, (size_t)(stop - line));
}

/* Parts @line in place. Returns: how many, at most MAX_WORDS. */
static size_t part_words(char *line, char **words)
{
	char *rest = NULL;
	size_t n = 0;

	for (char *w = strtok_r(line, " \t\r", &rest); w && n < MAX_WORDS;
	     w = strtok_r(NULL, " \t\r", &rest))
		words[n++] = w;
	return n;
}

/* "BenchmarkFoo", and not "Benchmarking" */
static bool is_benchmark(const char *word)
{
	const char *name = word + strlen(BENCHMARK);

	return str_starts(word, BENCHMARK) && *name && !islower((unsigned char)*name);
}

static bool is_count(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

static bool knows_benchfmt(const char *text, size_t len)
{
	const char *const end = text + len;
	char *words[MAX_WORDS];
	bool known = false;

	while (!known) {
		_cleanup_free_ char *line = next_line(&text, end);

		if (!line || *line == '{')
			break;
		known = part_words(line, words) > 3 && is_benchmark(words[0]) && is_count(words[1]);
	}
	return known;
}

static int add_value(struct benchfmt *b, const char *name, const char *text, const char *unit,
		     struct err *err)
{
	bool directed = strv_has(&b->lower, unit);
	double factor = MILLIONTHS, value;
	_cleanup_free_ char *millionths = xasprintf("u%s", unit), *series = NULL;
	const char *said = millionths;
	char *end;

	value = strtod(text, &end);
	if (end == text || *end)
		return err_set(err, EBADMSG, "not a number before %.40s",
			       value_has_control(unit) ? "a unit" : unit);
	for (size_t i = 0; i < ARRAY_SIZE(go_units); i++)
		if (!strcmp(go_units[i].unit, unit)) {
			said = go_units[i].name;
			factor = go_units[i].factor;
			directed = !strv_has(&b->higher, unit);
		}
	series = xasprintf("%s%s%s:%s", b->package ? b->package : "", b->package ? "." : "", name,
			   said);
	return add_metric(b->records, "benchfmt", series, value, factor, directed, err);
}

static int read_result(struct benchfmt *b, char **words, size_t n, struct err *err)
{
	int ret = 0;

	/* Go prints the name when it begins, and again where something was printed between. */
	if (n == 1)
		return 0;
	if (n < 4 || n % 2 || n == MAX_WORDS || !is_count(words[1]))
		return err_set(err, EBADMSG,
			       "not a name, a count, and pairs of value and unit, as "
			       "BenchmarkFoo 100 115 ns/op");
	for (size_t i = 2; i < n && !ret; i += 2)
		ret = add_value(b, words[0] + strlen(BENCHMARK), words[i], words[i + 1], err);
	return ret;
}

static int read_words(struct benchfmt *b, char **words, size_t n, struct err *err)
{
	if (n && is_benchmark(words[0]))
		return read_result(b, words, n, err);
	if (n == 2 && !strcmp(words[0], "pkg:")) {
		free(b->package);
		b->package = xstrdup(words[1]);
	}
	for (size_t i = 2; i < n && !strcmp(words[0], "Unit"); i++) {
		if (!strcmp(words[i], "better=lower"))
			strv_add(&b->lower, words[1]);
		if (!strcmp(words[i], "better=higher"))
			strv_add(&b->higher, words[1]);
	}
	return 0;
}

/* Ids are of the text, and names of it come back from records: both need one that is text. */
static int check_text(const char *text, size_t len, struct err *err)
{
	json_t *string = json_stringn(text, len);
	const bool is_text = string && !memchr(text, '\0', len);

	json_decref(string);
	return is_text ? 0 : err_set(err, EBADMSG, "not a text in UTF-8");
}

static int read_benchfmt(const char *text, size_t len, int64_t seconds, struct records *records,
			 struct err *err)
{
	const struct foreign_run run = { .tool = "benchfmt", .unit = "counts", .seconds = seconds };
	struct benchfmt b = { .records = records };
	const char *p = text;
	size_t nr = 0;
	int ret = check_text(text, len, err);

	if (ret)
		return ret;
	foreign_begin(records, &run, text, len);
	while (!ret) {
		_cleanup_free_ char *line = next_line(&p, text + len);
		char *words[MAX_WORDS];

		if (!line)
			break;
		nr++;
		ret = read_words(&b, words, part_words(line, words), err);
	}
	free(b.package);
	strv_release(&b.lower);
	strv_release(&b.higher);
	if (!ret)
		return foreign_end(records, err);
	err_prefix(err, "line %zu", nr);
	records_release(records);
	return ret;
}

const struct importer importer_benchfmt = {
	.name = "benchfmt",
	.summary = "Go's benchmark format",
	.knows = knows_benchfmt,
	.read = read_benchfmt,
};

/* LKP: { "will-it-scale.per_process_ops": [ 1000, 1010 ], ... }, or one number each. */

static bool is_metric(const char *key, const json_t *value)
{
	return strchr(key, '.') &&
	       (json_is_number(value) || json_is_number(json_array_get(value, 0)));
}

static bool knows_lkp(const char *text, size_t len)
{
	json_t *json = foreign_json(text, len, 0), *value;
	bool known = false;
	const char *key;

	json_object_foreach(json, key, value) known |= is_metric(key, value);
	json_decref(json);
	return known;
}

/* Other members than metrics say where they come from. */
static int read_metric(struct records *records, const char *key, const json_t *value,
		       struct err *err)
{
	const size_t n = json_is_array(value) ? json_array_size(value) : 1;
	int ret = 0;

	for (size_t i = 0; i < n && strchr(key, '.') && !ret; i++) {
		const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
		_cleanup_free_ char *reason = NULL;

		if (json_is_number(one)) {
			ret = add_metric(records, "lkp", key, json_number_value(one), MILLIONTHS,
					 false, err);
		} else if (foreign_no_number(one)) {
			reason = xasprintf("%s in the file, not a number", json_string_value(one));
			ret = foreign_missing(records, key, "lkp", reason, err);
		} else {
			ret = err_set(err, EBADMSG, "value %zu is not a number", i + 1);
		}
		if (ret)
			err_prefix(err, "%.80s", value_has_control(key) ? "a metric" : key);
	}
	return ret;
}

static int read_lkp(const char *text, size_t len, int64_t seconds, struct records *records,
		    struct err *err)
{
	const struct foreign_run run = { .tool = "lkp", .unit = "millionths", .seconds = seconds };
	json_t *json = foreign_json(text, len, JSON_REJECT_DUPLICATES), *value;
	const char *key;
	int ret = 0;

	if (!json)
		return err_set(err, EBADMSG, "an object has two members of one name");
	foreign_begin(records, &run, text, len);
	json_object_foreach(json, key, value) ret =
		ret ? ret : read_metric(records, key, value, err);
	json_decref(json);
	if (!ret)
		return foreign_end(records, err);
	records_release(records);
	return ret;
}

const struct importer importer_lkp = {
	.name = "lkp",
	.summary = "LKP's JSON",
	.knows = knows_lkp,
	.read = read_lkp,
};
