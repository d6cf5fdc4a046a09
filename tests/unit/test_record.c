// SPDX-License-Identifier: GPL-2.0-only
/* bench/record: what is written is read back, and what an older schema wrote. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void every_kind_comes_back_as_it_was(void **state)
{
	(void)state;
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = fake_line(kind), *again;
		struct record record;

		assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
		assert_int_equal(record.kind, kind);
		again = record_line(&record);
		assert_string_equal(again, line);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		record_release(&record);
		free(again);
		free(line);
	}
}

static void a_series_keeps_every_value(void **state)
{
	char *line = fake_line(RECORD_SERIES);
	struct record was, is;

	(void)state;
	fake_record(RECORD_SERIES, &was);
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &is, NULL), 0);
	assert_memory_equal(&is.series.proof, &was.series.proof, sizeof(is.series.proof));
	assert_memory_equal(is.series.events, was.series.events, sizeof(is.series.events));
	assert_int_equal(is.series.nr_samples, FAKE_SAMPLES);
	assert_memory_equal(is.series.samples, was.series.samples,
			    FAKE_SAMPLES * sizeof(*is.series.samples));
	assert_true(is.series.has_pfns);
	assert_true(is.series.has_entries);
	assert_int_equal(is.series.entry_sum, was.series.entry_sum);
	assert_int_equal(is.series.result_node, -1);
	assert_string_equal(is.series.policy, "entry");
	assert_string_equal(is.series.placement.name, RECORD_LOCAL);
	assert_int_equal(is.series.placement.cpu, -1);
	assert_int_equal(is.series.placement.tables, 0);
	assert_int_equal(is.series.placement.pages, -1);
	assert_int_equal(is.series.placement.result, 63);
	assert_int_equal(is.series.threads, 3);
	assert_int_equal(is.series.mms, 2);
	assert_int_equal(is.series.nr_stages, 2);
	assert_string_equal(is.series.stages[1].name, "again");
	assert_string_equal(is.series.stages[1].note, "after a collision");
	assert_memory_equal(is.series.stages[1].ticks, was.series.stages[1].ticks,
			    FAKE_SAMPLES * sizeof(*is.series.stages[1].ticks));
	assert_int_equal(is.series.notes.n, 2);
	assert_string_equal(is.series.notes.v[1], "another");
	record_release(&was);
	record_release(&is);
	free(line);
}

static void an_op_without_pfns_has_null_and_not_zero(void **state)
{
	struct record record;
	char *line;

	(void)state;
	fake_record(RECORD_SERIES, &record);
	record.series.has_pfns = false;
	line = record_line(&record);
	record_release(&record);
	assert_non_null(strstr(line, "\"pfns\":null"));
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_false(record.series.has_pfns);
	record_release(&record);
	free(line);
}

static void an_array_without_entries_has_a_null_sum_of_them(void **state)
{
	struct record record;
	char *line;

	(void)state;
	fake_record(RECORD_SERIES, &record);
	record.series.has_entries = false;
	line = record_line(&record);
	record_release(&record);
	assert_non_null(strstr(line, "\"entry_sum\":null"));
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_true(record.series.has_pfns);
	assert_false(record.series.has_entries);
	record_release(&record);
	free(line);
}

/* A line of schema 2 without what schema 1 did not have. */
static char *of_schema_1(enum record_kind kind)
{
	char *line = fake_line(kind), *from = strstr(line, "\"placement\":"), *to, *old;
	const char *next = kind == RECORD_SERIES ? "\"overhead\":" : "\"reason\":";

	assert_non_null(from);
	to = strstr(from, next);
	assert_non_null(to);
	old = xasprintf("%.*s%s", (int)(from - line), line, to);
	free(line);
	to = strstr(old, ",\"stages\":");
	if (to)
		strcpy(to, "}\n");
	/* The last fields of the proof. */
	to = strstr(old, ",\"device_private_pages\":");
	if (to)
		memmove(to, strchr(to, '}'), strlen(strchr(to, '}')) + 1);
	return old;
}

static void an_older_schema_has_what_was_true_then(void **state)
{
	char *line = of_schema_1(RECORD_SERIES);
	struct record record;

	(void)state;
	assert_int_equal(record_parse(line, strlen(line), 1, &record, NULL), 0);
	assert_string_equal(record.series.placement.name, RECORD_LOCAL);
	assert_int_equal(record.series.placement.cpu, -1);
	assert_int_equal(record.series.placement.result, -1);
	assert_int_equal(record.series.threads, 1);
	assert_int_equal(record.series.mms, 1);
	assert_int_equal(record.series.nr_stages, 0);
	assert_int_equal(record.series.notes.n, 0);
	assert_int_equal(record.series.nr_samples, FAKE_SAMPLES);
	assert_int_equal(record.series.proof.device_private_pages, 0);
	assert_int_equal(record.series.proof.device_own_sum, 0);
	record_release(&record);
	free(line);
	line = of_schema_1(RECORD_MISSING);
	assert_int_equal(record_parse(line, strlen(line), 1, &record, NULL), 0);
	assert_string_equal(record.missing.placement, RECORD_LOCAL);
	assert_int_equal(record.missing.threads, 1);
	record_release(&record);
	free(line);
}

static void a_schema_is_held_to_its_own_fields(void **state)
{
	static const enum record_kind kinds[] = { RECORD_SERIES, RECORD_MISSING };
	struct record record;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *new = fake_line(kinds[i]), *old = of_schema_1(kinds[i]);
		struct err err = { "" };

		assert_int_equal(record_parse(old, strlen(old), 2, &record, &err), -EBADMSG);
		assert_non_null(strstr(err.text, "placement: missing"));
		assert_int_equal(record_parse(new, strlen(new), 1, &record, &err), -EBADMSG);
		assert_non_null(strstr(err.text, "placement: not a field"));
		free(old);
		free(new);
	}
}

static void text_that_no_reader_takes_is_cleaned(void **state)
{
	struct record record;
	char *line;

	(void)state;
	fake_record(RECORD_BOOT, &record);
	free(record.boot.cpu);
	record.boot.cpu = xstrdup("a\033[31m\xff\n\xc2\x9b b");
	line = record_line(&record);
	record_release(&record);
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_string_equal(record.boot.cpu, "a?[31m???? b");
	record_release(&record);
	free(line);
}

static void a_value_is_the_least_without_the_overhead(void **state)
{
	struct record record;

	(void)state;
	fake_record(RECORD_SERIES, &record);
	record.series.samples[0].ticks = 3 * 16384 + 7;
	assert_true(record_value(&record.series) == 3 * 16384);
	assert_true(record_per_page(&record.series) == 3);
	record.series.samples[0].ticks = 3;
	assert_true(record_value(&record.series) == 0);
	record.series.nr_samples = 0;
	assert_true(record_value(&record.series) == -1);
	assert_true(record_per_page(&record.series) == -1);
	record_release(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_as_it_was),
		cmocka_unit_test(a_series_keeps_every_value),
		cmocka_unit_test(an_op_without_pfns_has_null_and_not_zero),
		cmocka_unit_test(an_array_without_entries_has_a_null_sum_of_them),
		cmocka_unit_test(an_older_schema_has_what_was_true_then),
		cmocka_unit_test(a_schema_is_held_to_its_own_fields),
		cmocka_unit_test(text_that_no_reader_takes_is_cleaned),
		cmocka_unit_test(a_value_is_the_least_without_the_overhead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
