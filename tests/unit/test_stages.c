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

TEST(without_stages_and_notes_there_is_neither)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed_text(&records);
	assert_null(strstr(text, "Stages"));
	assert_null(strstr(text, "Notes"));
	free(text);
	records_release(&records);
}

TEST(stages_are_those_of_the_cheapest_sample)
{
	const uint64_t pages = 1 << 18;
	struct records records;
	char *text;

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
TEST(notes_are_gathered)
{
	struct records records;
	char *text;

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
TEST(open_windows_of_one_boot_are_not_called_equal)
{
	struct record_series *s;
	struct records records;
	char *text;

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
