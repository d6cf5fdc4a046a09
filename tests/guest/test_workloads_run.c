// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every workload in one run of two boots: each is measured, with its proof, or
 * missing with a reason; arrays agree and counts repeat.
 *
 *	test_workloads_run PTWALK SPEC --ram=RAM	(below 2G hugetlb-1g must be missing)
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "workloads/workload.h"
#include "tests/unit/find.h"

#define BOOTS	 2
#define SIZES	 3
#define VARIANTS 6 /* hmm, bare, and own code under each policy */

MEASURED(records, "--workload=all", "--boots=2", "--size=64K,2M,6M", "--iterations=2",
	 "--op=hmm,bare,hmm/none,hmm/range,hmm/batch,hmm/entry");

/* What a fault brings back of what is swapped out, or of a file that is mapped privately. */
MEASURED(populated, "--workload=swapped,file-private-ro,file-private-rw,file-private-cow",
	 "--size=2M", "--iterations=2", "--op=hmm_populate,hmm_populate_write");

static size_t count_series(const char *workload)
{
	size_t n = 0;

	for (size_t i = 0; i < records.nr_series; i++)
		n += !strcmp(records.series[i].workload, workload);
	return n;
}

static size_t count_missing(const char *workload)
{
	size_t n = 0;

	for (size_t i = 0; i < records.nr_missing; i++)
		n += !strcmp(records.missing[i].workload, workload);
	return n;
}

TEST(every_series_is_measured_or_has_a_reason)
{
	assert_int_equal(records.nr_ends, BOOTS);
	for (size_t i = 0; i < nr_workloads; i++)
		assert_int_equal(count_series(workloads[i]->name) +
					 count_missing(workloads[i]->name),
				 BOOTS * SIZES * VARIANTS);
	for (size_t i = 0; i < records.nr_missing; i++)
		assert_true(strlen(records.missing[i].reason) > strlen("needs "));
}

/* What a kernel lacks, by the beginning of the workloads' names, and a word of the reason. */
static const struct {
	const char *spec, *workloads, *reason;
} lacks[] = {
	{ "debian:5.10", "device-private-", "CONFIG_DEVICE_PRIVATE" },
	{ "debian:6.1", "device-private-", "CONFIG_DEVICE_PRIVATE" },
	{ "debian:6.12", "device-private-", "CONFIG_DEVICE_PRIVATE" },
	{ "debian:5.10", "anon-mthp-2m", "a PMD of this kernel" },
	{ "debian:6.1", "anon-mthp-2m", "a PMD of this kernel" },
	{ "debian:6.12", "anon-mthp-2m", "a PMD of this kernel" },
	{ "debian:7.2", "anon-mthp-2m", "a PMD of this kernel" },
	{ "debian:5.10", "anon-mthp-", "the kernel has no huge pages of" },
	{ "debian:6.1", "anon-mthp-", "the kernel has no huge pages of" },
	{ "debian:5.10", "shmem-mthp-64k", "for shmem 6.11 and later" },
	{ "debian:6.1", "shmem-mthp-64k", "for shmem 6.11 and later" },
	{ "debian:5.10", "file-mthp-64k", "the kernel has no huge pages of" },
	{ "debian:6.1", "file-mthp-64k", "the kernel has no huge pages of" },
	{ "debian:5.10", "hugetlb-64k", "has no hugetlb pages of 64K" },
	{ "debian:6.1", "hugetlb-64k", "has no hugetlb pages of 64K" },
	{ "debian:6.12", "hugetlb-64k", "has no hugetlb pages of 64K" },
	{ "debian:7.2", "hugetlb-64k", "has no hugetlb pages of 64K" },
	{ "debian:5.10", "device-coherent", "CONFIG_DEVICE_MIGRATION" },
	{ "debian:7.2", "devdax-multi-", "registers no pagemaps" },
	{ "debian:7.2", "pgmaps-", "registers no pagemaps" },
};

static const char *lacks_for(const char *workload)
{
	for (size_t i = 0; i < ARRAY_SIZE(lacks); i++)
		if (!strcmp(lacks[i].spec, run_of.spec) && str_starts(workload, lacks[i].workloads))
			return lacks[i].reason;
	return NULL;
}

/* Whole; or where this kernel lacks what it takes, missing for that reason and no other. */
static void is_there_or_lacks(const char *workload)
{
	const char *reason = lacks_for(workload);

	assert_int_equal(reason ? count_missing(workload) : count_series(workload),
			 BOOTS * SIZES * VARIANTS);
	for (size_t i = 0; i < records.nr_missing && reason; i++)
		if (!strcmp(records.missing[i].workload, workload))
			assert_non_null(strstr(records.missing[i].reason, reason));
}

TEST(what_can_be_measured_is)
{
	uint64_t ram;

	static const char *const sure[] = { "devdax-pte",
					    "devdax-pmd",
					    "devdax-pud",
					    "anon-pte",
					    "anon-thp",
					    "anon-mthp-16k",
					    "anon-mthp-32k",
					    "anon-mthp-64k",
					    "anon-mthp-128k",
					    "anon-mthp-1m",
					    "anon-mthp-2m",
					    "anon-mthp-64k-broken",
					    "anon-mthp-2m-broken",
					    "shmem-mthp-64k",
					    "file-mthp-64k",
					    "hugetlb-64k",
					    "hugetlb-2m",
					    "shmem-pte",
					    "shmem-thp",
					    "file-pte",
					    "file-private-ro",
					    "file-private-rw",
					    "file-private-cow",
					    "holes-50",
					    "holes-99",
					    "vmas-64k",
					    "vmas-1m",
					    "vmas-gaps",
					    "pfnmap",
					    "mixedmap",
					    "readonly",
					    "uffd-wp",
					    "uffd-wp-thp",
					    "zero-page",
					    "swapped",
					    "device-private-own",
					    "device-private-foreign",
					    "device-coherent",
					    "devdax-multi-2-pmd",
					    "devdax-multi-16-pmd",
					    "devdax-multi-256-pmd",
					    "devdax-multi-2-pte",
					    "devdax-multi-16-pte",
					    "devdax-multi-256-pte",
					    "devdax-multi-2-page",
					    "devdax-multi-16-page",
					    "devdax-multi-256-page",
					    "pgmaps-1-low",
					    "pgmaps-16-low",
					    "pgmaps-256-low",
					    "pgmaps-1-high",
					    "pgmaps-16-high",
					    "pgmaps-256-high" };

	assert_int_equal(size_parse(run_more("--ram="), &ram, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(sure); i++)
		is_there_or_lacks(sure[i]);
	if (fs_exists(workload_find("fsdax-pte")->program)) {
		is_there_or_lacks("fsdax-pte");
		is_there_or_lacks("fsdax-pmd");
	}
	assert_int_equal(count_series("hugetlb-1g"), ram < 2 * GIB ? 0 : BOOTS * SIZES * VARIANTS);
	assert_int_equal(count_series("mixed"), BOOTS * VARIANTS);
	assert_int_equal(count_missing("p2pdma"), BOOTS * SIZES * VARIANTS);
}

TEST(each_carries_its_proof)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *series = &records.series[i];
		struct err err = { 0 };

		assert_int_equal(series->proof.len, series->size);
		if (workload_prove(workload_find(series->workload), &series->proof, &err))
			fail_msg("%s: %s", series->name, err.text);
	}
}

TEST(all_arrays_are_what_is_mapped)
{
	size_t compared = 0;

	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *series = &records.series[i], *hmm;
		const __u64 *pages = series->proof.leaf_pages;

		if (!series->has_pfns)
			continue;
		hmm = find_series(&records, series->boot, "hmm", "", series->workload,
				  series->size);
		assert_non_null(hmm);
		/* Those that are mapped and not to be walked are errors, like those of no mapping. */
		assert_int_equal(series->valid_pages + series->proof.error_pages,
				 pages[0] + pages[1] + pages[2] + series->proof.device_own_pages +
					 (pages[0] + pages[1] + pages[2] == series->size / PAGE
						  ? 0
						  : series->proof.error_pages));
		assert_int_equal(series->error_pages, series->proof.error_pages);
		assert_int_equal(series->pfn_sum,
				 series->proof.pfn_sum + series->proof.device_own_sum);
		assert_int_equal(series->entry_sum, hmm->entry_sum);
		compared++;
	}
	assert_int_equal(compared, records.nr_series / VARIANTS * (VARIANTS - 1));
}

TEST(counts_repeat)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *series = &records.series[i];
		const struct record_series *other =
			find_series(&records, 3 - series->boot, series->op, series->policy,
				    series->workload, series->size);

		assert_non_null(other);
		assert_int_equal(series->nr_samples, 2);
		assert_int_equal(other->nr_samples, 2);
		for (size_t j = 0; j < 2; j++) {
			assert_int_equal(series->samples[j].flags, PTWALK_SAMPLE_IRQS_OFF);
			assert_int_equal(series->samples[j].ticks, series->samples[0].ticks);
			assert_int_equal(series->samples[j].ticks, other->samples[j].ticks);
		}
	}
}

static const struct record_series *populated_by(const char *op, const char *workload)
{
	return find_series(&populated, 1, op, "", workload, 2 * MIB);
}

TEST(what_is_absent_comes_back_as_what_it_was)
{
	static const char *const ops[] = { "hmm_populate", "hmm_populate_write" };
	const struct record_series *copied = populated_by("hmm_populate_write", "file-private-cow");
	const struct record_series *read = populated_by("hmm_populate", "file-private-rw");

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		const struct record_series *s = populated_by(ops[i], "swapped");

		assert_non_null(s);
		assert_int_equal(s->proof.leaf_pages[PTWALK_LEVEL_PTE], 512);
		assert_int_equal(s->proof.zero_pages, 0);
		for (size_t j = 0; j < s->nr_samples; j++)
			assert_true(s->samples[j].faults >= 512);
	}
	assert_non_null(populated_by("hmm_populate", "file-private-ro"));
	assert_non_null(copied);
	assert_non_null(read);
	assert_true(copied->samples[0].ticks > read->samples[0].ticks);
	/* What would be another thing is missing. */
	assert_int_equal(populated.nr_missing, 3);
}
