// SPDX-License-Identifier: GPL-2.0-only
/* Coherent memory of a device: the CPU can address it, and none of it is system memory. */
#include <errno.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/device_memory.h"
#include "workloads/memory.h"

static const char *const needs[] = { "CONFIG_DEVICE_MIGRATION", NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	const struct workload_spare *spare = &site->spare[workload->spare];

	if (!spare->size)
		return err_set(err, ENODEV, "no spare memory at low addresses was given");
	if (size > spare->size)
		return err_set(err, EFBIG, "%s is larger than the spare memory (%s)",
			       size_name(size).text, size_name(spare->size).text);
	return anon_supported(workload, site, size, err);
}

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	return device_memory_lay_out(layout, PTWALK_MEMORY_COHERENT,
				     site->spare[layout->workload->spare].start, err);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	want->leaf_pages[workload->level] = pages;
	want->zone_device_pages = pages;
	want->device_coherent_pages = pages;
}

const struct workload workload_device_coherent = {
	.name = "device-coherent",
	.summary = "coherent memory of a device, mapped by PTEs",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.zone_device = true,
	.spare = WORKLOAD_LOW,
	.needs = needs,
	.modules = device_memory_modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.expect = expect,
};
