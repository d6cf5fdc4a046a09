// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/device_memory.h"
#include "workloads/memory.h"

static const char *const needs[] = { "CONFIG_ZONE_DEVICE", NULL };
static const char *const modules[] = { NULL };

const struct workload workload_device_coherent = {
	.name = "device-coherent",
	.summary = "coherent memory of a device, mapped by PTEs",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.zone_device = true,
	.needs = needs,
	.modules = modules,
	.supported = device_memory_supported,
	.lay_out = device_memory_lay_out,
	.tear_down = memory_release,
};
