// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/device_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"

/* A page that another task looks at, for a moment, stays where it is. */
#define ATTEMPTS 3

const char *const device_private_needs[] = { "CONFIG_DEVICE_PRIVATE", NULL };
const char *const device_memory_modules[] = { NULL };

static int failed(const struct layout *layout, int error, struct err *err)
{
	const char *name = layout->workload->name;

	if (error == EOPNOTSUPP || error == ENOTTY)
		return err_set(err, EOPNOTSUPP, "%s: the ptwalk module has no such memory here",
			       name);
	return err_set(err, error, "%s: cannot migrate %s to the device: %s", name,
		       size_name(layout->len).text, strerror(error));
}

static int migrate(const struct layout *layout, uint32_t to, uint64_t phys, struct err *err)
{
	uint64_t pages = layout->len / PAGE, moved = 0;

	for (int i = 0; i < ATTEMPTS && moved < pages; i++) {
		struct ptwalk_migrate migrate = {
			.addr = (uintptr_t)layout->addr,
			.len = layout->len,
			.to = to,
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

int device_memory_lay_out(struct layout *layout, uint32_t to, uint64_t phys, struct err *err)
{
	int ret = anon_lay_out(layout, MADV_NOHUGEPAGE, err);

	if (ret)
		return ret;
	layout->fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", PTWALK_DEVICE, strerror(errno));
	return migrate(layout, to, phys, err);
}
