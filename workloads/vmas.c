// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private anonymous memory in many mappings (VMAs), each of so many pages (the variant). Which is
 * to be left out of core dumps is all that keeps two neighbours apart.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/memory.h"

/* What a process may have (vm.max_map_count, 65530), but for those of its own. */
#define MOST_VMAS 65000

static uint64_t pieces(const struct workload *workload, uint64_t pages)
{
	return (pages + workload->variant - 1) / workload->variant;
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (pieces(workload, size / units_page()) > MOST_VMAS)
		return err_set(err, E2BIG,
			       "%s is more than the %d mappings that a process may have",
			       size_name(size).text, MOST_VMAS);
	return workload_memory_supported(workload, site, size, err);
}

/* For each second piece: 0, or a negative errno. */
static int for_odd(const struct layout *layout, int (*change)(void *addr, size_t len),
		   struct err *err)
{
	const uint64_t piece = layout->workload->variant * units_page();

	for (uint64_t at = piece; at < layout->len; at += 2 * piece) {
		uint64_t rest = layout->len - at;

		if (change((char *)layout->addr + at, rest < piece ? rest : piece))
			return err_set(err, errno, "cannot set a mapping apart: %s",
				       strerror(errno));
	}
	return 0;
}

static int dump_not(void *addr, size_t len)
{
	return madvise(addr, len, MADV_DONTDUMP);
}

static int lay_out(struct layout *layout, struct err *err)
{
	int ret = memory_map_anon(layout, MADV_NOHUGEPAGE, err);

	if (!ret)
		ret = for_odd(layout, dump_not, err);
	return ret ? ret : memory_populate(layout, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	want->leaf_pages[workload->level] = pages;
	want->vmas = (__u32)pieces(workload, pages);
}

const struct workload workload_vmas_64k = {
	.name = "vmas-64k",
	.summary = "private anonymous memory in PTEs, a mapping (VMA) every 64 KiB",
	.variant = 16,
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.supported = supported,
	.lay_out = lay_out,
	.expect = expect,
};

const struct workload workload_vmas_1m = {
	.name = "vmas-1m",
	.summary = "the same, a mapping every 1 MiB",
	.variant = 256,
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.supported = supported,
	.lay_out = lay_out,
	.expect = expect,
};

static int lay_out_gaps(struct layout *layout, struct err *err)
{
	int ret = memory_lay_out_anon(layout, MADV_NOHUGEPAGE, err);

	return ret ? ret : for_odd(layout, munmap, err);
}

static void expect_gaps(const struct workload *workload, uint64_t pages,
			struct ptwalk_inspect *want)
{
	const uint64_t piece = workload->variant, turn = 2 * piece, rest = pages % turn;

	want->leaf_pages[workload->level] = pages / turn * piece + (rest < piece ? rest : piece);
	want->hole_pages = pages - want->leaf_pages[workload->level];
	want->error_pages = (__u32)want->hole_pages;
	want->vmas = (__u32)((pieces(workload, pages) + 1) / 2);
}

const struct workload workload_vmas_gaps = {
	.name = "vmas-gaps",
	.summary = "mappings of 64 KiB, and in turn 64 KiB of none: a walk finds no VMA there",
	.variant = 16,
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.no_refault = WORKLOAD_EITHER,
	.supported = supported,
	.lay_out = lay_out_gaps,
	.expect = expect_gaps,
};
