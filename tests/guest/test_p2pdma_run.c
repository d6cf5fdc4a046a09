// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCI device's memory in a run of two boots, on a kernel that maps it: walked,
 * proved, and mapped for the device in the one way there is.
 *
 *	test_p2pdma_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "tests/unit/find.h"

static const uint64_t sizes[] = { 64 * KIB, 16 * MIB };
MEASURED(records, "--workload=p2pdma", "--op=hmm,hmm_dma_map,dma_map", "--size=64K,16M",
	 "--boots=2");

static const struct record_series *get(const char *op, uint64_t size)
{
	const struct record_series *s = find_series(&records, 1, op, "", "p2pdma", size);

	if (!s)
		fail_msg("%s is missing", op);
	return s;
}

TEST(every_entry_is_the_devices)
{
	for (size_t i = 0; i < 2; i++) {
		const struct record_series *s = get("hmm", sizes[i]);

		assert_int_equal(s->valid_pages, sizes[i] / (4 * KIB));
		assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
	}
}

/* By a bus address: no memory of the host's is looked at, but every page is asked for. */
TEST(the_device_reaches_each)
{
	const struct record_series *few = get("hmm_dma_map", sizes[0]);
	const struct record_series *many = get("hmm_dma_map", sizes[1]);

	for (size_t i = 0; i < many->nr_samples; i++) {
		assert_int_equal(few->samples[i].ticks, few->samples[0].ticks);
		assert_int_equal(many->samples[i].ticks, many->samples[0].ticks);
	}
	assert_true(find_page(many) > 1);
	assert_true(find_count(many) > 100 * find_count(few));
}

TEST(dma_map_page_does_not_take_them)
{
	assert_int_equal(records.nr_missing, 2 * 2);
	for (size_t i = 0; i < records.nr_missing; i++) {
		assert_string_equal(records.missing[i].op, "dma_map");
		assert_non_null(
			strstr(records.missing[i].reason, "not of the memory that the op needs"));
	}
}
