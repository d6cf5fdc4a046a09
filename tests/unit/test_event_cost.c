// SPDX-License-Identifier: GPL-2.0-only
/* bench/report: what perf events counted is shown by what it is worth, or why it is not. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/printed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/report/figure.h"
#include "tests/unit/find.h"

#define NAME  "hmm/devdax-pte/1G"
#define PAGES (GIB / PAGE)

static struct record_event event(const char *name, uint64_t overhead, const char *reason)
{
	return (struct record_event){ .name = xstrdup(name),
				      .overhead = overhead,
				      .reason = xstrdup(reason) };
}

/* In every sample, twenty counts a page and what an empty window counts; all of the time. */
static struct record_series *counted(struct records *records, unsigned boot, const char *name)
{
	struct record_series *s = fake_series(records, boot, NAME);
	size_t i = s->nr_events++;

	s->events[i] = event(name, 100, "");
	for (size_t k = 0; k < s->nr_samples; k++) {
		s->samples[k].events[i] = 100 + 20 * PAGES;
		s->samples[k].enabled_ns[i] = s->samples[k].running_ns[i] = 1000;
	}
	return s;
}

static struct event_cost cost(const struct records *records)
{
	_cleanup_(series_index_release) struct series_index index;

	series_index_init(&index, records);
	return event_cost(&index, find_series(records, 1, "hmm", "", "devdax-pte", GIB), 0);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fabs(b) + 1e-12;
}

TEST(what_an_empty_window_counts_is_taken_off)
{
	struct records records;
	struct event_cost c;

	fake_run(&records);
	counted(&records, 1, "cycles");
	c = cost(&records);
	assert_true(c.page.known && near(c.page.value, 20) && near(c.share, 1));
	records_release(&records);
}

/* On a counter for a quarter of the time: four times as much, and marked. */
TEST(multiplexed_counts_are_scaled_and_marked)
{
	struct record_series *s;
	struct records records;
	struct event_cost c;
	char *text;

	fake_run(&records);
	s = counted(&records, 1, "cycles");
	for (size_t k = 0; k < s->nr_samples; k++) {
		s->samples[k].events[0] = (100 + 20 * PAGES) / 4;
		s->samples[k].running_ns[0] = 250;
	}
	c = cost(&records);
	assert_true(c.page.known && near(c.page.value, 20) && near(c.share, 0.25));
	text = printed_text(&records);
	assert_non_null(strstr(text, "20.00~"));
	assert_non_null(strstr(text, "~ multiplexed: on a counter for 25 % of the window"));
	free(text);
	records_release(&records);
}

TEST(what_never_got_a_counter_has_no_count)
{
	struct record_series *s;
	struct records records;
	struct event_cost c;
	char *text;

	fake_run(&records);
	s = counted(&records, 1, "cycles");
	for (size_t k = 0; k < s->nr_samples; k++)
		s->samples[k].events[0] = s->samples[k].running_ns[0] = 0;
	c = cost(&records);
	assert_false(c.page.known);
	assert_non_null(strstr(c.page.reason, "never got a counter"));
	text = printed_text(&records);
	assert_non_null(strstr(text, "devdax-pte  hmm    1G"));
	assert_non_null(strstr(text, "[a] multiplexed: it never got a counter"));
	free(text);
	records_release(&records);
}

/* Of the boots' values; in each the disturbed samples are set apart. */
TEST(the_median_is_of_what_was_not_disturbed)
{
	struct record_series *s, *second;
	struct records records;
	struct event_cost c;

	fake_run(&records);
	s = counted(&records, 1, "cycles");
	second = counted(&records, 2, "cycles");
	for (size_t k = 0; k < second->nr_samples; k++)
		second->samples[k].events[0] = 100 + 30 * PAGES;
	c = cost(&records);
	assert_true(near(c.page.value, 25));
	s->samples[0].flags |= PTWALK_SAMPLE_DISTURBED;
	s->samples[0].events[0] = s->samples[1].events[0] = 100 + 90 * PAGES;
	c = cost(&records);
	assert_true(near(c.page.value, (55 + 30) / 2.0));
	/* A boot of nothing else has them all: 20, 90 and 90 of it. */
	for (size_t k = 0; k < s->nr_samples; k++)
		s->samples[k].flags |= PTWALK_SAMPLE_DISTURBED;
	c = cost(&records);
	assert_true(near(c.page.value, (90 + 30) / 2.0));
	records_release(&records);
}

TEST(what_is_missing_has_its_reason_said_once)
{
	static const char line[] =
		"events       not counted: cycles, r1: this machine has no PMU\n";
	struct records records;
	char *text;

	fake_run(&records);
	for (unsigned boot = 1; boot <= 2; boot++) {
		struct record_series *s = fake_series(&records, boot, NAME);

		s->nr_events = 2;
		s->events[0] = event("cycles", RECORD_NO_TICKS, "this machine has no PMU");
		s->events[1] = event("r1", RECORD_NO_TICKS, "this machine has no PMU");
	}
	text = printed_text(&records);
	assert_int_equal(fake_count(text, line), 1);
	assert_int_equal(fake_count(text, "[a] this machine has no PMU"), 1);
	free(text);
	text = printed_json(&records);
	assert_non_null(strstr(text, "\"event\": \"cycles\""));
	assert_non_null(strstr(text, "\"reason\": \"this machine has no PMU\""));
	free(text);
	records_release(&records);
}

TEST(an_unknown_overhead_is_not_zero)
{
	struct records records;

	fake_run(&records);
	counted(&records, 1, "cycles")->events[0].overhead = RECORD_NO_TICKS;
	assert_false(cost(&records).page.known);
	records_release(&records);
}

TEST(without_events_there_is_no_table)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed_text(&records);
	assert_null(strstr(text, "events"));
	free(text);
	records_release(&records);
}
