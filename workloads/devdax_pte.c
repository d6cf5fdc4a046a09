// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/devdax.h"
#include "workloads/memory.h"

const struct workload workload_devdax_pte = {
	.name = "devdax-pte",
	.summary = "device-dax, every leaf entry a PTE",
	.by_default = true,
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.zone_device = true,
	.dax_align = 4 * KIB,
	.needs = devdax_needs,
	.modules = devdax_modules,
	.supported = devdax_supported,
	.lay_out = devdax_lay_out,
	.tear_down = memory_release,
};
