// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a PCI device, for DMA from device to device, mapped into user space
 * by the kernel: of an NVMe controller with a memory buffer (CMB), for one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

#define DEVICES "/sys/bus/pci/devices"

static const char *const needs[] = { "CONFIG_PCI_P2PDMA", "CONFIG_BLK_DEV_NVME", NULL };
static const char *const modules[] = { "nvme", NULL };

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The folder of the first PCI device that provides such memory, or NULL. Owned by the caller. */
static char *find_provider(void)
{
	struct dirent **names = NULL;
	int n = scandir(DEVICES, &names, visible, alphasort);
	char *found = NULL;

	for (int i = 0; i < n; i++) {
		char *folder = xasprintf(DEVICES "/%s/p2pmem", names[i]->d_name);

		if (!found && fs_is_dir(folder))
			found = folder;
		else
			free(folder);
		free(names[i]);
	}
	free(names);
	return found;
}

static uint64_t read_bytes(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text = fs_read_line(path);
	uint64_t bytes = text ? strtoull(text, NULL, 0) : 0;

	free(text);
	free(path);
	return bytes;
}

static int check_provider(const char *folder, uint64_t size, struct err *err)
{
	char *allocate = xasprintf("%s/allocate", folder);
	uint64_t bytes = read_bytes(folder, "available");
	int ret = 0;

	if (!fs_exists(allocate))
		ret = err_set(
			err, EOPNOTSUPP,
			"this kernel maps no P2PDMA memory into user space; 6.2 and later do");
	else if (size > bytes)
		ret = err_set(err, EFBIG, "%s is more than %s has left (%" PRIu64 " MiB)",
			      size_name(size).text, folder, (uint64_t)(bytes / MIB));
	free(allocate);
	return ret;
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	char *folder = find_provider();
	int ret;

	(void)workload;
	(void)site;
	if (!folder)
		return err_set(err, ENODEV,
			       "no PCI device here provides P2PDMA memory (the exact machine "
			       "has one where p2pdma is the only workload)");
	ret = check_provider(folder, size, err);
	free(folder);
	return ret;
}

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	char *folder = find_provider(), *path = folder ? xasprintf("%s/allocate", folder) : NULL;
	int ret = 0;

	(void)site;
	free(folder);
	layout->fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (layout->fd < 0)
		ret = err_set(err, path ? errno : ENODEV, "cannot open %s: %s",
			      path ? path : DEVICES, path ? strerror(errno) : "no provider");
	free(path);
	return ret ? ret : memory_map(layout, MAP_SHARED, layout->fd, 0, err);
}

const struct workload workload_p2pdma = {
	.name = "p2pdma",
	.summary = "memory of a PCI device for peer-to-peer DMA, every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.zone_device = true,
	.p2pdma = true,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
