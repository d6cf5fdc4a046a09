// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/devdax.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/memory.h"

const char *const devdax_needs[] = {
	"CONFIG_ZONE_DEVICE",
	"CONFIG_LIBNVDIMM",
	"CONFIG_X86_PMEM_LEGACY",
	"CONFIG_NVDIMM_DAX",
	"CONFIG_DEV_DAX",
	"CONFIG_DEV_DAX_PMEM",
	NULL,
};

const char *const devdax_modules[] = { "nd_e820", "dax_pmem", "device_dax", NULL };

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
		if (site->dax[i].align == workload->dax_align &&
		    site->dax[i].size >= workload->dax_least && serves(site, site->dax[i].node))
			return &site->dax[i];
	return NULL;
}

static int no_device(const struct workload *workload, const struct workload_site *site,
		     struct err *err)
{
	struct size_name align = size_name(workload->dax_align);
	char *nodes;
	int ret;

	if (!site->place.topology)
		return err_set(err, ENODEV,
			       "no device-dax device with an alignment of %s was given",
			       align.text);
	nodes = place_list_nodes(site->place.pages);
	ret = err_set(err, ENODEV,
		      "no device-dax device with an alignment of %s has its pages on NUMA node %s",
		      align.text, nodes);
	free(nodes);
	return ret;
}

int devdax_supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	const struct workload_dax *dax = find_device(workload, site);

	if (!dax && workload->dax_least)
		return err_set(err, ENODEV,
			       "no device-dax device with an alignment of %s of %s or more was "
			       "given (--dax-size)",
			       size_name(workload->dax_align).text,
			       size_name(workload->dax_least).text);
	if (!dax)
		return no_device(workload, site, err);
	if (size > dax->size)
		return err_set(err, EFBIG, "%s is larger than the device %s (%s)",
			       size_name(size).text, dax->path, size_name(dax->size).text);
	return 0;
}

int devdax_lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	const struct workload_dax *dax = find_device(layout->workload, site);
	int ret;

	layout->fd = open(dax->path, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", dax->path, strerror(errno));
	ret = memory_map(layout, MAP_SHARED, layout->fd, 0, err);
	return ret ? ret : memory_populate(layout, err);
}
