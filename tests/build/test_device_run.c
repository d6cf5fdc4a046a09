// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device-private memory in a run of two boots, on a kernel that has it: walked
 * and proved, the two schemes of owners side by side, and all of it repeats.
 *
 *	test_device_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "workloads/workload.h"
#include "tests/unit/find.h"

#define LARGEST (2 * MIB)

static const char *const private_ones[] = { "device-private-own", "device-private-foreign" };
/* Two boots each: that all samples repeat is part of its status. */
MEASURED(records, "--workload=device-private-own,device-private-foreign",
	 "--op=hmm,hmm/none,hmm/range,hmm/batch,hmm/entry,owner_one,owner_two", "--size=64K,2M",
	 "--boots=2", "--iterations=3");
MEASURED(mappings, "--workload=device-coherent,anon-pte", "--op=hmm,dma_map,dma_unmap", "--size=2M",
	 "--boots=2", "--iterations=3");

static const struct record_series *find(unsigned int boot, const char *op, const char *policy,
					const char *workload, uint64_t size)
{
	const struct record_series *s = find_series(&records, boot, op, policy, workload, size);

	if (!s)
		fail_msg("%s/%s is missing in boot %u", op, workload, boot);
	return s;
}

static uint64_t last_ticks(const char *op, const char *workload)
{
	const struct record_series *s = find(1, op, "", workload, LARGEST);

	return s->samples[s->nr_samples - 1].ticks;
}

TEST(private_memory_is_walked_and_proved)
{
	static const char *const policies[] = { "none", "range", "batch", "entry" };

	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		struct err err = { 0 };

		if (workload_prove(workload_find(s->workload), &s->proof, &err))
			fail_msg("%s: %s", s->name, err.text);
	}
	for (size_t w = 0; w < ARRAY_SIZE(private_ones); w++) {
		const struct record_series *hmm = find(1, "hmm", "", private_ones[w], LARGEST);

		assert_int_equal(hmm->valid_pages, hmm->proof.device_own_pages);
		assert_int_equal(hmm->pfn_sum, hmm->proof.device_own_sum);
		for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
			const struct record_series *walk =
				find(1, "hmm", policies[p], private_ones[w], LARGEST);

			assert_int_equal(walk->entry_sum, hmm->entry_sum);
			assert_int_equal(walk->valid_pages, hmm->valid_pages);
		}
	}
}

TEST(owners_are_compared)
{
	const struct record_series *foreign, *own;

	foreign = find(1, "owner_one", "", "device-private-foreign", LARGEST);
	own = find(1, "owner_one", "", "device-private-own", LARGEST);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(foreign->samples[i].faults, LARGEST / PAGE);
		assert_true(foreign->samples[i].flags & PTWALK_SAMPLE_DISTURBED);
		assert_int_equal(own->samples[i].faults, 0);
	}
	/* A fault costs more than a look, a look more than none, and own pages are not faulted in. */
	assert_true(last_ticks("owner_two", "device-private-own") >
		    last_ticks("owner_one", "device-private-own"));
	assert_true(last_ticks("owner_one", "device-private-foreign") >
		    last_ticks("owner_two", "device-private-own"));
	assert_true(last_ticks("owner_one", "device-private-own") >=
		    last_ticks("hmm", "device-private-own"));
}

TEST(open_windows_repeat_by_their_place)
{
	static const char *const ops[] = { "owner_one", "owner_two" };

	for (size_t i = 0; i < ARRAY_SIZE(ops) * ARRAY_SIZE(private_ones); i++) {
		const struct record_series *a =
			find(1, ops[i / 2], "", private_ones[i % 2], LARGEST);
		const struct record_series *b =
			find(2, ops[i / 2], "", private_ones[i % 2], LARGEST);

		assert_int_equal(a->nr_samples, 3);
		assert_int_equal(b->nr_samples, 3);
		for (size_t j = 0; j < 3; j++) {
			assert_false(a->samples[j].flags & PTWALK_SAMPLE_IRQS_OFF);
			assert_int_equal(a->samples[j].ticks, b->samples[j].ticks);
			assert_int_equal(a->samples[j].interrupts, b->samples[j].interrupts);
		}
	}
}

/* Where nothing but addresses is made, a page costs the same wherever it lies. */
TEST(pages_are_mapped_for_a_device)
{
	static const char *const ops[] = { "dma_map", "dma_unmap" };

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		const struct record_series *device, *anon;

		device = find_series(&mappings, 1, ops[i], "", "device-coherent", LARGEST);
		anon = find_series(&mappings, 1, ops[i], "", "anon-pte", LARGEST);
		assert_non_null(device);
		assert_non_null(anon);
		assert_int_equal(device->valid_pages, LARGEST / PAGE);
		assert_int_equal(device->samples[0].flags, PTWALK_SAMPLE_IRQS_OFF);
		assert_int_equal(device->samples[0].ticks, anon->samples[0].ticks);
		assert_true(device->samples[0].ticks > LARGEST / PAGE);
	}
}

TEST(none_is_missing)
{
	assert_int_equal(records.nr_missing, 0);
	assert_int_equal(mappings.nr_missing, 0);
}
