// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const nothing[] = { NULL };

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = anon_map(layout, MADV_NOHUGEPAGE, err);

	(void)site;
	return ret ? ret : memory_populate_read(layout, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	(void)workload;
	want->leaf_pages[PTWALK_LEVEL_PTE] = pages;
	want->zero_pages = pages;
}

const struct workload workload_zero_page = {
	.name = "zero-page",
	.summary = "private anonymous memory that was only read: every PTE the zero page",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = nothing,
	.modules = nothing,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.expect = expect,
};
