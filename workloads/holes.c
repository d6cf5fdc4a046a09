// SPDX-License-Identifier: GPL-2.0-only
/* Sparse private anonymous memory: what is not populated was never touched. */
#include <errno.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/memory.h"

/* One page in so many (the variant) is there, from the first on. */
static int lay_out(struct layout *layout, struct err *err)
{
	int ret = memory_map_anon(layout, MADV_NOHUGEPAGE, err);

	return ret ? ret
		   : memory_populate_every(layout, layout->workload->variant * units_page(), err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	uint64_t there = (pages + workload->variant - 1) / workload->variant;

	want->leaf_pages[PTWALK_LEVEL_PTE] = there;
	want->hole_pages = pages - there;
}

const struct workload workload_holes_50 = {
	.name = "holes-50",
	.no_refault = WORKLOAD_EITHER,
	.summary = "private anonymous memory, every second page a PTE, the rest holes",
	.variant = 2,
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out,
	.expect = expect,
};

const struct workload workload_holes_99 = {
	.name = "holes-99",
	.no_refault = WORKLOAD_EITHER,
	.summary = "private anonymous memory, one page in a hundred a PTE, the rest holes",
	.variant = 100,
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out,
	.expect = expect,
};

/* Blocks of a PMD in turn: a huge page, a table of PTEs, nothing. */
static uint64_t block_bytes(void)
{
	return units_leaf(PTWALK_LEVEL_PMD);
}

static int supported_mixed(const struct workload *workload, const struct workload_site *site,
			   uint64_t size, struct err *err)
{
	const uint64_t turn = 3 * block_bytes();

	if (size < turn)
		return err_set(err, EINVAL,
			       "%s is too small to mix PTEs, PMDs and holes: "
			       "one of each takes %s",
			       size_name(size).text, size_name(turn).text);
	return memory_thp_supported(workload, site, size, err);
}

static int populate_blocks(const struct layout *layout, uint64_t from, uint64_t len,
			   struct err *err)
{
	int ret = 0;

	for (uint64_t at = from; at < layout->len && !ret; at += 3 * block_bytes())
		ret = memory_populate_part(layout, at, len, err);
	return ret;
}

/* The last advice keeps khugepaged away, and leaves one mapping. */
static int lay_out_mixed(struct layout *layout, struct err *err)
{
	int ret = memory_map_anon(layout, MADV_NOHUGEPAGE, err);

	if (!ret)
		ret = populate_blocks(layout, block_bytes(), block_bytes(), err);
	if (!ret)
		ret = memory_advise(layout, MADV_HUGEPAGE, err);
	if (!ret)
		ret = populate_blocks(layout, 0, units_page(), err);
	return ret ? ret : memory_advise(layout, MADV_NOHUGEPAGE, err);
}

static void expect_mixed(const struct workload *workload, uint64_t pages,
			 struct ptwalk_inspect *want)
{
	uint64_t block = block_bytes() / units_page(), turns = pages / (3 * block),
		 rest = pages % (3 * block);
	uint64_t huge = rest < block ? rest : block;
	uint64_t small = rest - huge < block ? rest - huge : block;

	(void)workload;
	want->leaf_pages[PTWALK_LEVEL_PMD] = turns * block + huge;
	want->leaf_pages[PTWALK_LEVEL_PTE] = turns * block + small;
	want->hole_pages = turns * block + rest - huge - small;
}

const struct workload workload_mixed = {
	.name = "mixed",
	.no_refault = WORKLOAD_EITHER,
	.summary = "private anonymous memory, a PMD, its like of PTEs and of hole in turn",
	.level = PTWALK_LEVEL_PTE,
	.whole = PTWALK_LEVEL_PMD,
	.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE"),
	.supported = supported_mixed,
	.lay_out = lay_out_mixed,
	.expect = expect_mixed,
};
