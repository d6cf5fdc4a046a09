// SPDX-License-Identifier: GPL-2.0-only
/* Blocks of 2 MiB in turn: a huge page, 512 PTEs, nothing. */
#include <errno.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

#define BLOCK (2 * MIB)
#define TURN  (3 * BLOCK)

static const char *const needs[] = { "CONFIG_TRANSPARENT_HUGEPAGE", NULL };
static const char *const modules[] = { NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (size < TURN)
		return err_set(err, EINVAL,
			       "%s is too small to mix PTEs, PMDs and holes: "
			       "one of each takes %s",
			       size_name(size).text, size_name(TURN).text);
	return anon_thp_supported(workload, site, size, err);
}

static int populate_blocks(const struct layout *layout, uint64_t from, uint64_t len,
			   struct err *err)
{
	int ret = 0;

	for (uint64_t at = from; at < layout->len && !ret; at += TURN)
		ret = memory_populate_part(layout, at, len, err);
	return ret;
}

/* The last advice keeps khugepaged away, and leaves one mapping. */
static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = anon_map(layout, MADV_NOHUGEPAGE, err);

	(void)site;
	if (!ret)
		ret = populate_blocks(layout, BLOCK, BLOCK, err);
	if (!ret)
		ret = anon_advise(layout, MADV_HUGEPAGE, err);
	if (!ret)
		ret = populate_blocks(layout, 0, PAGE, err);
	return ret ? ret : anon_advise(layout, MADV_NOHUGEPAGE, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	uint64_t block = BLOCK / PAGE, turns = pages / (3 * block), rest = pages % (3 * block);
	uint64_t huge = rest < block ? rest : block;
	uint64_t small = rest - huge < block ? rest - huge : block;

	(void)workload;
	want->leaf_pages[PTWALK_LEVEL_PMD] = turns * block + huge;
	want->leaf_pages[PTWALK_LEVEL_PTE] = turns * block + small;
	want->hole_pages = turns * block + rest - huge - small;
}

const struct workload workload_mixed = {
	.name = "mixed",
	.summary = "private anonymous memory, 2 MiB each of a PMD, of PTEs and of hole in turn",
	.level = PTWALK_LEVEL_PTE,
	.granule = BLOCK,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.expect = expect,
};
