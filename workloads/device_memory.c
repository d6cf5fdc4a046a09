// SPDX-License-Identifier: GPL-2.0-only
/*
 * Anonymous memory that is brought into a device's, which the ptwalk module has.
 * The variant is PTWALK_MEMORY_*; layout->fd is the module's: the device's memory
 * is that file's.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "base/size.h"
#include "kmod/uapi/memory.h"
#include "workloads/memory.h"

/* A page that another task looks at, for a moment, stays where it is. */
#define ATTEMPTS 3

static int failed(const struct layout *layout, int error, struct err *err)
{
	const char *name = layout->workload->name;

	if (error == EOPNOTSUPP || error == ENOTTY)
		return err_set(err, EOPNOTSUPP, "%s: the ptwalk module has no such memory here",
			       name);
	return err_set(err, error, "%s: cannot migrate %s to the device: %s", name,
		       size_name(layout->len).text, strerror(error));
}

static int migrate(const struct layout *layout, uint64_t phys, struct err *err)
{
	uint64_t pages = layout->len / units_page(), moved = 0;

	for (int i = 0; i < ATTEMPTS && moved < pages; i++) {
		struct ptwalk_migrate migrate = {
			.addr = (uintptr_t)layout->addr,
			.len = layout->len,
			.to = (uint32_t)layout->workload->variant,
			.phys = phys,
		};

		if (ioctl(layout->fd, PTWALK_IOC_MIGRATE, &migrate))
			return failed(layout, errno, err);
		moved += migrate.moved;
	}
	if (moved == pages)
		return 0;
	return err_set(err, EBUSY, "%s: %" PRIu64 " of %" PRIu64 " pages went to the device",
		       layout->workload->name, moved, pages);
}

static int lay_out(struct layout *layout, struct err *err)
{
	const struct workload_spare *spare = &layout->site->spare[layout->workload->spare];
	int ret = memory_lay_out_anon(layout, MADV_NOHUGEPAGE, err);

	if (ret)
		return ret;
	layout->fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", PTWALK_DEVICE, strerror(errno));
	return migrate(layout, spare->start, err);
}

static void expect_private(const struct workload *workload, uint64_t pages,
			   struct ptwalk_inspect *want)
{
	want->nonpresent_pages = pages;
	want->device_private_pages = pages;
	want->device_own_pages = workload->variant == PTWALK_MEMORY_OWN ? pages : 0;
}

const struct workload workload_device_private_own = {
	.name = "device-private-own",
	.no_refault = WORKLOAD_EITHER,
	.summary = "device-private pages of the caller's own device",
	.variant = PTWALK_MEMORY_OWN,
	.level = PTWALK_LEVEL_PTE,
	.needs = NAMES("CONFIG_DEVICE_PRIVATE"),
	.lay_out = lay_out,
	.expect = expect_private,
};

const struct workload workload_device_private_foreign = {
	.name = "device-private-foreign",
	.no_refault = WORKLOAD_EITHER,
	.summary = "device-private pages of another device than the caller's",
	.variant = PTWALK_MEMORY_FOREIGN,
	.level = PTWALK_LEVEL_PTE,
	.needs = NAMES("CONFIG_DEVICE_PRIVATE"),
	.lay_out = lay_out,
	.expect = expect_private,
};

/* Coherent memory: the CPU can address it, and none of it is system memory. */
static void expect_coherent(const struct workload *workload, uint64_t pages,
			    struct ptwalk_inspect *want)
{
	want->leaf_pages[workload->level] = pages;
	want->zone_device_pages = pages;
	want->device_coherent_pages = pages;
}

const struct workload workload_device_coherent = {
	.name = "device-coherent",
	.no_refault = WORKLOAD_EITHER,
	.summary = "coherent memory of a device, mapped by PTEs",
	.variant = PTWALK_MEMORY_COHERENT,
	.level = PTWALK_LEVEL_PTE,
	.zone_device = true,
	.spare = WORKLOAD_LOW,
	.needs = NAMES("CONFIG_DEVICE_MIGRATION"),
	.lay_out = lay_out,
	.expect = expect_coherent,
};
