// SPDX-License-Identifier: GPL-2.0-only
/* bench/report/flat: what a page costs at sizes that are large, and at no others. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/near.h"
#include "tests/unit/printed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/report/summary.h"

static const struct summary_column hmm = { .op = "hmm", .policy = "", .name = "hmm" };
static const struct series_key scene = {
	.op = "",
	.policy = "",
	.workload = "devdax-pud",
	.placement = RECORD_LOCAL,
	.threads = 1,
	.mms = 1,
	.cache = "warm",
	.arch = RECORD_ARCH,
	.page = RECORD_PAGE,
};

/* The series of that name becomes one of @size, at @page ticks a page, in both boots. */
static void becomes(struct records *records, const char *name, uint64_t size, double page)
{
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(records, boot, name);
		uint64_t pages = size / PAGE;

		for (size_t i = 0; i < s->nr_samples; i++)
			s->samples[i].ticks = (uint64_t)(page * (double)pages) + s->overhead;
		s->size = size;
	}
}

TEST(small_sizes_do_not_count)
{
	struct series_index index;
	struct records records;
	struct flat flat;

	fake_run(&records);
	series_index_init(&index, &records);
	flat_of(&index, &hmm, &scene, &flat);
	series_index_release(&index);
	assert_int_equal(flat.sizes, 1);
	records_release(&records);
}

TEST(the_spread_is_of_the_cheapest)
{
	struct series_index index;
	struct records records;
	struct flat flat;

	fake_run(&records);
	becomes(&records, "hmm/devdax-pud/1G", GIB, 6.5);
	becomes(&records, "hmm/devdax-pud/64M", 8 * GIB, 6);
	becomes(&records, "hmm/devdax-pud/2M", 64 * GIB, 6.25);
	series_index_init(&index, &records);
	flat_of(&index, &hmm, &scene, &flat);
	series_index_release(&index);
	assert_int_equal(flat.sizes, 3);
	assert_int_equal(flat.smallest, GIB);
	assert_int_equal(flat.largest, 64 * GIB);
	assert_near(flat.least, 6, 1e-9);
	assert_near(flat.most, 6.5, 1e-9);
	assert_near(flat_spread(&flat), 0.5 / 6, 1e-9);
	records_release(&records);
}

TEST(the_report_says_it_where_there_is_something_to_say)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed_text(&records);
	assert_null(strstr(text, "is it flat?"));
	free(text);
	becomes(&records, "hmm/devdax-pud/1G", GIB, 6.5);
	becomes(&records, "hmm/devdax-pud/64M", 8 * GIB, 6);
	text = printed_text(&records);
	assert_non_null(strstr(text, "is it flat?"));
	assert_non_null(strstr(text, "devdax-pud  hmm  1G to 8G  6.0000  6.5000   8.33%"));
	free(text);
	records_release(&records);
}
