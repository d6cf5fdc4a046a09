// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/device_memory.h"
#include "workloads/memory.h"

static const char *const modules[] = { NULL };

const struct workload workload_device_private_own = {
	.name = "device-private-own",
	.summary = "device-private pages of the caller's own device",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = device_private_needs,
	.modules = modules,
	.supported = device_memory_supported,
	.lay_out = device_memory_lay_out,
	.tear_down = memory_release,
	.expect = device_private_expect,
};
