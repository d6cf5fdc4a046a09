// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCI device's memory in a run of two boots, on a kernel that maps it: walked,
 * proved, and mapped for the device in the one way there is.
 *
 *	test_p2pdma_run PTWALK SPEC
 */
#include "tests/unit/unit.h"
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "tests/unit/find.h"

static const uint64_t sizes[] = { 64 * KIB, 16 * MIB };
static struct ptwalk_run_of of;
static struct records records;

static const struct record_series *get(const char *op, uint64_t size)
{
	const struct record_series *s = find_series(&records, 1, op, "", "p2pdma", size);

	if (!s)
		fail_msg("%s is missing", op);
	return s;
}

static void every_entry_is_the_devices(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct record_series *s = get("hmm", sizes[i]);

		assert_int_equal(s->valid_pages, sizes[i] / (4 * KIB));
		assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
	}
}

/* By a bus address: no memory of the host's is looked at, but every page is asked for. */
static void the_device_reaches_each(void **state)
{
	const struct record_series *few = get("hmm_dma_map", sizes[0]);
	const struct record_series *many = get("hmm_dma_map", sizes[1]);

	(void)state;
	for (size_t i = 0; i < many->nr_samples; i++) {
		assert_int_equal(few->samples[i].ticks, few->samples[0].ticks);
		assert_int_equal(many->samples[i].ticks, many->samples[0].ticks);
	}
	assert_true(find_page(many) > 1);
	assert_true(find_count(many) > 100 * find_count(few));
}

static void dma_map_page_does_not_take_them(void **state)
{
	(void)state;
	assert_int_equal(records.nr_missing, 2 * 2);
	for (size_t i = 0; i < records.nr_missing; i++) {
		assert_string_equal(records.missing[i].op, "dma_map");
		assert_non_null(strstr(records.missing[i].reason, "dev_pagemap"));
	}
}

static int measure(void **state)
{
	static const char *const more[] = { "--workload=p2pdma", "--op=hmm,hmm_dma_map,dma_map",
					    "--size=64K,16M", "--boots=2", NULL };

	(void)state;
	return ptwalk_run_as(&of, "run", more, &records);
}

static int clean(void **state)
{
	(void)state;
	records_release(&records);
	return ptwalk_run_end(&of);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_the_devices),
		cmocka_unit_test(the_device_reaches_each),
		cmocka_unit_test(dma_map_page_does_not_take_them),
	};

	if (ptwalk_run_begin(&of, argc, argv, 2, "PTWALK SPEC", 150))
		return 2;
	return cmocka_run_group_tests(tests, measure, clean);
}
