// SPDX-License-Identifier: GPL-2.0-only
/* What perf events counted stands beside the times, tested as they are, and has no verdict. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"
#include "tests/unit/fake_events.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/near.h"

#define BOOTS  8
#define SERIES "hmm/devdax-pte/1G"
#define PMU    "this machine has no PMU"

/* Two runs of one kernel on a machine with noise, and what comes of comparing them. */
struct two {
	struct records base, new;
	struct compare c;
};

static void make(struct two *two)
{
	fake_noisy(&two->base, &(struct fake_noise){ BOOTS, 1, 0.001, 0 });
	fake_noisy(&two->new, &(struct fake_noise){ BOOTS, 2, 0.001, 0 });
}

static void compare_by(struct two *two, const char *event)
{
	const struct compare_options o = { .by = event };
	struct err err;

	if (compare_build(&two->base, &two->new, &o, &two->c, &err))
		fail_msg("%s", err.text);
}

static void compare(struct two *two)
{
	compare_by(two, NULL);
}

static void release(struct two *two)
{
	compare_release(&two->c);
	records_release(&two->base);
	records_release(&two->new);
}

static const struct compare_event *find(const struct two *two, const char *name)
{
	const struct compare_event *event = compare_find_event(&two->c, name);

	if (!event)
		fail_msg("no %s", name);
	return event;
}

static char *render(struct two *two, const char *format)
{
	struct compare_table table;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	compare_table_init(&table, &two->c, 1);
	format_compare(format_find(format, FORMAT_COMPARE, NULL), &table, f, false);
	compare_table_release(&table);
	fclose(f);
	return text;
}

/* A third more of it, and no change of time: found, and no word of a regression. */
TEST(a_change_of_counts_is_shown_and_not_judged)
{
	const struct compare_event *event;
	struct two two;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 4 });
	compare(&two);
	event = find(&two, SERIES " cycles");
	assert_true(event->row.judged);
	assert_near(event->row.judgement.change.ratio, 4.0 / 3, 0.01);
	assert_true(event->row.judgement.change.low > 1.3);
	assert_true(event->row.judgement.p_adjusted < 0.05);
	assert_int_equal(event->row.nr_base, BOOTS);
	assert_int_equal(event->row.verdict, COMPARE_NO_VERDICT);
	assert_near(compare_base(&event->row), 3 * compare_base(compare_find(&two.c, SERIES)),
		    0.01);
	/* The times are judged as without events, and by themselves. */
	assert_int_equal(two.c.nr_judged, 30);
	assert_int_equal(two.c.nr_counted, 30);
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	assert_int_equal(two.c.counts[COMPARE_NO_VERDICT], 0);
	assert_int_equal(two.c.nr_matched, 30);
	release(&two);
}

TEST(what_was_not_counted_has_its_reason)
{
	struct two two;
	char *text;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .why = PMU });
	fake_event(&two.base, &(struct fake_event){ .name = "task-clock", .of_cost = 1 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .why = PMU });
	fake_event(&two.new, &(struct fake_event){ .name = "r1", .why = PMU });
	compare(&two);
	assert_string_equal(find(&two, SERIES " cycles")->row.reason, PMU);
	assert_string_equal(find(&two, SERIES " task-clock")->row.reason, "not asked for");
	assert_string_equal(find(&two, SERIES " r1")->row.reason, "base: not asked for; new: " PMU);
	assert_true(isnan(find(&two, SERIES " cycles")->row.base_value));
	assert_false(isnan(find(&two, SERIES " task-clock")->row.base_value));
	assert_true(isnan(find(&two, SERIES " task-clock")->row.new_value));
	assert_int_equal(two.c.nr_counted, 0);
	for (size_t i = 0; i < nr_formats; i++) {
		if (!format_serves(formats[i], FORMAT_COMPARE))
			continue;
		text = render(&two, formats[i]->name);
		if (!strstr(text, "not asked for") || !strstr(text, PMU))
			fail_msg("%s does not say why: %s", formats[i]->name, text);
		assert_null(strstr(text, "nan"));
		free(text);
	}
	release(&two);
}

TEST(multiplexed_counts_are_scaled_and_marked)
{
	struct two two;
	char *text;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 1 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 1, .parts = 4 });
	compare(&two);
	assert_near(find(&two, SERIES " cycles")->share, 0.25, 1e-9);
	assert_near(compare_new(&find(&two, SERIES " cycles")->row),
		    compare_base(&find(&two, SERIES " cycles")->row), 0.01);
	text = render(&two, "lkml");
	assert_int_equal(fake_count(text, "\n  cycles~  "), 30);
	assert_non_null(strstr(text, "# ~ multiplexed: counted for 25 % of a window"));
	free(text);
	release(&two);
}

/* Misses that never happen are 0, which is no missing count; there is no ratio. */
TEST(none_is_a_count_without_a_ratio)
{
	const struct compare_event *event;
	struct two two;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "page-faults" });
	fake_event(&two.new, &(struct fake_event){ .name = "page-faults" });
	compare(&two);
	event = find(&two, SERIES " page-faults");
	assert_false(event->row.judged);
	assert_true(event->row.base_value == 0 && event->row.new_value == 0);
	assert_non_null(strstr(event->row.reason, "there is no ratio"));
	release(&two);
}

/* The warm-up and what was disturbed have no say, as with ticks. */
TEST(the_same_samples_as_of_the_ticks)
{
	struct record_series *s;
	struct two two;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 1 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 1 });
	for (unsigned boot = 1; boot <= BOOTS; boot++) {
		s = fake_series(&two.new, boot, SERIES);
		s->warm_up = 1;
		s->samples[0].events[0] *= 100;
		s->samples[1].events[0] *= 100;
		s->samples[1].flags |= PTWALK_SAMPLE_DISTURBED;
	}
	compare(&two);
	assert_near(find(&two, SERIES " cycles")->row.judgement.change.ratio, 1, 0.01);
	release(&two);
}

TEST(every_format_has_them)
{
	json_t *root, *event;
	struct two two;
	char *text;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "dTLB-load-misses", .of_cost = 0.5 });
	fake_event(&two.new, &(struct fake_event){ .name = "dTLB-load-misses", .of_cost = 0.5 });
	compare(&two);
	for (size_t i = 0; i < nr_formats; i++) {
		if (!format_serves(formats[i], FORMAT_COMPARE))
			continue;
		text = render(&two, formats[i]->name);
		if (fake_count(text, "dTLB-load-misses") < 30)
			fail_msg("%s: %s", formats[i]->name, text);
		free(text);
	}
	text = render(&two, "lkp");
	assert_non_null(strstr(text, "  " SERIES ".dTLB-load-misses_per_page\n"));
	free(text);
	text = render(&two, "csv");
	assert_int_equal(fake_count(text, ",dTLB-load-misses,"), 30);
	assert_int_equal(fake_count(text, "\r\n"), 1 + 30 + 30);
	free(text);
	text = render(&two, "lkml");
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (strlen(line) > 72)
			fail_msg("%s", line);
	free(text);
	text = render(&two, "json");
	root = json_loads(text, 0, NULL);
	/* Below its series. */
	event = json_array_get(json_object_get(root, "series"), 1);
	assert_string_equal(json_string_value(json_object_get(event, "event")), "dTLB-load-misses");
	assert_true(json_number_value(json_object_get(event, "share")) >= 1);
	assert_int_equal(json_integer_value(json_object_get(event, "base_boots")), BOOTS);
	json_decref(root);
	free(text);
	release(&two);
}

/* Asked for, an event is what has the verdict, and the times have none. */
TEST(an_event_is_judged_where_it_is_asked_for)
{
	struct two two;
	char *text;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_event(&two.base, &(struct fake_event){ .name = "misses", .of_cost = 1 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 4 });
	fake_event(&two.new, &(struct fake_event){ .name = "misses", .of_cost = 1 });
	compare_by(&two, "cycles");
	assert_int_equal(two.c.counts[COMPARE_WORSE], 30);
	assert_int_equal(two.c.counts[COMPARE_NO_VERDICT], 0);
	assert_int_equal(two.c.nr_judged, 30);
	assert_int_equal(two.c.nr_counted, 30);
	assert_near(two.c.geomean, 4.0 / 3, 0.01);
	assert_int_equal(compare_find(&two.c, SERIES)->verdict, COMPARE_NO_VERDICT);
	assert_int_equal(find(&two, SERIES " cycles")->row.verdict, COMPARE_WORSE);
	assert_int_equal(find(&two, SERIES " misses")->row.verdict, COMPARE_NO_VERDICT);
	for (size_t i = 0; i < two.c.nr_rows; i++)
		assert_ptr_equal(compare_judged(&two.c, i), &two.c.rows[i].events[0].row);
	text = render(&two, "lkml");
	assert_int_equal(fake_count(text, " !\n"), 30);
	assert_non_null(strstr(text, "# JUDGED BY cycles: times and other events"));
	free(text);
	compare_release(&two.c);
	compare_by(&two, "misses");
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	release(&two);
}

TEST(what_is_wrong_is_so_whatever_is_judged)
{
	struct two two;
	char *text;

	make(&two);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_series(&two.new, 1, SERIES)->pfn_sum++;
	compare_by(&two, "cycles");
	assert_int_equal(two.c.counts[COMPARE_WRONG], 1);
	assert_int_equal(two.c.counts[COMPARE_SAME], 29);
	assert_int_equal(two.c.nr_matched, 29);
	text = render(&two, "html");
	assert_non_null(strstr(text, "<dd class=\"alarm\">WRONG"));
	free(text);
	release(&two);
}

TEST(what_is_judged_may_be_missing)
{
	struct compare_options o = { .by = "nope" };
	struct two two;
	struct err err;

	make(&two);
	assert_int_equal(compare_build(&two.base, &two.new, &o, &two.c, &err), -EINVAL);
	assert_non_null(strstr(err.text, "neither run has events"));
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 3 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .why = PMU });
	assert_int_equal(compare_build(&two.base, &two.new, &o, &two.c, &err), -EINVAL);
	assert_string_equal(err.text, "unknown event 'nope'; there are: cycles");
	compare_by(&two, "cycles");
	assert_int_equal(two.c.counts[COMPARE_MISSING_NEW], 30);
	assert_int_equal(two.c.nr_judged, 0);
	assert_string_equal(find(&two, SERIES " cycles")->row.reason, PMU);
	two.base.run.exact = two.new.run.exact = true;
	for (size_t i = 0; i < two.base.nr_series; i++)
		two.base.series[i].nr_samples = two.new.series[i].nr_samples = 0;
	compare_release(&two.c);
	o.by = "cycles";
	assert_int_equal(compare_build(&two.base, &two.new, &o, &two.c, &err), -EOPNOTSUPP);
	records_release(&two.base);
	records_release(&two.new);
}

/* As counts are: more is worse, what is alike is for programs alone; one side says nothing. */
TEST(facts_are_judged_as_counts_are)
{
	struct two two;
	char *text;

	fake_run(&two.base);
	fake_run(&two.new);
	for (size_t i = 0; i < two.base.nr_series; i++) {
		two.base.series[i].has_facts = i != 0;
		two.new.series[i].has_facts = true;
		if (!strcmp(two.new.series[i].name, SERIES))
			two.new.series[i].facts[FACT_TOTAL_ATOMICS] = 5;
		two.base.series[i].facts[FACT_TOTAL_PAGES] = 7;
		two.new.series[i].facts[FACT_TOTAL_PAGES] = 7;
		/* Where objects lie moves a few lines, and no loads. */
		two.new.series[i].facts[FACT_TOTAL_LINES] = FACT_PLACED;
	}
	compare(&two);
	assert_int_equal(find(&two, SERIES " atomics")->row.verdict, COMPARE_WORSE);
	assert_int_equal(find(&two, SERIES " pages")->row.verdict, COMPARE_SAME);
	assert_int_equal(find(&two, SERIES " lines")->row.verdict, COMPARE_WITHIN);
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	assert_int_equal(two.c.facts_worse, 1);
	assert_int_equal(two.c.facts_better, 0);
	text = render(&two, "terminal");
	assert_non_null(strstr(text, "1 fact worse"));
	assert_non_null(strstr(text, "\n  atomics "));
	assert_null(strstr(text, "\n  pages "));
	assert_null(strstr(text, "\n  lines "));
	free(text);
	text = render(&two, "lkml");
	assert_non_null(strstr(text, "\n  atomics "));
	free(text);
	text = render(&two, "csv");
	assert_non_null(strstr(text, ",pages,1,"));
	free(text);
	release(&two);
}

/* Of exact runs, which are imported with events: side by side, and nothing is tested. */
TEST(exact_ones_are_not_tested)
{
	const struct compare_event *event;
	struct two two;

	fake_run(&two.base);
	fake_run(&two.new);
	fake_event(&two.base, &(struct fake_event){ .name = "cycles", .of_cost = 1 });
	fake_event(&two.new, &(struct fake_event){ .name = "cycles", .of_cost = 2 });
	compare(&two);
	event = find(&two, SERIES " cycles");
	assert_false(event->row.judged);
	assert_near(compare_percent(&event->row), 100, 0.01);
	assert_int_equal(two.c.nr_counted, 0);
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	release(&two);
}

/* Software events switch code of the kernel's on: counts with and without are compared, and it is said. */
TEST(counts_beside_events_are_of_another_environment)
{
	struct two two;

	fake_run(&two.base);
	fake_run(&two.new);
	fake_event(&two.new, &(struct fake_event){ .name = "page-faults", .of_cost = 1 });
	compare(&two);
	assert_int_equal(two.c.nr_differences, 1);
	assert_string_equal(two.c.differences[0].field, "perf events");
	assert_string_equal(two.c.differences[0].new, "counted");
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	release(&two);
}
