// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device-dax, mapped at one level: the alignment of the device is the size of
 * its mapping entries (drivers/dax/device.c: a larger fault falls back, a
 * smaller one gets SIGBUS).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "workloads/memory.h"

/* Its pages are where it is: nothing else can place them. */
static bool serves(const struct workload_site *site, int node)
{
	return !site->place.topology ||
	       (node >= 0 && node < PTWALK_MAX_NODES && site->place.pages == 1ULL << node);
}

static const struct workload_dax *find_device(const struct workload *workload,
					      const struct workload_site *site)
{
	for (size_t i = 0; i < site->nr_dax; i++)
		if (site->dax[i].align == workload_granule(workload) &&
		    site->dax[i].size >= workload->dax_least && serves(site, site->dax[i].node))
			return &site->dax[i];
	return NULL;
}

static int no_device(const struct workload *workload, const struct workload_site *site,
		     struct err *err)
{
	struct size_name align = size_name(workload_granule(workload));
	_cleanup_free_ char *nodes = NULL;

	if (!site->place.topology)
		return err_set(err, ENODEV,
			       "no device-dax device with an alignment of %s was given",
			       align.text);
	nodes = place_list_nodes(site->place.pages);
	return err_set(err, ENODEV,
		       "no device-dax device with an alignment of %s has its pages on NUMA node %s",
		       align.text, nodes);
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	const struct workload_dax *dax = find_device(workload, site);

	if (!dax && workload->dax_least)
		return err_set(err, ENODEV,
			       "no device-dax device with an alignment of %s of %s or more was "
			       "given (--dax-size)",
			       size_name(workload_granule(workload)).text,
			       size_name(workload->dax_least).text);
	if (!dax)
		return no_device(workload, site, err);
	if (size > dax->size)
		return err_set(err, EFBIG, "%s is larger than the device %s (%s)",
			       size_name(size).text, dax->path, size_name(dax->size).text);
	return 0;
}

static int lay_out(struct layout *layout, struct err *err)
{
	const struct workload_dax *dax = find_device(layout->workload, layout->site);
	int ret;

	layout->fd = open(dax->path, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", dax->path, strerror(errno));
	ret = memory_map(layout, MAP_SHARED, layout->fd, 0, err);
	return ret ? ret : memory_populate(layout, err);
}

/* Over persistent memory of the machine; its alignment is what one entry maps. */
#define DEVDAX(level_)                                                                \
	.level = (level_), .zone_device = true, .dax = true,                          \
	.needs = NAMES("CONFIG_ZONE_DEVICE", "CONFIG_LIBNVDIMM", "CONFIG_NVDIMM_DAX", \
		       "CONFIG_DEV_DAX", "CONFIG_DEV_DAX_PMEM"),                      \
	.modules = NAMES("dax_pmem", "device_dax"), .supported = supported, .lay_out = lay_out

const struct workload workload_devdax_pte = {
	.name = "devdax-pte",
	.summary = "device-dax, every leaf entry a PTE",
	.by_default = true,
	DEVDAX(PTWALK_LEVEL_PTE),
};

const struct workload workload_devdax_pmd = {
	.name = "devdax-pmd",
	.summary = "device-dax, every leaf entry a PMD",
	.by_default = true,
	DEVDAX(PTWALK_LEVEL_PMD),
};

const struct workload workload_devdax_pud = {
	.name = "devdax-pud",
	.summary = "device-dax, every leaf entry a PUD",
	.by_default = true,
	DEVDAX(PTWALK_LEVEL_PUD),
};

/* As the two above, mapped to be read: no entry is writable. */
const struct workload workload_readonly_pmd = {
	.name = "readonly-pmd",
	.no_refault = WORKLOAD_WRITE,
	.summary = "device-dax that is mapped to be read, every leaf entry a PMD",
	.readonly = true,
	.verify = memory_verify_readonly,
	DEVDAX(PTWALK_LEVEL_PMD),
};

const struct workload workload_readonly_pud = {
	.name = "readonly-pud",
	.no_refault = WORKLOAD_WRITE,
	.summary = "device-dax that is mapped to be read, every leaf entry a PUD",
	.readonly = true,
	.verify = memory_verify_readonly,
	DEVDAX(PTWALK_LEVEL_PUD),
};

/* The range that shows whether a page costs the same however large the range is. */
const struct workload workload_devdax_huge = {
	.name = "devdax-huge",
	.summary = "device-dax of 512G to 1T, every leaf entry a PUD",
	.dax_least = 512 * GIB,
	.alone =
		&(const struct workload_alone){
			.sizes = "1G,8G,64G,512G,1T",
			.dax_size = TIB,
			.ram_mib = 7168,
			.iterations = 1,
			.limit_seconds = 3600,
		},
	DEVDAX(PTWALK_LEVEL_PUD),
};
