// SPDX-License-Identifier: GPL-2.0-only
/* The range that shows whether a page costs the same however large the range is. */
#include "base/size.h"
#include "workloads/devdax.h"
#include "workloads/memory.h"

const struct workload workload_devdax_huge = {
	.name = "devdax-huge",
	.summary = "device-dax of 512G to 1T, every leaf entry a PUD",
	.level = PTWALK_LEVEL_PUD,
	.granule = GIB,
	.zone_device = true,
	.dax_align = GIB,
	.dax_least = 512 * GIB,
	.alone =
		&(const struct workload_alone){
			.sizes = "1G,8G,64G,512G,1T",
			.dax_size = TIB,
			.ram_mib = 7168,
			.iterations = 1,
			.limit_seconds = 3600,
		},
	.needs = devdax_needs,
	.modules = devdax_modules,
	.supported = devdax_supported,
	.lay_out = devdax_lay_out,
	.tear_down = memory_release,
};
