// SPDX-License-Identifier: GPL-2.0-only
/* bench/report/repeat: exact counts are compared bit for bit, within a boot and across boots. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <string.h>

#include "base/str.h"
#include "bench/report/checks.h"
#include "bench/report/compare.h"

static const char name[] = "walk/entry/devdax-pte/2M";

struct fixture {
	struct records records;
	struct repeat repeat;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fake_run(&fixture.records);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	repeat_release(&f->repeat);
	records_release(&f->records);
	return 0;
}

static const struct repeat_difference *only_difference(struct fixture *f)
{
	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 1);
	return f->repeat.differences;
}

TEST_WITH(equal_samples_have_no_difference, set_up, tear_down)
{
	struct fixture *f = *state;

	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 0);
	assert_int_equal(f->repeat.series, 140);
	assert_int_equal(f->repeat.samples, 140 * FAKE_BOOTS * FAKE_SAMPLES);
	assert_int_equal(f->repeat.boots, FAKE_BOOTS);
}

/* One window that is open among quiet ones is a difference. */
TEST_WITH(a_window_that_is_open_by_chance_is_found, set_up, tear_down)
{
	struct fixture *f = *state;

	fake_series(&f->records, 1, name)->samples[1].flags &= ~PTWALK_SAMPLE_IRQS_OFF;
	assert_string_equal(only_difference(f)->what, "flags");
	assert_int_equal(f->repeat.open, 0);
}

TEST_WITH(one_instruction_within_a_boot_is_found, set_up, tear_down)
{
	struct fixture *f = *state;
	struct record_series *s = fake_series(&f->records, 1, name);
	const struct repeat_difference *d;

	s->samples[2].ticks++;
	d = only_difference(f);
	assert_string_equal(d->name, name);
	assert_string_equal(d->what, "ticks");
	assert_int_equal(d->boot, 1);
	assert_int_equal(d->sample, 2);
	assert_int_equal(d->got, d->expected + 1);
	assert_int_equal(d->expected, s->samples[0].ticks);
}

TEST_WITH(of_what_varies_nothing_is_expected, set_up, tear_down)
{
	struct fixture *f = *state;
	struct record_series *s = fake_series(&f->records, 1, name);

	s->samples[2].ticks++;
	for (size_t i = 0; i < f->records.nr_series; i++)
		if (!strcmp(f->records.series[i].name, name))
			f->records.series[i].varies = xstrdup("when it is woken");
	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 0);
	assert_int_equal(f->repeat.varying, 1);
	assert_int_equal(f->repeat.nr_swings, 0);
}

TEST_WITH(what_varies_too_much_is_told, set_up, tear_down)
{
	struct fixture *f = *state;
	struct record_series *s = fake_series(&f->records, 2, name);

	for (size_t i = 0; i < s->nr_samples; i++)
		s->samples[i].ticks += s->samples[i].ticks / 10;
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_series(&f->records, boot, name)->varies = xstrdup("when it is woken");
	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 0);
	assert_int_equal(f->repeat.nr_swings, 1);
	assert_string_equal(f->repeat.swings[0].name, name);
	assert_int_equal(f->repeat.swings[0].boot, 2);
}

/* The verdict on a run where every sample of the series counts @by more. */
static enum compare_verdict verdict_of_more(uint64_t by, double threshold)
{
	const struct compare_options o = { .every_size = true, .threshold = threshold };
	enum compare_verdict verdict = COMPARE_SAME;
	struct records base, new;
	struct compare c;

	fake_run(&base);
	fake_run(&new);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(&new, boot, name);

		s->varies = xstrdup("when it is woken");
		for (size_t i = 0; i < s->nr_samples; i++)
			s->samples[i].ticks += by;
	}
	assert_int_equal(compare_build(&base, &new, &o, &c, NULL), 0);
	for (size_t i = 0; i < c.nr_rows; i++)
		if (!strcmp(c.rows[i].name, name))
			verdict = c.rows[i].verdict;
	compare_release(&c);
	records_release(&base);
	records_release(&new);
	return verdict;
}

TEST_WITH(what_varies_is_forgiven_a_little, set_up, tear_down)
{
	struct fixture *f = *state;
	uint64_t whole = fake_series(&f->records, 1, name)->samples[0].ticks;

	repeat_check(&f->records, &f->repeat);
	assert_int_equal(verdict_of_more(whole / 50, 0), COMPARE_WITHIN);
	assert_int_equal(verdict_of_more(whole / 10, 0), COMPARE_WORSE);
	assert_int_equal(verdict_of_more(whole / 50, 1), COMPARE_WORSE);
	assert_int_equal(verdict_of_more(whole / 10, 20), COMPARE_WITHIN);
}

TEST_WITH(one_instruction_across_boots_is_found, set_up, tear_down)
{
	struct fixture *f = *state;
	struct record_series *s = fake_series(&f->records, 2, name);
	const struct repeat_difference *d;

	for (size_t i = 0; i < s->nr_samples; i++)
		s->samples[i].ticks--;
	d = only_difference(f);
	assert_int_equal(d->boot, 2);
	assert_int_equal(d->expected_boot, 1);
	assert_int_equal(d->sample, 0);
	assert_int_equal(d->got, d->expected - 1);
}

TEST_WITH(another_column_is_found, set_up, tear_down)
{
	struct fixture *f = *state;

	fake_series(&f->records, 2, name)->samples[1].interrupts = 1;
	assert_string_equal(only_difference(f)->what, "interrupts");
}

TEST_WITH(an_event_is_found, set_up, tear_down)
{
	struct fixture *f = *state;

	fake_series(&f->records, 1, name)->nr_events = 2;
	fake_series(&f->records, 2, name)->nr_events = 2;
	fake_series(&f->records, 2, name)->samples[1].events[1] = 5;
	assert_string_equal(only_difference(f)->what, "event 1");
}

TEST_WITH(fewer_samples_are_found, set_up, tear_down)
{
	struct fixture *f = *state;

	fake_series(&f->records, 2, name)->nr_samples--;
	assert_string_equal(only_difference(f)->what, "samples");
}

TEST_WITH(another_window_is_found, set_up, tear_down)
{
	struct fixture *f = *state;
	const struct repeat_difference *d;

	f->records.boots[1].overhead = 9;
	d = only_difference(f);
	assert_string_equal(d->name, "empty window");
	assert_int_equal(d->expected, 7);
	assert_int_equal(d->got, 9);
}

/* Of both boots: samples that differ from each other, and are alike in their places. */
static void open_windows(struct fixture *f)
{
	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(&f->records, boot, name);

		for (size_t i = 0; i < s->nr_samples; i++) {
			s->samples[i].flags = PTWALK_SAMPLE_DISTURBED;
			s->samples[i].ticks += 10 * i;
		}
	}
}

TEST_WITH(open_windows_have_their_places, set_up, tear_down)
{
	struct fixture *f = *state;

	open_windows(f);
	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 0);
	assert_int_equal(f->repeat.open, 1);
	/* The first boot's are what the others are compared with. */
	assert_int_equal(f->repeat.samples, 140 * FAKE_BOOTS * FAKE_SAMPLES - FAKE_SAMPLES);
}

TEST_WITH(an_open_window_unlike_its_place_is_found, set_up, tear_down)
{
	struct fixture *f = *state;
	const struct repeat_difference *d;

	open_windows(f);
	fake_series(&f->records, 2, name)->samples[1].ticks++;
	d = only_difference(f);
	assert_int_equal(d->boot, 2);
	assert_int_equal(d->sample, 1);
	assert_int_equal(d->got, d->expected + 1);
}

TEST_WITH(a_missing_series_is_not_a_difference, set_up, tear_down)
{
	struct fixture *f = *state;

	fake_missing(&f->records, 1, name, "not today");
	repeat_check(&f->records, &f->repeat);
	assert_int_equal(f->repeat.nr_differences, 0);
}
