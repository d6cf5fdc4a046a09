// SPDX-License-Identifier: GPL-2.0-only
/* Private hugetlb pages of the workload's granule, reserved for as long as they are laid out. */
#include <errno.h>
#include <inttypes.h>
#include <linux/mman.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

/* Of one node, that node's; of several the kernel takes in turn from all there are. */
static char *pool_path(const struct workload *workload, uint64_t nodes, const char *name)
{
	uint64_t kib = workload_granule(workload) / KIB;

	if (nodes && !(nodes & (nodes - 1)))
		return xasprintf("/sys/devices/system/node/node%d/hugepages/hugepages-%" PRIu64
				 "kB/%s",
				 __builtin_ctzll(nodes), kib, name);
	return xasprintf("/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s", kib, name);
}

static uint64_t pool_read(const struct workload *workload, uint64_t nodes, const char *name)
{
	_cleanup_free_ char *path = pool_path(workload, nodes, name), *text = fs_read_line(path);

	return text ? strtoull(text, NULL, 10) : 0;
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	_cleanup_free_ char *path = pool_path(workload, 0, "nr_hugepages");

	if (!fs_exists(path))
		return err_set(err, EOPNOTSUPP, "the kernel or the CPU has no hugetlb pages of %s",
			       size_name(workload_granule(workload)).text);
	return workload_memory_supported(workload, site, workload_span(workload, size), err);
}

/* Have so many free in the pool; the kernel adds as many as it finds, and tells no error. */
static int reserve(const struct workload *workload, const struct workload_place *place,
		   uint64_t bytes, struct settings *settings, struct err *err)
{
	const uint64_t nodes = place->pages, pages = bytes / workload_granule(workload);
	const uint64_t left = pool_read(workload, nodes, "free_hugepages") -
			      pool_read(workload, nodes, "resv_hugepages");
	const uint64_t total =
		pool_read(workload, nodes, "nr_hugepages") + (pages > left ? pages - left : 0);
	_cleanup_free_ char *path = pool_path(workload, nodes, "nr_hugepages");
	_cleanup_free_ char *value = xasprintf("%" PRIu64, total);
	int ret = settings_change(settings, path, value, err);
	uint64_t got;

	if (ret)
		return ret;
	got = pool_read(workload, nodes, "nr_hugepages");
	if (got < total)
		return err_set(err, ENOMEM,
			       "the kernel found %" PRIu64 " of %" PRIu64 " free hugetlb pages of "
			       "%s: more memory, or a reservation at boot (hugepages=), helps",
			       got + pages > total ? got + pages - total : 0, pages,
			       size_name(workload_granule(workload)).text);
	return 0;
}

static int lay_out(struct layout *layout, struct err *err)
{
	const uint64_t granule = workload_granule(layout->workload);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, ret;

	flags |= __builtin_ctzll(granule) << MAP_HUGE_SHIFT;
	ret = reserve(layout->workload, &layout->place, layout->len, layout->settings, err);
	if (!ret)
		ret = memory_map(layout, flags, -1, 0, err);
	return ret ? ret : memory_populate(layout, err);
}

#define HUGETLB(bytes, level_)                                                                  \
	.level = (level_), .granule = (bytes), .blocks = WORKLOAD_HUGETLB_BLOCKS, .pool = true, \
	.needs = NAMES("CONFIG_HUGETLBFS"), .supported = supported, .lay_out = lay_out

const struct workload workload_hugetlb_64k = {
	.name = "hugetlb-64k",
	.summary = "private hugetlb pages of 64 KiB: blocks of PTEs, where the CPU has them",
	HUGETLB(64 * KIB, PTWALK_LEVEL_PTE),
};

const struct workload workload_hugetlb_2m = {
	.name = "hugetlb-2m",
	.summary = "private hugetlb pages of 2 MiB, every leaf entry a PMD",
	HUGETLB(2 * MIB, PTWALK_LEVEL_PMD),
};

const struct workload workload_hugetlb_32m = {
	.name = "hugetlb-32m",
	.summary = "private hugetlb pages of 32 MiB: blocks of PMDs, where the CPU has them",
	HUGETLB(32 * MIB, PTWALK_LEVEL_PMD),
};

const struct workload workload_hugetlb_1g = {
	.name = "hugetlb-1g",
	.summary = "private hugetlb pages of 1 GiB, every leaf entry a PUD",
	.hold = reserve,
	HUGETLB(GIB, PTWALK_LEVEL_PUD),
};
