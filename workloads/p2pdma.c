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

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

#define DEVICES "/sys/bus/pci/devices"

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
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name), *text = fs_read_line(path);

	return text ? strtoull(text, NULL, 0) : 0;
}

static int check_provider(const char *folder, uint64_t size, struct err *err)
{
	_cleanup_free_ char *allocate = xasprintf("%s/allocate", folder);
	uint64_t bytes = read_bytes(folder, "available");

	if (!fs_exists(allocate))
		return err_set(
			err, EOPNOTSUPP,
			"this kernel maps no P2PDMA memory into user space; 6.2 and later do");
	if (size > bytes)
		return err_set(err, EFBIG, "%s is more than %s has left (%" PRIu64 " MiB)",
			       size_name(size).text, folder, (uint64_t)(bytes / MIB));
	return 0;
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	_cleanup_free_ char *folder = find_provider();

	(void)workload;
	(void)site;
	if (!folder)
		return err_set(err, ENODEV,
			       "no PCI device here provides P2PDMA memory (the exact machine "
			       "has one where p2pdma is the only workload)");
	return check_provider(folder, size, err);
}

static int lay_out(struct layout *layout, struct err *err)
{
	_cleanup_free_ char *folder = find_provider(), *path = NULL;

	if (!folder)
		return err_set(err, ENODEV, "cannot open %s: no provider", DEVICES);
	path = xasprintf("%s/allocate", folder);
	layout->fd = open(path, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	return memory_map(layout, MAP_SHARED, layout->fd, 0, err);
}

const struct workload workload_p2pdma = {
	.name = "p2pdma",
	.summary = "memory of a PCI device for peer-to-peer DMA, every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.zone_device = true,
	.p2pdma = true,
	.needs = NAMES("CONFIG_PCI_P2PDMA", "CONFIG_BLK_DEV_NVME"),
	.modules = NAMES("nvme"),
	.supported = supported,
	.lay_out = lay_out,
};
