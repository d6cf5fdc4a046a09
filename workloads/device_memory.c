// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/device_memory.h"

#include <errno.h>
#include <stddef.h>

const char *const device_private_needs[] = { "CONFIG_DEVICE_PRIVATE", NULL };

int device_memory_supported(const struct workload *workload, const struct workload_site *site,
			    uint64_t size, struct err *err)
{
	(void)site;
	(void)size;
	return err_set(err, ENODEV,
		       "%s needs a driver with memory of its own, which the ptwalk "
		       "module is not",
		       workload->name);
}

int device_memory_lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	return device_memory_supported(layout->workload, site, layout->len, err);
}

void device_private_expect(const struct workload *workload, uint64_t pages,
			   struct ptwalk_inspect *want)
{
	(void)workload;
	want->nonpresent_pages = pages;
}
