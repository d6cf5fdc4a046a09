// SPDX-License-Identifier: GPL-2.0-only
/* Named figures of other tools become series, and say where nobody knows which way is better. */
#include "tests/unit/unit.h"

#include <string.h>

#include "bench/import/import.h"

static void take(const char *text, struct records *records)
{
	const size_t len = strlen(text);
	struct err err;

	if (import_find(text, len)->read(text, len, 1000000000, records, &err))
		fail_msg("%s", err.text);
}

TEST(test_benchfmt)
{
	static const char text[] =
		"goos: linux\npkg: a/b\nUnit rows/op better=lower\nBenchmarkFoo-4\n"
		"BenchmarkFoo-4 100 115.5 ns/op 3 rows/op 2.5 MB/s\nPASS\n"
		"BenchmarkFoo-4\t100\t1.16e-7 sec/op\r\nBenchmarking is fun today\n"
		"BenchmarkBig 1 1e12 B/op";
	static const char *const names[] = { "a/b.Foo-4:ps/op", "a/b.Foo-4:urows/op",
					     "a/b.Foo-4:uMB/s" };
	static const uint64_t ticks[] = { 115500, 3000000, 2500000 };
	struct records r;

	take(text, &r);
	assert_string_equal(r.run.machine, "benchfmt");
	assert_int_equal(r.nr_series, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(r.series[i].name, names[i]);
		assert_int_equal(r.series[i].samples[0].ticks, ticks[i]);
		assert_int_equal(strv_has(&r.series[i].notes, RECORD_NO_DIRECTION), i == 2);
	}
	assert_int_equal(r.series[0].nr_samples, 2);
	assert_int_equal(r.series[0].samples[1].ticks, 116000);
	assert_int_equal(r.nr_missing, 1);
	assert_string_equal(r.missing[0].reason, "1e+12: not a number from 0 to 2^53 / 1e+06");
	records_release(&r);
}

TEST(test_lkp)
{
	static const char text[] = "{\"stats_source\":[\"x\"],\n\"w.ops\":[1000,1010.5,NaN],"
				   "\"w.less\":-1,\"w.time\":2}";
	struct records r;

	take(text, &r);
	assert_string_equal(r.run.unit, "millionths");
	assert_int_equal(r.nr_series, 2);
	assert_string_equal(r.series[0].name, "w.ops");
	assert_int_equal(r.series[0].nr_samples, 2);
	assert_int_equal(r.series[0].samples[1].ticks, 1010500000);
	assert_true(strv_has(&r.series[0].notes, RECORD_NO_DIRECTION));
	assert_true(strv_has(&r.series[0].notes, "NaN in the file, not a number"));
	assert_int_equal(r.nr_missing, 1);
	assert_string_equal(r.missing[0].name, "w.less");
	records_release(&r);
}
