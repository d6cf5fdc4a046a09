// SPDX-License-Identifier: GPL-2.0-only
/* Device-dax: what the policies cost and find, at the level that the device maps. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"

#define GRANULE (1UL << 30)

static struct ptwalk_sample samples[2];

static uint64_t ticks(uint32_t op, uint32_t policy, const void *addr, uint64_t len,
		      struct ptwalk_run *run)
{
	*run = abi_run(op, addr, len, samples, 2);
	run->policy = policy;
	run->flags = PTWALK_RUN_IRQS_OFF;
	if (abi_ioctl(PTWALK_IOC_RUN, run) || samples[0].ticks != samples[1].ticks)
		return 0;
	return samples[0].ticks;
}

static void test_policies(const char *path, const void *addr, uint64_t len,
			  const struct ptwalk_inspect *met)
{
	uint64_t cost[PTWALK_NR_POLICIES], pages = len / PAGE;
	bool agree = true;
	struct ptwalk_run run;
	uint64_t hmm, sum;
	char name[96];
	uint32_t i;

	hmm = ticks(PTWALK_OP_HMM, 0, addr, len, &run);
	sum = run.entry_sum;
	agree &= run.pfn_sum == met->pfn_sum;
	for (i = 0; i < PTWALK_NR_POLICIES; i++) {
		cost[i] = ticks(PTWALK_OP_WALK, i, addr, len, &run);
		agree &= run.entry_sum == sum && run.valid_pages == pages;
	}
	snprintf(name, sizeof(name), "%s: hmm, walk and inspect agree", path);
	abi_case(name, agree, "sums differ");
	snprintf(name, sizeof(name), "%s: none < range, batch < entry", path);
	abi_case(name,
		 hmm && cost[PTWALK_POLICY_NONE] < cost[PTWALK_POLICY_RANGE] &&
			 cost[PTWALK_POLICY_NONE] < cost[PTWALK_POLICY_BATCH] &&
			 cost[PTWALK_POLICY_RANGE] < cost[PTWALK_POLICY_ENTRY] &&
			 cost[PTWALK_POLICY_BATCH] < cost[PTWALK_POLICY_ENTRY],
		 "hmm %.2f, none %.2f, range %.2f, batch %.2f, entry %.2f a page",
		 (double)hmm / (double)pages, (double)cost[0] / (double)pages,
		 (double)cost[1] / (double)pages, (double)cost[2] / (double)pages,
		 (double)cost[3] / (double)pages);
}

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
	test_policies(path, addr, len, &met);
	abi_test_pages_dax(path, addr, level);
	abi_test_protocol_dax(path, addr, level);
	munmap(p, 2 * GRANULE);
	close(fd);
}
