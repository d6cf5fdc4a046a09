// SPDX-License-Identifier: GPL-2.0-only
/* What is wrong on both sides has no series on either, and is said first all the same. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "bench/report/compare_parts.h"
#include "tests/unit/fake_run.h"

#define SPOILED "hmm/anon-pte/1G"

static void spoil(struct records *records)
{
	fake_run(records);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(records, boot, SPOILED, "entries lost");
	for (size_t i = 0; i < records->nr_missing; i++)
		records->missing[i].wrong = true;
}

TEST(wrong_on_both_sides_is_the_headline)
{
	const struct compare_options o = { 0 };
	struct records base, new;
	struct compare c;
	char *headline;

	spoil(&base);
	spoil(&new);
	assert_int_equal(compare_build(&base, &new, &o, &c, NULL), 0);
	assert_string_equal(c.rows[0].name, SPOILED);
	assert_int_equal(c.rows[0].verdict, COMPARE_WRONG);
	assert_false(compare_built_in(&c.rows[0]));
	headline = compare_headline(&c);
	assert_string_equal(headline, "WRONG: " SPOILED ": entries lost");
	free(headline);
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}

TEST(what_is_built_in_is_asked_of_the_op)
{
	static const char *const are[] = { "hmm", "hmm_populate_write", "gup_fast", "pin_fast",
					   "pin" };
	static const char *const are_not[] = { "bare", "hmm_dma_map", "mirror_rare", "unpin",
					       "walk" };

	for (size_t i = 0; i < ARRAY_SIZE(are); i++)
		assert_true(record_op_is_built_in(are[i]));
	for (size_t i = 0; i < ARRAY_SIZE(are_not); i++)
		assert_false(record_op_is_built_in(are_not[i]));
}
