// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/fsdax.h"
#include "workloads/memory.h"

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	return fsdax_lay_out(site, layout, 0, err);
}

const struct workload workload_fsdax_pmd = {
	.name = "fsdax-pmd",
	.summary = "a file on ext4 with DAX, every leaf entry a PMD",
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.zone_device = true,
	.pmem = true,
	.program = FSDAX_PROGRAM,
	.needs = fsdax_needs,
	.modules = fsdax_modules,
	.supported = fsdax_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
