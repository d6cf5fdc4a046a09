// SPDX-License-Identifier: GPL-2.0-only
/* Perf events in every export: counts, shares, and why there are none. */
#include "tests/unit/unit.h"
#include "tests/unit/exported.h"
#include "tests/unit/fake_events.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/near.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/figure.h"

/* With an event that is counted, one that had half of the time, and one that there is not. */
static void with_events(struct records *r)
{
	fake_run(r);
	fake_event(r, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_event(r, &(struct fake_event){ .name = "dTLB-load-misses", .of_cost = 1, .parts = 2 });
	fake_event(r, &(struct fake_event){ .name = "r1", .why = "this machine has no PMU" });
}

/* Counters come back as they went: counts to the one, shares, and why there are none. */
TEST(test_gbench_events)
{
	_cleanup_(series_index_release) struct series_index first, second;
	struct records was, is;
	char *text;

	with_events(&was);
	was.series[0].samples[0].events[1] = was.series[0].samples[0].running_ns[1] = 0;
	text = exported("gbench", &was);
	read_back(text, &is);
	series_index_init(&first, &was);
	series_index_init(&second, &is);
	for (size_t i = 0; i < is.nr_series; i++) {
		const struct record_series *a = &was.series[i], *b = &is.series[i];
		const struct event_cost before = event_cost(&first, a, 1);
		const struct event_cost after = event_cost(&second, b, 1);

		assert_int_equal(b->nr_events, 3);
		assert_near(event_cost_boot(b, 0).page.value, event_cost_boot(a, 0).page.value,
			    1e-9);
		assert_true(event_cost(&second, b, 0).share >= 1);
		assert_near(after.share, before.share, 1e-9);
		assert_near(after.page.value * PAGE, before.page.value * (double)a->size,
			    1e-4 * PAGE);
		assert_string_equal(b->events[2].reason, "this machine has no PMU");
		assert_false(event_cost_boot(b, 2).page.known);
	}
	assert_int_equal(is.series[0].samples[0].running_ns[1], 0);
	assert_false(event_cost_sample(&is.series[0], 1, 0).page.known);
	free(text);
	records_release(&was);
	records_release(&is);
}

/* A file of others may count what it likes by such names. */
TEST(test_gbench_counters)
{
	static const char text[] =
		"{\"context\":{\"date\":\"2026-11-21T10:45:00+01:00\"},\"benchmarks\":["
		"{\"name\":\"a\",\"real_time\":1,\"time_unit\":\"ns\",\"cycles\":7}]}";
	struct records records;

	read_back(text, &records);
	assert_int_equal(records.series[0].nr_events, 0);
	records_release(&records);
}

TEST(test_events_elsewhere)
{
	static const struct {
		const char *format, *text;
	} said[] = {
		{ "csv", ",missing,cycles,cycles.overhead,cycles.enabled_ns,cycles.running_ns,"
			 "cycles.missing,dTLB-load-misses," },
		{ "csv", ",,,,,this machine has no PMU\r\n" },
		{ "benchfmt", " dTLB-load-misses/page\n" },
		{ "benchfmt", "# not counted: hmm/devdax-pte/1G r1: this machine has no PMU\n" },
		{ "benchfmt",
		  "# multiplexed: hmm/devdax-pte/1G dTLB-load-misses: counted for 50 %" },
		{ "lkp", "  hmm/devdax-pte/1G.cycles_per_call\n" },
		{ "lkp", "missing  hmm/devdax-pte/1G.r1_per_call: this machine has no PMU\n" },
		{ "lkp", "scaled  hmm/devdax-pte/1G.dTLB-load-misses_per_call: counted for 50 %" },
		{ "kcidb", "\"missing\": \"this machine has no PMU\"" },
		{ "kcidb", "\"unit\": \"cycles/page\"" },
		{ "kcidb", "\"share\": 0.5" },
	};
	struct records records;

	with_events(&records);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		char *text = exported(said[i].format, &records);

		if (!strstr(text, said[i].text))
			fail_msg("%s lacks %s", said[i].format, said[i].text);
		free(text);
	}
	records_release(&records);
}

/* Each line of the table has as many fields as the first, and a count that is none is no 0. */
TEST(test_csv_events)
{
	struct records records;
	char *text, *save;
	size_t fields = 0;

	fake_run(&records);
	fake_event(&records, &(struct fake_event){ .name = "cycles", .of_cost = 3, .parts = 2 });
	fake_event(&records, &(struct fake_event){ .name = "r1", .why = "none" });
	records.series[0].samples[0].running_ns[0] = 0;
	text = exported("csv", &records);
	for (char *line = strtok_r(text, "\r\n", &save), *first = line; line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		if (line == first)
			fields = fake_count(line, ",");
		assert_int_equal(fake_count(line, ","), fields);
		if (str_starts(line, "empty/devdax-pte/64K,1,0,"))
			assert_non_null(strstr(line, ",,100,1000,0,multiplexed: it never got a"));
	}
	free(text);
	records_release(&records);
}
