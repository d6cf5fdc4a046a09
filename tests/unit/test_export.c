// SPDX-License-Identifier: GPL-2.0-only
/* Exports are what their readers take, and what they carry comes back. */
#include "tests/unit/unit.h"
#include "tests/unit/exported.h"
#include "tests/unit/fake_run.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/unit/find.h"

#define MARKUP "needs \"CONFIG_NOTHING\", <b>&"

static void make(struct records *r)
{
	fake_run(r);
	fake_missing(r, 1, "walk/entry/anon-thp/2M", MARKUP);
	fake_missing(r, 2, "walk/entry/anon-thp/2M", MARKUP);
}

TEST(test_records)
{
	struct records was, is;
	char *first, *second;

	make(&was);
	first = exported("records", &was);
	read_back(first, &is);
	second = exported("records", &is);
	assert_string_equal(first, second);
	free(first);
	free(second);
	records_release(&was);
	records_release(&is);
}

/* Google Benchmark's JSON carries names, values, threads, repetitions and what is missing. */
TEST(test_gbench)
{
	struct records was, is, again;
	char *first, *second;

	make(&was);
	first = exported("gbench", &was);
	read_back(first, &is);
	assert_int_equal(is.nr_series, 139); /* boots are repetitions of one series */
	assert_int_equal(is.nr_missing, 1);  /* as what both lack is */
	assert_string_equal(is.missing[0].reason, MARKUP);
	assert_string_equal(is.run.unit, "instructions");
	assert_true(is.run.exact);
	assert_string_equal(is.run.started, was.run.started);
	for (size_t i = 0; i < is.nr_series; i++) {
		assert_string_equal(is.series[i].name, was.series[i].name);
		assert_int_equal(is.series[i].nr_samples, FAKE_BOOTS * FAKE_SAMPLES);
		assert_true(find_count(&is.series[i]) == find_count(&was.series[i]));
	}
	second = exported("gbench", &is);
	read_back(second, &again);
	assert_int_equal(again.nr_series, is.nr_series);
	for (size_t i = 0; i < is.nr_series; i++) {
		assert_string_equal(again.series[i].name, is.series[i].name);
		assert_memory_equal(again.series[i].samples, is.series[i].samples,
				    is.series[i].nr_samples * sizeof(*is.series[i].samples));
	}
	free(first);
	free(second);
	records_release(&was);
	records_release(&is);
	records_release(&again);
}

/* Times of Google Benchmark itself keep their picoseconds. */
TEST(test_gbench_times)
{
	static const char text[] =
		"{\"context\":{\"date\":\"2026-11-21T10:45:00+01:00\"},\"benchmarks\":["
		"{\"name\":\"a\",\"real_time\":12.3456,\"time_unit\":\"ns\"}]}";
	struct records first, second;
	char *out;

	read_back(text, &first);
	assert_int_equal(first.series[0].samples[0].ticks, 12346);
	out = exported("gbench", &first);
	read_back(out, &second);
	assert_int_equal(second.series[0].samples[0].ticks, 12346);
	assert_string_equal(second.run.unit, "ps");
	free(out);
	records_release(&first);
	records_release(&second);
}

static bool is_known(const char *key, const char *const *known)
{
	for (; *known; known++)
		if (!strcmp(key, *known))
			return true;
	return false;
}

/* An object has no members but @known. */
static void assert_members(json_t *object, const char *const *known)
{
	const char *key;
	json_t *value;

	assert_true(json_is_object(object));
	json_object_foreach(object, key, value)
	{
		if (!is_known(key, known))
			fail_msg("%s", key);
		assert_false(json_is_null(value));
	}
}

/* [a-z0-9_]+:.* */
static void assert_id(json_t *object, const char *key)
{
	const char *id = json_string_value(json_object_get(object, key));

	assert_non_null(id);
	assert_true(id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] == ':' && *id != ':');
}

/* Parts of [a-zA-Z0-9_-]+ with dots between. */
static void assert_path(const char *path)
{
	assert_non_null(path);
	for (const char *p = path; *p; p++) {
		if (*p == '.')
			assert_true(p != path && p[-1] != '.' && p[1] && p[1] != '.');
		else
			assert_true(isalnum((unsigned char)*p) || *p == '_' || *p == '-');
	}
}

static void check_test(json_t *test, size_t *numbers)
{
	static const char *const known[] = { "id",	"origin",      "build_id", "path",
					     "status",	"start_time",  "number",   "misc",
					     "comment", "environment", NULL };
	static const char *const of_number[] = { "value", "unit", NULL };
	static const char *const of_environment[] = { "comment", "misc", NULL };
	static const char *const statuses[] = { "FAIL", "ERROR", "MISS", "PASS",
						"DONE", "SKIP",	 NULL };
	const char *status = json_string_value(json_object_get(test, "status"));
	json_t *number = json_object_get(test, "number");

	assert_members(test, known);
	assert_id(test, "id");
	assert_id(test, "build_id");
	assert_path(json_string_value(json_object_get(test, "path")));
	assert_true(is_known(status, statuses));
	assert_members(json_object_get(test, "environment"), of_environment);
	assert_int_equal(number != NULL, !strcmp(status, "DONE"));
	if (number) {
		assert_members(number, of_number);
		assert_true(json_is_number(json_object_get(number, "value")));
		++*numbers;
	}
}

/* What KCIDB's I/O schema 5.0 asks of a report with a checkout, a build and tests. */
TEST(test_kcidb)
{
	static const char *const known[] = { "version", "checkouts", "builds", "tests", NULL };
	static const char *const of_checkout[] = { "id", "origin", "comment", "valid", NULL };
	static const char *const of_build[] = { "id",		"origin",   "checkout_id",
						"architecture", "compiler", "config_name",
						"status",	"misc",	    NULL };
	struct records records;
	json_t *json, *tests;
	size_t numbers = 0;
	char *text;

	make(&records);
	free(records.series[3].name);
	records.series[3].name = xstrdup("//a b/<x>//\303\274/"); /* what no path may hold */
	text = exported("kcidb", &records);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_members(json, known);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(json, "version"), "major")), 5);
	assert_members(json_array_get(json_object_get(json, "checkouts"), 0), of_checkout);
	assert_members(json_array_get(json_object_get(json, "builds"), 0), of_build);
	tests = json_object_get(json, "tests");
	assert_int_equal(json_array_size(tests), records.nr_series + records.nr_missing);
	for (size_t i = 0; i < json_array_size(tests); i++)
		check_test(json_array_get(tests, i), &numbers);
	assert_int_equal(numbers, records.nr_series);
	json_decref(json);
	free(text);
	records_release(&records);
}

/* A wrong series fails: nobody may take it for one that was left out. */
TEST(what_is_wrong_fails_in_kcidb)
{
	struct records records;
	char *text;

	make(&records);
	text = exported("kcidb", &records);
	assert_null(strstr(text, "\"FAIL\""));
	free(text);
	records.missing[0].wrong = true;
	text = exported("kcidb", &records);
	assert_non_null(strstr(text, "\"FAIL\""));
	free(text);
	records_release(&records);
}

/* Go's format: keys, units and benchmarks, each on a line of its own; no line is anything else. */
TEST(test_benchfmt)
{
	struct records records;
	size_t benchmarks = 0;
	char *text, *save, *line;

	make(&records);
	free(records.series[3].name);
	records.series[3].name = xstrdup("a b");
	text = exported("benchfmt", &records);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		double call, page;
		unsigned long n;

		if (!str_starts(line, "Benchmark")) {
			assert_true(islower((unsigned char)*line) || str_starts(line, "Unit ") ||
				    *line == '#');
			continue;
		}
		benchmarks++;
		assert_true(isupper((unsigned char)line[strlen("Benchmark")]));
		if (sscanf(line, "%*s %lu %lf insns/call %lf insns/page", &n, &call, &page) != 3)
			fail_msg("%s", line);
		assert_int_equal(n, FAKE_SAMPLES);
	}
	assert_int_equal(benchmarks, records.nr_series);
	free(text);
	records_release(&records);
}

TEST(test_csv)
{
	struct records records;
	char *text;

	make(&records);
	text = exported("csv", &records);
	assert_int_equal(fake_count(text, "\r\n"), 1 + records.nr_series * FAKE_SAMPLES + 2);
	assert_int_equal(fake_count(text, ",,\"needs \"\"CONFIG_NOTHING\"\", <b>&\"\r\n"), 2);
	free(text);
	records_release(&records);
}

TEST(test_lkp)
{
	struct records records;
	char *text;

	make(&records);
	records.run.exact = false;
	fake_series(&records, 2, "hmm/devdax-pte/1G")->samples[0].ticks *= 3;
	fake_series(&records, 2, "hmm/devdax-pte/1G")->samples[1].ticks *= 3;
	text = exported("lkp", &records);
	assert_true(str_starts(text, "======"));
	assert_int_equal(strcspn(text, "\n"), 89);
	assert_int_equal(fake_count(text, "\u00b1 71%  hmm/devdax-pte/1G.instructions_per_call\n"),
			 1);
	assert_int_equal(fake_count(text, "\u00b1"), 1);
	assert_int_equal(fake_count(text, "missing  walk/entry/anon-thp/2M: " MARKUP "\n"), 2);
	free(text);
	records_release(&records);
}
