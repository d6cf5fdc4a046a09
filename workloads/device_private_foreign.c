// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/device_memory.h"
#include "workloads/memory.h"

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	(void)site;
	return device_memory_lay_out(layout, PTWALK_MEMORY_FOREIGN, 0, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	(void)workload;
	want->nonpresent_pages = pages;
	want->device_private_pages = pages;
}

const struct workload workload_device_private_foreign = {
	.name = "device-private-foreign",
	.summary = "device-private pages of another device than the caller's",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = device_private_needs,
	.modules = device_memory_modules,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.expect = expect,
};
