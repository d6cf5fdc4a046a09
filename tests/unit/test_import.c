// SPDX-License-Identifier: GPL-2.0-only
/* What other tools write becomes records; what is wrong with it is said with its place. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/import/import.h"

#define CONTEXT		"{\"context\":{\"date\":\"2026-11-21T10:45:00+01:00\",\"host_name\":\"h\"},"
#define GBENCH(entries) CONTEXT "\"benchmarks\":[" entries "]}"
#define ENTRY(name, time, more) \
	"{\"name\":\"" name "\",\"real_time\":" time ",\"time_unit\":\"us\"" more "}"
/* Of ptwalk's own export: which events there are, and one entry's count and times of "e". */
#define OWN(events, count, enabled, running)                                                \
	"{\"context\":{\"date\":\"2026-11-21T10:45:00+01:00\",\"ptwalk_export\":\"ticks\"," \
	"\"ptwalk_events\":" events                                                         \
	"},\"benchmarks\":[" ENTRY("a", "1",                                                \
				   ",\"e\":" count ",\"e_enabled_ns\":" enabled             \
				   ",\"e_running_ns\":" running) "]}"
#define EVENT(value, event, more) \
	"{\"counter-value\":\"" value "\",\"event\":\"" event "\"" more "}\n"

static int read(const char *text, struct records *records, struct err *err)
{
	const struct importer *importer = import_find(text, strlen(text));

	*records = (struct records){ 0 };
	return importer ? importer->read(text, strlen(text), 1000000000, records, err) : -ENOENT;
}

static void take(const char *text, struct records *records)
{
	const size_t len = strlen(text);
	struct err err;

	if (import_find(text, len)->read(text, len, 1000000000, records, &err))
		fail_msg("%s", err.text);
}

TEST(test_gbench)
{
	static const char text[] =
		GBENCH(ENTRY("a/1", "1.25", "") "," ENTRY("b", "2", ",\"threads\":4") "," ENTRY(
			"a/1", "1.5",
			"") "," ENTRY("a/1_mean", "1.4",
				      ",\"run_type\":\"aggregate\"") ","
								     "{\"name\":\"c\",\"error_occurred\":true,\"error_message\":\"no\\u0007\"}");
	struct records r;

	take(text, &r);
	assert_string_equal(r.run.started, "2026-11-21T09:45:00Z");
	assert_string_equal(r.run.unit, "ps");
	assert_string_equal(r.run.host, "h");
	assert_false(r.run.exact);
	assert_int_equal(r.nr_series, 2);
	assert_string_equal(r.series[0].name, "a/1");
	assert_string_equal(r.series[0].level, "");
	assert_int_equal(r.series[0].nr_samples, 2);
	assert_int_equal(r.series[0].samples[0].ticks, 1250000);
	assert_int_equal(r.series[0].samples[1].ticks, 1500000);
	assert_int_equal(r.series[1].threads, 4);
	assert_int_equal(r.nr_missing, 1);
	assert_string_equal(r.missing[0].reason, "no?");
	records_release(&r);
}

/* NaN is no JSON, and many a file has it: what has no number is missing, and says why. */
TEST(test_gbench_nan)
{
	static const char text[] = GBENCH(
		ENTRY("a", "1", ",\"x\":-nan,\"label\":\"NaN \\\" inf\"") "," ENTRY("a_cv", "0.1", ",\"run_name\":\"a\",\"run_type\":\"aggregate\",\"x\":NaN") "," ENTRY(
			"b", "Infinity",
			"") "," ENTRY("c", "1", "") "," ENTRY("c", "inf", "") "," ENTRY("c", "inf",
											""));
	struct records r;

	take(text, &r);
	assert_int_equal(r.nr_series, 2);
	assert_int_equal(r.series[0].nr_samples, 1);
	assert_int_equal(r.series[0].notes.n, 0);
	assert_int_equal(r.nr_missing, 2);
	assert_string_equal(r.missing[0].name, "a_cv");
	assert_string_equal(r.missing[0].reason, "x: NaN in the file, not a number");
	assert_string_equal(r.missing[1].reason, "real_time: Infinity in the file, not a number");
	assert_int_equal(r.series[1].nr_samples, 1);
	assert_int_equal(r.series[1].notes.n, 1);
	assert_string_equal(r.series[1].notes.v[0], "real_time: inf in the file, not a number");
	records_release(&r);
}

/* Dates, and aggregates that nothing but their names tells. */
TEST(test_gbench_old)
{
	static const char *const old[] = { "2026-11-21 09:45:00", "2026/11/21-09:45:00",
					   "11/21/26 09:45:00" };
	struct records r;

	for (size_t i = 0; i < ARRAY_SIZE(old); i++) {
		char *text = xasprintf(
			"{\"context\":{\"date\":\"%s\"},\"benchmarks\":[%s]}", old[i],
			ENTRY("a", "1", "") "," ENTRY("a_mean", "1", "") "," ENTRY(
				"a_stddev", "0",
				"") "," ENTRY("use_mean", "1",
					      "") ","
						  "{\"name\":\"a_BigO\",\"big_o\":\"N\",\"cpu_coefficient\":1}");

		take(text, &r);
		assert_string_equal(r.run.started, "2026-11-21T09:45:00Z");
		assert_int_equal(r.nr_series, 2);
		assert_string_equal(r.series[1].name, "use_mean");
		assert_int_equal(r.nr_missing, 0);
		records_release(&r);
		free(text);
	}
}

TEST(test_gbench_reasons)
{
	static const char text[] = GBENCH(
		ENTRY("a", "0", ",\"skipped\":true,\"skip_message\":\"no device\"") "," ENTRY("b", "0", ",\"error_occurred\":true,\"error_message\":\"boom\"") "," ENTRY(
			"c_mean", "1",
			",\"run_name\":\"c\",\"run_type\":\"aggregate\"") "," ENTRY("c_cv", "1",
										    ",\"run_name\":\"c\",\"run_type\":\"aggregate\""));
	static const char *const reasons[] = { "no device", "boom",
					       "the file has only aggregates of it" };
	struct records r;

	take(text, &r);
	assert_int_equal(r.nr_series, 0);
	assert_int_equal(r.nr_missing, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(r.missing[i].reason, reasons[i]);
	records_release(&r);
}

/* What repetitions the aggregates are made of is there: nothing is missing. */
TEST(test_gbench_aggregates_beside_repetitions)
{
	static const char text[] = GBENCH(ENTRY("a", "1", ",\"run_name\":\"a\"") "," ENTRY(
		"a_cv", "1", ",\"run_name\":\"a\",\"run_type\":\"aggregate\""));
	struct records r;

	take(text, &r);
	assert_int_equal(r.nr_series, 1);
	assert_int_equal(r.series[0].notes.n, 0);
	assert_int_equal(r.nr_missing, 0);
	records_release(&r);
}

TEST(test_perf)
{
	static const char text[] = "# started on Sat Nov 21\n\n" EVENT(
		"1000.000000", "cycles",
		",\"unit\":\"\",\"event-runtime\":50,\"pcnt-running\":25.0,\"cpu\":\"0\"")
		EVENT("1.500000", "task-clock", ",\"unit\":\"msec\"") "{\"metric-value\":\"0.5\",\"metric-unit\":\"insn per cycle\"}\n" EVENT(
			"<not supported>", "LLC-loads", "") EVENT("<not counted>", "branches", "")
			EVENT("2.25", "power/energy-pkg/",
			      ",\"unit\":\"Joules\"") "{\"counter-value\" : 1002, \"event\" : \"cycles\", \"cpu\" : \"0\"}";
	struct records r;

	take(text, &r);
	assert_string_equal(r.run.started, "2001-09-09T01:46:40Z");
	assert_int_equal(r.nr_series, 3);
	assert_string_equal(r.series[0].name, "perf/cycles/cpu=0");
	assert_int_equal(r.series[0].nr_samples, 2);
	assert_int_equal(r.series[0].samples[0].ticks, 1000);
	assert_int_equal(r.series[0].samples[0].running_ns[0], 50);
	assert_int_equal(r.series[0].samples[0].enabled_ns[0], 200);
	assert_int_equal(r.series[0].samples[1].ticks, 1002);
	assert_string_equal(r.series[1].name, "perf/task-clock:ns");
	assert_int_equal(r.series[1].samples[0].ticks, 1500000);
	assert_string_equal(r.series[2].name, "perf/power/energy-pkg/:uJoules");
	assert_int_equal(r.series[2].samples[0].ticks, 2250000);
	assert_int_equal(r.nr_missing, 2);
	assert_string_equal(r.missing[0].reason, "perf: not supported here");
	assert_string_equal(r.missing[1].reason, "perf: not counted");
	records_release(&r);
}

/* Each cache counts for itself; an event that hardly ran says so, and is no figure. */
TEST(test_perf_parts)
{
	static const char text[] = EVENT("1", "a", ",\"cache\":\"L3-0\",\"cluster\":\"C0\"")
		EVENT("2", "a", ",\"cache\":\"L3-1\",\"cpu\":7,\"metric-value\":-nan")
			EVENT("3", "b", ",\"event-runtime\":22,\"pcnt-running\":0.22") EVENT(
				"<not counted>", "c", "") EVENT("4", "c", ",\"variance\":3.97")
				EVENT("9", "c", ",\"event-runtime\":30,\"pcnt-running\":30") EVENT(
					"9", "c", ",\"event-runtime\":25,\"pcnt-running\":25");
	static const char *const notes[] = {
		"perf stat -r: the mean of its repetitions, +- 3.97 %", "perf: not counted",
		"perf: counted 25 % of the time at worst, and scaled"
	};
	struct records r;

	take(text, &r);
	assert_int_equal(r.nr_series, 3);
	assert_string_equal(r.series[0].name, "perf/a/cluster=C0/cache=L3-0");
	assert_string_equal(r.series[1].name, "perf/a/cpu=7/cache=L3-1");
	assert_int_equal(r.nr_missing, 1);
	assert_string_equal(r.missing[0].name, "perf/b");
	assert_string_equal(r.missing[0].reason,
			    "perf: counted 0.22 % of the time: 3 is scaled from too little");
	assert_int_equal(r.series[2].nr_samples, 3);
	assert_int_equal(r.series[2].nr_events, 0);
	assert_int_equal(r.series[2].notes.n, ARRAY_SIZE(notes));
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		assert_string_equal(r.series[2].notes.v[i], notes[i]);
	records_release(&r);
}

/* The same text is the same run; what differs is another one. */
TEST(test_ids)
{
	struct records a, b;

	take(GBENCH(ENTRY("a", "1", "")), &a);
	take(GBENCH(ENTRY("a", "1", "")), &b);
	assert_string_equal(a.run.id, b.run.id);
	records_release(&b);
	take(GBENCH(ENTRY("a", "2", "")), &b);
	assert_string_not_equal(a.run.id, b.run.id);
	records_release(&a);
	records_release(&b);
}

static const struct {
	const char *text, *why; /* NULL: no importer takes it for its own */
} refused[] = {
	{ "", NULL },
	{ "\n\n", NULL },
	{ "[]", NULL },
	{ "{\"benchmarks\":{}}", NULL },
	{ "{\"kind\":\"series\"}", NULL },
	{ "\xff\xfe{}", NULL },
	{ "{\"benchmarks\":[]}", "context: date" },
	{ "{\"context\":7,\"benchmarks\":[]}", "context: date" },
	{ "{\"context\":{\"date\":\"noon\"},\"benchmarks\":[]}", "context: date" },
	{ GBENCH(""), "nothing was measured" },
	{ GBENCH("7"), "benchmarks[0]: name: not a string" },
	{ GBENCH("{\"name\":7}"), "benchmarks[0]: name: not a string" },
	{ GBENCH(ENTRY("", "1", "")), "a name that is empty" },
	{ GBENCH(ENTRY("a\\u001b[2J", "1", "")), "a name with a control character" },
	{ GBENCH(ENTRY("a", "1", "") "," ENTRY("a", "-1", "")),
	  "benchmarks[1]: not a number from 0" },
	{ GBENCH(ENTRY("a", "1e300", "")), "not a number from 0 to 2^53" },
	{ GBENCH(ENTRY("a", "\"1\"", "")), "real_time: not a number" },
	{ GBENCH(ENTRY("a", "null", "")), "real_time: not a number" },
	{ OWN("[]", "1", "1", "1"), "context: ptwalk_events: not an object" },
	{ OWN("{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\"}", "1", "1", "1"),
	  "ptwalk_events: not an object of at most 4" },
	{ OWN("{\"\":\"\"}", "1", "1", "1"), "a name that is empty" },
	{ OWN("{\"e\\u001b\":\"\"}", "1", "1", "1"), "a name with a control character" },
	{ OWN("{\"e\":\"\"}", "-1", "1", "1"), "e: not a number from 0" },
	{ OWN("{\"e\":\"\"}", "\"1\"", "1", "1"), "e: not a number" },
	{ OWN("{\"e\":\"\"}", "null", "1", "1"), "e: not a number" },
	{ OWN("{\"e\":\"\"}", "1e300", "1", "1"), "e: not a number from 0 to 2^53" },
	{ OWN("{\"e\":\"\"}", "1", "-1", "1"), "e: not a number from 0" },
	{ OWN("{\"e\":\"\"}", "1", "1", "2"), "e: no count, or not e_running_ns" },
	{ OWN("{\"e\":\"\"}", "1", "1", "0"), "e: no count, or not e_running_ns" },
	{ OWN("{\"e\":\"\"}", "1", "0", "0"), "e: no count, or not e_running_ns" },
	{ OWN("{\"e\":\"\"}", "1", "1", "\"x\""), "e: no count, or not e_running_ns" },
	{ GBENCH("{\"name\":\"a\"}"), "real_time: not a number" },
	{ GBENCH("{\"name\":\"a\",\"real_time\":1}"), "time_unit: not ns" },
	{ GBENCH("{\"name\":\"a\",\"real_time\":1,\"time_unit\":\"fortnight\"}"), "time_unit" },
	{ GBENCH(ENTRY("a", "1", ",\"threads\":0")), "threads: not an integer" },
	{ GBENCH(ENTRY("a", "1", ",\"threads\":99999999999")), "threads: not an integer" },
	{ GBENCH(ENTRY("a", "1", ",\"name\":\"b\"")), "two members of one name" },
	{ GBENCH(ENTRY("a", "NaNs", "")), NULL },
	{ GBENCH(ENTRY("a", "--inf", "")), NULL },
	{ GBENCH(ENTRY("a\\u0000b", "1", "")), NULL },
	{ EVENT("1", "a", ",\"event\":\"b\""), NULL },
	{ EVENT("1", "a", "") EVENT("1", "a", ",\"event\":\"b\""), "line 2: not an object" },
	{ EVENT("1e300", "a", ""), "not a number from 0 to 2^53" },
	{ "{\"counter-value\":[1],\"event\":\"a\"}", "counter-value: not a number" },
	{ EVENT("1", "a", "") "{", "line 2: not an object" },
	{ EVENT("1", "a", "") "[1]\n", "line 2: not an object" },
	{ EVENT("-1", "a", ""), "line 1: counter-value: not a number" },
	{ EVENT("nan", "a", ""), "not a number from 0" },
	{ EVENT("inf", "a", ""), "not a number from 0" },
	{ EVENT("1x", "a", ""), "counter-value: not a number" },
	{ EVENT("", "a", ""), "counter-value: not a number" },
	{ "{\"event\":\"a\"}", "counter-value: not a number" },
	{ "{\"counter-value\":\"1\"}", "nothing was measured" },
	{ EVENT("1", "a\\n", ""), "a name with a control character" },
	{ EVENT("1", "a", ",\"event-runtime\":1e300,\"pcnt-running\":100"), "not a number from 0" },
	{ EVENT("1", "a", ",\"pcnt-running\":nan"), "pcnt-running: not a number from 0 to 100" },
	{ EVENT("1", "a", ",\"pcnt-running\":101"), "pcnt-running: not a number from 0 to 100" },
	{ "Benchmarking 1 1 ns/op", NULL },
	{ "BenchmarkA 1 1", NULL },
	{ "BenchmarkA 1 x ns/op", "line 1: not a number before ns/op" },
	{ "BenchmarkA 1 1 ns/op\nBenchmarkB 1 1 ns/op 7",
	  "line 2: not a name, a count, and pairs" },
	{ "BenchmarkA\a 1 1 ns/op", "a name with a control character" },
	{ "BenchmarkA\xff 1 1 ns/op", "not a text in UTF-8" },
	{ "{\"ops\":1}", NULL },
	{ "{\"w.ops\":[\"1\"]}", NULL },
	{ "{\"w.ops\":[1,\"1\"]}", "w.ops: value 2 is not a number" },
	{ "{\"w.ops\":1,\"w.b\":{}}", "w.b: value 1 is not a number" },
	{ "{\"w.ops\":1,\"w.ops\":1}", "two members of one name" },
	{ EVENT("1", "a", ",\"unit\":\"0123456789012345678901234567890123456789\""),
	  "unit: longer" },
};

TEST(test_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct err err = { 0 };
		struct records records;
		int ret = read(refused[i].text, &records, &err);

		assert_int_equal(ret, refused[i].why ? -EBADMSG : -ENOENT);
		if (refused[i].why && !strstr(err.text, refused[i].why))
			fail_msg("%s\n%s", refused[i].text, err.text);
	}
}

/* A file that was not copied whole: never a crash, never fewer figures without a word. */
TEST(test_cut)
{
	static const char *const whole[] = {
		GBENCH(ENTRY("a", "1", "") "," ENTRY("b", "2", "")),
		EVENT("1", "a", "") EVENT("2", "b", ""),
	};

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
		for (size_t len = 0; len + 1 < strlen(whole[i]); len++) {
			char *cut = xstrndup(whole[i], len);
			struct records records;
			struct err err = { 0 };
			int ret = read(cut, &records, &err);

			/* Lines end where they end: what is before the cut line is whole. */
			if (!ret && i)
				assert_true(cut[len - 1] == '\n' || cut[len - 1] == '}');
			else
				assert_true(ret < 0);
			if (!ret)
				records_release(&records);
			free(cut);
		}
	}
}

/* Many names take no longer each than few do: the time limit of the test is the judge. */
TEST(test_many)
{
	const size_t names = 100000;
	struct records r;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < names; i++)
			fprintf(f, EVENT("%zu", "e%zu", ""), round + i, i);
	fclose(f);
	take(text, &r);
	assert_int_equal(r.nr_series, names);
	assert_string_equal(r.series[7].name, "perf/e7");
	assert_int_equal(r.series[7].nr_samples, 2);
	assert_int_equal(r.series[7].samples[0].ticks, 7);
	assert_int_equal(r.series[7].samples[1].ticks, 8);
	records_release(&r);
	free(text);
}

/* Deep JSON ends in an error, not in the end of the stack. */
TEST(test_deep)
{
	static const char *const heads[] = { "", CONTEXT "\"benchmarks\":[{\"name\":",
					     "{\"counter-value\":", "{\"kind\":\"run\",\"id\":" };

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		const size_t deep = 200000;
		char *brackets = xcalloc(deep + 1, 1), *text;
		struct records records;
		struct err err;

		memset(brackets, '[', deep);
		text = xasprintf("%s%s", heads[i], brackets);
		assert_true(read(text, &records, &err) < 0);
		free(brackets);
		free(text);
	}
}
