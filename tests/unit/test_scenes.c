// SPDX-License-Identifier: GPL-2.0-only
/* bench/report/summary: what is walked from elsewhere, or by more, is not mixed with the rest. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/summary.h"

static const struct summary_row *row_of(const struct summary *s, const char *workload)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (!strcmp(s->rows[i].name, workload))
			return &s->rows[i];
	fail_msg("no row %s", workload);
	return NULL;
}

/* All series of a workload, as if they had been placed so. */
static void place(struct records *records, const char *workload, const char *placement)
{
	for (size_t i = 0; i < records->nr_series; i++) {
		struct record_series *s = &records->series[i];

		if (strcmp(s->workload, workload) != 0)
			continue;
		free(s->placement.name);
		s->placement.name = xstrdup(placement);
	}
}

TEST(a_placement_is_a_row_of_its_own)
{
	struct record_series *s;
	struct records records;
	struct summary summary;

	fake_run(&records);
	place(&records, "devdax-pmd", "remote-pt");
	/* Other frames on another node are no difference; within a placement they are. */
	s = fake_series(&records, 1, "hmm/anon-pte/1G");
	free(s->placement.name);
	s->placement.name = xstrdup("remote-pages");
	s->pfn_sum = s->proof.pfn_sum = 12345;
	summary_build(&records, &summary);
	assert_int_equal(summary.nr_rows, 6);
	assert_string_equal(row_of(&summary, "devdax-pmd@remote-pt")->scene.workload, "devdax-pmd");
	assert_true(row_of(&summary, "devdax-pmd@remote-pt")->cells[2].ticks.known);
	assert_int_equal(row_of(&summary, "anon-pte")->pfns, SUMMARY_PFNS_EQUAL);
	assert_int_equal(row_of(&summary, "anon-pte@remote-pages")->pfns, SUMMARY_PFNS_EQUAL);
	assert_false(row_of(&summary, "anon-pte@remote-pages")->cells[3].ticks.known);
	summary_release(&summary);
	records_release(&records);
}

TEST(walkers_are_a_row_of_their_own)
{
	struct records records;
	struct summary summary;

	fake_run(&records);
	fake_series(&records, 1, "hmm/anon-pte/1G")->threads = 4;
	fake_series(&records, 2, "hmm/anon-pte/1G")->threads = 4;
	fake_series(&records, 2, "hmm/anon-pte/1G")->mms = 2;
	summary_build(&records, &summary);
	assert_int_equal(summary.nr_rows, 7);
	assert_non_null(row_of(&summary, "anon-pte x4"));
	assert_non_null(row_of(&summary, "anon-pte x4 m2"));
	summary_release(&summary);
	records_release(&records);
}

/* Hashes say what the flags should have been; former sums do not. */
TEST(flags_are_held_against_the_proof_where_it_has_them)
{
	struct record_series *s;
	struct records records;

	fake_run(&records);
	s = fake_series(&records, 1, "hmm/devdax-pte/1G");
	s->proof.entry_sum = s->entry_sum + 1;
	assert_null(find_wrong(&records, s->name));
	s->proof.flags = PTWALK_INSPECT_HASH;
	assert_non_null(find_wrong(&records, s->name));
	assert_null(find_wrong(&records, "hmm/anon-pte/1G"));
	records_release(&records);
}
