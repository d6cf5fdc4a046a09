// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/devdax.h"
#include "workloads/memory.h"

const struct workload workload_devdax_pud = {
	.name = "devdax-pud",
	.summary = "device-dax, every leaf entry a PUD",
	.by_default = true,
	.level = PTWALK_LEVEL_PUD,
	.granule = GIB,
	.zone_device = true,
	.dax_align = GIB,
	.needs = devdax_needs,
	.modules = devdax_modules,
	.supported = devdax_supported,
	.lay_out = devdax_lay_out,
	.tear_down = memory_release,
};
