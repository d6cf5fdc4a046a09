// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/holes.h"
#include "workloads/memory.h"

#define ONE_IN 100

static const char *const nothing[] = { NULL };

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	(void)site;
	return holes_lay_out(layout, ONE_IN, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	(void)workload;
	holes_expect(ONE_IN, pages, want);
}

const struct workload workload_holes_99 = {
	.name = "holes-99",
	.summary = "private anonymous memory, one page in a hundred a PTE, the rest holes",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = nothing,
	.modules = nothing,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.expect = expect,
};
