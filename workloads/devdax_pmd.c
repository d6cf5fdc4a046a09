// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/devdax.h"
#include "workloads/memory.h"

const struct workload workload_devdax_pmd = {
	.name = "devdax-pmd",
	.summary = "device-dax, every leaf entry a PMD",
	.by_default = true,
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.zone_device = true,
	.dax_align = 2 * MIB,
	.needs = devdax_needs,
	.modules = devdax_modules,
	.supported = devdax_supported,
	.lay_out = devdax_lay_out,
	.tear_down = memory_release,
};
