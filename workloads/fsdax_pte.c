// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/fsdax.h"
#include "workloads/memory.h"

/* Addresses and offsets that are never both aligned to 2 MiB: no fault can map a PMD. */
static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	return fsdax_lay_out(site, layout, PAGE, err);
}

const struct workload workload_fsdax_pte = {
	.name = "fsdax-pte",
	.summary = "a file on ext4 with DAX, every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.zone_device = true,
	.pmem = true,
	.program = FSDAX_PROGRAM,
	.needs = fsdax_needs,
	.modules = fsdax_modules,
	.supported = fsdax_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
