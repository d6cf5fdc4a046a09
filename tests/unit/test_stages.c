// SPDX-License-Identifier: GPL-2.0-only
/* bench/report: what the stages of an op cost, and what is noted of it, is printed. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/printed.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "hmm/devdax-pte/1G", "hmm/devdax-pmd/1G" };

/* In the third sample alone, which is made the cheapest. */
static void add_stage(struct record_series *s, const char *name, uint64_t ticks)
{
	struct record_stage *stage;

	s->stages = xrealloc(s->stages, (s->nr_stages + 1) * sizeof(*s->stages));
	stage = &s->stages[s->nr_stages++];
	stage->name = xstrdup(name);
	stage->note = xstrdup("");
	stage->ticks = xcalloc(s->nr_samples, sizeof(*stage->ticks));
	for (size_t i = 0; i < s->nr_samples; i++)
		stage->ticks[i] = i == 2 ? ticks : RECORD_NO_TICKS;
	s->samples[2].ticks = 1;
}

static void without_stages_and_notes_there_is_neither(void **state)
{
	struct records records;
	char *text;

	(void)state;
	fake_run(&records);
	text = printed_text(&records);
	assert_null(strstr(text, "Stages"));
	assert_null(strstr(text, "Notes"));
	free(text);
	records_release(&records);
}

static void stages_are_those_of_the_cheapest_sample(void **state)
{
	const uint64_t pages = 1 << 18;
	struct records records;
	char *text;

	(void)state;
	fake_run(&records);
	add_stage(fake_series(&records, 1, names[0]), "walk", pages * 3);
	add_stage(fake_series(&records, 1, names[1]), "fill", pages / 4);
	text = printed_text(&records);
	assert_non_null(strstr(text, "devdax-pte  hmm    1G  3.00  -[a]"));
	assert_non_null(strstr(text, "devdax-pmd  hmm    1G  -[a]  0.25"));
	free(text);
	records_release(&records);
}

/* What is said of several workloads is said once; what differs, apart. */
static void notes_are_gathered(void **state)
{
	struct records records;
	char *text;

	(void)state;
	fake_run(&records);
	strv_add(&fake_series(&records, 1, names[0])->notes, "no progress");
	strv_add(&fake_series(&records, 1, names[1])->notes, "no progress");
	strv_add(&fake_series(&records, 1, names[1])->notes, "and slow");
	text = printed_text(&records);
	assert_non_null(strstr(text, "\nhmm (devdax-pte, devdax-pmd): no progress\n"));
	assert_non_null(strstr(text, "\nhmm (devdax-pmd): and slow\n"));
	assert_ptr_equal(strstr(strstr(text, "no progress") + 1, "no progress"), NULL);
	free(text);
	records_release(&records);
}

/* One boot has no other to compare open windows with, and says so. */
static void open_windows_of_one_boot_are_not_called_equal(void **state)
{
	struct record_series *s;
	struct records records;
	char *text;

	(void)state;
	fake_run(&records);
	records.nr_series /= FAKE_BOOTS;
	records.nr_boots = records.nr_ends = 1;
	s = fake_series(&records, 1, names[0]);
	for (size_t i = 0; i < s->nr_samples; i++)
		s->samples[i].flags = PTWALK_SAMPLE_DISTURBED;
	text = printed_text(&records);
	assert_non_null(strstr(text, "samples of 139 series over 1 boot: all equal"));
	assert_non_null(strstr(text, "1 series with interrupts on: no second boot"));
	free(text);
	records.nr_series *= FAKE_BOOTS;
	records.nr_boots = records.nr_ends = FAKE_BOOTS;
	records_release(&records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_stages_and_notes_there_is_neither),
		cmocka_unit_test(stages_are_those_of_the_cheapest_sample),
		cmocka_unit_test(notes_are_gathered),
		cmocka_unit_test(open_windows_of_one_boot_are_not_called_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
