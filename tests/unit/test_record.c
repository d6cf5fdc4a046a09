// SPDX-License-Identifier: GPL-2.0-only
/* bench/record: what is written is read back; what is not a record is refused, by name. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static char *line_of(enum record_kind kind)
{
	struct record record;
	char *line;

	fake_record(kind, &record);
	line = record_line(&record);
	record_release(&record);
	return line;
}

static int parse(const char *line, struct err *err)
{
	struct record record;
	int ret = record_parse(line, strlen(line), &record, err);

	if (!ret)
		record_release(&record);
	return ret;
}

static void every_kind_comes_back_as_it_was(void **state)
{
	(void)state;
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = line_of(kind), *again;
		struct record record;

		assert_int_equal(record_parse(line, strlen(line), &record, NULL), 0);
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
	char *line = line_of(RECORD_SERIES);
	struct record was, is;

	(void)state;
	fake_record(RECORD_SERIES, &was);
	assert_int_equal(record_parse(line, strlen(line), &is, NULL), 0);
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
	assert_int_equal(record_parse(line, strlen(line), &record, NULL), 0);
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
	assert_int_equal(record_parse(line, strlen(line), &record, NULL), 0);
	assert_true(record.series.has_pfns);
	assert_false(record.series.has_entries);
	record_release(&record);
	free(line);
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
	assert_int_equal(record_parse(line, strlen(line), &record, NULL), 0);
	assert_string_equal(record.boot.cpu, "a?[31m???? b");
	record_release(&record);
	free(line);
}

/* @from in a good line replaced by @to; a NULL @from appends. */
struct spoiled {
	enum record_kind kind;
	const char *from, *to, *says;
};

static const struct spoiled refused[] = {
	{ RECORD_RUN, "\"kind\":\"run\"", "\"kind\":\"walk\"", "kind: not run" },
	{ RECORD_RUN, "\"kind\":\"run\"", "\"kind\":1", "kind: not run" },
	{ RECORD_RUN, "\"kind\":\"run\",", "", "kind: missing" },
	{ RECORD_RUN, "\"schema\":1", "\"schema\":2", "newer than this program" },
	{ RECORD_RUN, "\"schema\":1", "\"schema\":0", "schema: not" },
	{ RECORD_RUN, "\"schema\":1", "\"schema\":\"1\"", "schema: not" },
	{ RECORD_RUN, "\"schema\":1,", "", "schema: missing" },
	{ RECORD_RUN, "\"boots\":2", "\"boots\":0", "boots: 0" },
	{ RECORD_RUN, "\"exact\":true", "\"exact\":1", "exact: not true or false" },
	{ RECORD_RUN, "\"spec\":\"debian:6.1\",", "", "kernel: spec: missing" },
	{ RECORD_RUN, "\"kernel\":{", "\"kernel\":[],\"k\":{", "kernel: not an object" },
	{ RECORD_RUN, "\"unit\":", "\"tick\":", "unit: missing" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":0", "boot: 0" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":-3", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3.0", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":4294967296", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"schema\":1", "schema: not a field" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"boot\":3", "duplicate" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"\\u001b[2J\":3", "a field: not a field" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":NaN", "not a line of JSON" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":1e6", "tsc_khz: not a count" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":99999999999999999999", "not a line" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":\"0x5\"", "tsc_khz: not a count" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u001b[2J", "cpu: holds a control" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u009b2J", "cpu: holds a control" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u0000", "not a line of JSON" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\001", "not a line of JSON" },
	{ RECORD_BOOT, "\"release\":\"6.1.0-56-amd64\"", "\"release\":null", "release: not a s" },
	{ RECORD_SERIES, "\"size\":67108864", "\"size\":67108865", "size: not a multiple" },
	{ RECORD_SERIES, "\"size\":67108864", "\"size\":0", "size: not a multiple" },
	{ RECORD_SERIES, "\"level\":\"pmd\"", "\"level\":\"p4d\"", "level: not pte" },
	{ RECORD_SERIES, "\"result_node\":null", "\"result_node\":-1", "result_node: not a node" },
	{ RECORD_SERIES, "\"pfns\":{", "\"pfns\":{\"x\":1,", "pfns: x: not a field" },
	{ RECORD_SERIES, "\"valid_pages\":", "\"valid\":", "pfns: valid_pages: missing" },
	{ RECORD_SERIES, "\"pfn_min\":\"0xffffffffffffffff\"",
	  "\"pfn_min\":\"0xfffffffffffffffff\"", "proof: pfn_min: not a number" },
	{ RECORD_SERIES, "\"pfn_min\":\"0xffffffffffffffff\"", "\"pfn_min\":\"0xFF\"",
	  "proof: pfn_min: not a number" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0", "\"leaves\":{\"pte\":-1", "leaves: pte: not a" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0", "\"leaves\":{\"p4d\":0", "leaves: pte: missing" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0,", "\"leaves\":{", "leaves: not an object of" },
	{ RECORD_SERIES, "\"63\":3", "\"64\":3", "table_nodes: 64: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"03\":3", "table_nodes: 03: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"-1\":3", "table_nodes: -1: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"63\":\"3\"", "table_nodes: 63: not a count" },
	{ RECORD_SERIES, "\"events\":[", "\"events\":[1,", "events: 0: not an object" },
	{ RECORD_SERIES, "\"events\":[", "\"events\":[1,2,3,", "events: not an array of up to" },
	{ RECORD_SERIES, "\"events\":[{", "\"events\":[],\"x\":[{", "samples: 0: not an array of" },
	{ RECORD_SERIES, "\"samples\":[", "\"samples\":[0,", "samples: 0: not an array of 9" },
	{ RECORD_SERIES, "\"samples\":[[", "\"samples\":[[\"1\",", "samples: 0: not an array of" },
	{ RECORD_SERIES, "[1001,1002,0]", "[1001,1002]", "samples: 1: event 0: not an array" },
	{ RECORD_SERIES, "[1001,1002,0]", "[1001,-2,0]", "samples: 1: enabled_ns: not a count" },
	{ RECORD_MISSING, "\"reason\":", "\"why\":", "reason: missing" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":-1", "total_seconds: not s" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":\"1\"", "total_seconds: not" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":1e999", "not a line of JSON" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":Infinity", "not a line" },
	{ RECORD_END, NULL, "{}", "not a line of JSON" },
};

static char *spoil(const struct spoiled *s)
{
	char *line = line_of(s->kind), *at = s->from ? strstr(line, s->from) : NULL, *out;

	if (!s->from) {
		out = xasprintf("%s%s", line, s->to);
	} else {
		assert_non_null(at);
		out = xasprintf("%.*s%s%s", (int)(at - line), line, s->to, at + strlen(s->from));
	}
	free(line);
	return out;
}

static void what_is_wrong_is_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		char *line = spoil(&refused[i]);
		struct err err = { "" };

		assert_int_equal(parse(line, &err), -EBADMSG);
		if (!strstr(err.text, refused[i].says))
			fail_msg("%zu: '%s' instead of '%s'", i, err.text, refused[i].says);
		free(line);
	}
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const lines[] = {
		"", " ", "null", "[]", "1", "\"x\"", "{}", "{", "run"
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(parse(lines[i], &err), -EBADMSG);
}

static void deep_nesting_is_refused(void **state)
{
	const size_t depth = 200000;
	char *line = xcalloc(depth + 1, 1);
	struct err err;

	(void)state;
	memset(line, '[', depth);
	assert_int_equal(parse(line, &err), -EBADMSG);
	free(line);
}

static void a_nul_within_a_line_is_refused(void **state)
{
	char *line = line_of(RECORD_END);
	struct record record;
	struct err err;

	(void)state;
	line[10] = '\0';
	assert_int_equal(record_parse(line, 200, &record, &err), -EBADMSG);
	free(line);
}

static void a_cut_line_is_refused_wherever_it_is_cut(void **state)
{
	(void)state;
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = line_of(kind);
		struct record record;
		struct err err;

		for (size_t len = 0; len + 1 < strlen(line); len++) {
			char *cut = xstrndup(line, len); /* ASan sees a read past its end */

			assert_int_equal(record_parse(cut, len, &record, &err), -EBADMSG);
			free(cut);
		}
		free(line);
	}
}

static void flipped_bytes_never_crash(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = line_of(kind);
		size_t len = strlen(line);

		for (int i = 0; i < 4000; i++) {
			char *copy = xstrdup(line);
			struct err err = { "" };

			for (int flips = 0; flips < 1 + i % 3; flips++) {
				size_t at;

				seed = seed * 1664525 + 1013904223;
				at = (seed >> 8) % len;
				copy[at] = (char)(copy[at] ^ 1 << (seed >> 29));
			}
			if (parse(copy, &err))
				assert_true(*err.text);
			free(copy);
		}
		free(line);
	}
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
		cmocka_unit_test(text_that_no_reader_takes_is_cleaned),
		cmocka_unit_test(what_is_wrong_is_refused_by_name),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(a_nul_within_a_line_is_refused),
		cmocka_unit_test(a_cut_line_is_refused_wherever_it_is_cut),
		cmocka_unit_test(flipped_bytes_never_crash),
		cmocka_unit_test(a_value_is_the_least_without_the_overhead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
