// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/size.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

int memory_map(struct layout *layout, int flags, int fd, struct err *err)
{
	void *addr = mmap(WORKLOAD_BASE, layout->len, PROT_READ | PROT_WRITE,
			  flags | MAP_FIXED_NOREPLACE, fd, 0);

	if (addr == MAP_FAILED)
		return err_set(err, errno, "cannot map %s at %p: %s", size_name(layout->len).text,
			       WORKLOAD_BASE, strerror(errno));
	layout->addr = addr;
	return 0;
}

/* Kernels before 5.14 have no MADV_POPULATE_WRITE: write what is there back. */
static void touch(char *page)
{
	volatile char *byte = page;

	*byte = *byte;
}

static int fault_in(char *addr, uint64_t len)
{
	if (!madvise(addr, len, MADV_POPULATE_WRITE))
		return 0;
	if (errno != EINVAL)
		return -errno;
	for (uint64_t at = 0; at < len; at += PAGE)
		touch(addr + at);
	return 0;
}

int memory_populate(const struct layout *layout, struct err *err)
{
	uint64_t granule = layout->workload->granule;
	char *addr = layout->addr;
	int ret = 0;

	if (granule == PAGE)
		ret = fault_in(addr, layout->len);
	else
		for (uint64_t at = 0; at < layout->len && !ret; at += granule)
			ret = fault_in(addr + at, PAGE);
	if (ret)
		err_set(err, ret, "cannot populate %s: %s", size_name(layout->len).text,
			strerror(-ret));
	return ret;
}

void memory_release(struct layout *layout)
{
	if (layout->addr)
		munmap(layout->addr, layout->len);
	if (layout->fd >= 0)
		close(layout->fd);
	layout->addr = NULL;
	layout->fd = -1;
}
