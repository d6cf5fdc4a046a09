// SPDX-License-Identifier: GPL-2.0-only
/* What memory comes in on kernels with other pages: levels, alignments, blocks. */
#include "tests/unit/unit.h"

#include <errno.h>

#include "base/size.h"
#include "base/str.h"
#include "workloads/workload.h"

/* By hand: arm64's sizes, of Debian's kernels with pages of 4 KiB and of 16 KiB. */
TEST(levels_and_blocks_follow_the_page)
{
	static const struct {
		uint64_t page, block_ptes;
		const char *name;
		uint64_t granule;
		unsigned int level;
		bool blocks;
	} rows[] = {
		{ 4 * KIB, 16, "anon-pte", 4 * KIB, PTWALK_LEVEL_PTE, false },
		{ 4 * KIB, 16, "anon-thp", 2 * MIB, PTWALK_LEVEL_PMD, false },
		{ 4 * KIB, 16, "anon-mthp-32k", 32 * KIB, PTWALK_LEVEL_PTE, false },
		{ 4 * KIB, 16, "anon-mthp-64k", 64 * KIB, PTWALK_LEVEL_PTE, true },
		{ 4 * KIB, 16, "anon-mthp-1m", MIB, PTWALK_LEVEL_PTE, true },
		{ 4 * KIB, 16, "anon-mthp-64k-broken", 64 * KIB, PTWALK_LEVEL_PTE, false },
		{ 4 * KIB, 0, "anon-mthp-64k", 64 * KIB, PTWALK_LEVEL_PTE, false },
		{ 4 * KIB, 16, "hugetlb-64k", 64 * KIB, PTWALK_LEVEL_PTE, true },
		{ 4 * KIB, 16, "hugetlb-2m", 2 * MIB, PTWALK_LEVEL_PMD, false },
		{ 4 * KIB, 0, "hugetlb-32m", 32 * MIB, PTWALK_LEVEL_PMD, true },
		{ 4 * KIB, 16, "hugetlb-1g", GIB, PTWALK_LEVEL_PUD, false },
		{ 16 * KIB, 128, "devdax-pte", 16 * KIB, PTWALK_LEVEL_PTE, false },
		{ 16 * KIB, 128, "anon-thp", 32 * MIB, PTWALK_LEVEL_PMD, false },
		{ 16 * KIB, 128, "mixed", 32 * MIB, PTWALK_LEVEL_PTE, false },
		{ 16 * KIB, 128, "anon-mthp-1m", MIB, PTWALK_LEVEL_PTE, false },
		{ 16 * KIB, 128, "anon-mthp-2m", 2 * MIB, PTWALK_LEVEL_PTE, true },
		{ 16 * KIB, 128, "shmem-mthp-2m", 2 * MIB, PTWALK_LEVEL_PTE, true },
		{ 16 * KIB, 128, "file-mthp-64k", 64 * KIB, PTWALK_LEVEL_PTE, false },
		{ 16 * KIB, 128, "file-mthp-2m", 2 * MIB, PTWALK_LEVEL_PTE, true },
		{ 16 * KIB, 128, "hugetlb-2m", 2 * MIB, PTWALK_LEVEL_PTE, true },
		{ 16 * KIB, 128, "hugetlb-32m", 32 * MIB, PTWALK_LEVEL_PMD, false },
		{ 16 * KIB, 128, "hugetlb-1g", GIB, PTWALK_LEVEL_PMD, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct workload *w = workload_find(rows[i].name);
		struct ptwalk_blocks blocks = { 0 };
		struct ptwalk_inspect met;

		units_use((struct units){ rows[i].page, rows[i].block_ptes });
		assert_int_equal(workload_granule(w), rows[i].granule);
		assert_int_equal(workload_level(w), rows[i].level);
		workload_expect(w, 4096, &met);
		assert_int_equal(met.len, 4096 * rows[i].page);
		blocks.pages[rows[i].level] = rows[i].blocks ? 4096 : 0;
		assert_int_equal(workload_prove_blocks(w, 4096, &blocks, NULL), 0);
		blocks.pages[rows[i].level] ^= 1;
		assert_int_equal(workload_prove_blocks(w, 4096, &blocks, NULL), -EBADE);
	}
	units_use((struct units){ .page = PAGE });
	assert_int_equal(workload_dax_align(workload_find("devdax-pmd"), 4 * KIB), 2 * MIB);
	assert_int_equal(workload_dax_align(workload_find("devdax-pmd"), 16 * KIB), 32 * MIB);
	assert_int_equal(workload_dax_align(workload_find("devdax-pmd"), 64 * KIB), 512 * MIB);
	assert_int_equal(workload_dax_align(workload_find("devdax-pud"), 16 * KIB), 64 * GIB);
	assert_int_equal(workload_dax_align(workload_find("anon-pte"), 16 * KIB), 0);
}
