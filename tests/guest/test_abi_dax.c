// SPDX-License-Identifier: GPL-2.0-only
/* Device-dax, at the level that the device maps. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"

#define GRANULE (1UL << 30)

void abi_test_dax(const char *path)
{
	const uint64_t len = GRANULE / 2;
	struct ptwalk_inspect met = { .len = len };
	char name[96], *p, *addr;
	unsigned int level;
	uint64_t i;
	int fd;

	/* A device maps only at its own alignment: find one that suits all, and map there. */
	fd = open(path, O_RDWR | O_CLOEXEC);
	p = mmap(NULL, 2 * GRANULE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	addr = (char *)(((uintptr_t)p + GRANULE - 1) & ~(GRANULE - 1));
	snprintf(name, sizeof(name), "%s: map", path);
	if (mmap(addr, GRANULE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
	    MAP_FAILED) {
		abi_case(name, false, "%s", strerror(errno));
		return;
	}
	for (i = 0; i < len; i += PAGE)
		(void)*(volatile char *)(addr + i);

	met.addr = (uintptr_t)addr;
	abi_answers(name, PTWALK_IOC_INSPECT, &met, 0);
	for (level = 0; level < PTWALK_NR_LEVELS && !met.leaves[level]; level++)
		;
	snprintf(name, sizeof(name), "%s: one level, all of it ZONE_DEVICE", path);
	abi_case(name,
		 level < PTWALK_NR_LEVELS && met.leaf_pages[level] == len / PAGE &&
			 met.zone_device_pages == len / PAGE &&
			 met.zone_device_leaves == met.leaves[level] && !met.zero_pages &&
			 met.pagemap_runs == 1,
		 "%llu/%llu/%llu leaves, %llu pages ZONE_DEVICE", met.leaves[0], met.leaves[1],
		 met.leaves[2], met.zone_device_pages);
	abi_agree(path, addr, len);
	abi_test_pages_dax(path, addr, level);
	abi_test_protocol_dax(path, addr, level);
	munmap(p, 2 * GRANULE);
	close(fd);
}
