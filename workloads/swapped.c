// SPDX-License-Identifier: GPL-2.0-only
/* Memory on a swap device of its own: a zram, where pages of zeroes take no room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

#define CONTROL "/sys/class/zram-control/"

/* Pages of a just filled batch may be passed over by the first call. */
#define ATTEMPTS 3

static const char *const needs[] = { "CONFIG_SWAP", "CONFIG_ZRAM", NULL };
static const char *const modules[] = { "zram", NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (!fs_exists(CONTROL "hot_add"))
		return err_set(err, EOPNOTSUPP, "the zram module is not loaded");
	return anon_supported(workload, site, size, err);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, text, strlen(text));
	close(fd);
}

static void remove_device(unsigned int id)
{
	char *text = xasprintf("%u", id);

	write_text(CONTROL "hot_remove", text);
	free(text);
}

/* A new device of @bytes; its descriptor. */
static int add_device(uint64_t bytes, struct err *err)
{
	char *id = fs_read_line(CONTROL "hot_add"), *path, *disksize, *value;
	int fd;

	if (!id)
		return err_set(err, errno, "cannot add a zram device: %s", strerror(errno));
	path = xasprintf("/dev/zram%s", id);
	disksize = xasprintf("/sys/block/zram%s/disksize", id);
	value = xasprintf("%" PRIu64, bytes);
	write_text(disksize, value);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		fd = err_set(err, errno, "cannot open %s: %s", path, strerror(errno));
		remove_device((unsigned int)strtoul(id, NULL, 10));
	}
	free(value);
	free(disksize);
	free(path);
	free(id);
	return fd;
}

/* What mkswap writes: the version and the last page after the boot block, the name at the end. */
static int format(int fd, uint64_t pages, struct err *err)
{
	uint32_t head[PAGE / sizeof(uint32_t)] = { 0 };

	head[256] = 1;
	head[257] = (uint32_t)(pages - 1);
	memcpy((char *)head + PAGE - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) || fsync(fd))
		return err_set(err, errno, "cannot write to a zram device: %s", strerror(errno));
	return 0;
}

static char *device_path(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? NULL : xasprintf("/dev/zram%u", minor(st.st_rdev));
}

static int swap_on(int fd, struct err *err)
{
	char *path = device_path(fd);
	int ret = 0;

	/* The highest priority: other swap is left alone. */
	if (!path || swapon(path, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK))
		ret = err_set(err, errno, "cannot swap to %s: %s", path ? path : "zram",
			      strerror(errno));
	free(path);
	return ret;
}

static int page_out(const struct layout *layout, struct err *err)
{
	for (int i = 0; i < ATTEMPTS; i++)
		if (madvise(layout->addr, layout->len, MADV_PAGEOUT))
			return err_set(err, errno, "cannot page out: %s", strerror(errno));
	return 0;
}

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	uint64_t pages = layout->len / PAGE + 1;
	int ret;

	(void)site;
	layout->fd = add_device(pages * PAGE, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = format(layout->fd, pages, err);
	if (!ret)
		ret = swap_on(layout->fd, err);
	if (!ret)
		ret = anon_lay_out(layout, MADV_NOHUGEPAGE, err);
	return ret ? ret : page_out(layout, err);
}

/* The memory goes first: what is swapped out need not be read for the end of the device. */
static void tear_down(struct layout *layout)
{
	char *path = layout->fd >= 0 ? device_path(layout->fd) : NULL;

	memory_release(layout);
	if (path) {
		swapoff(path);
		remove_device((unsigned int)strtoul(path + strlen("/dev/zram"), NULL, 10));
	}
	free(path);
}

static void expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	(void)workload;
	want->nonpresent_pages = pages;
}

const struct workload workload_swapped = {
	.name = "swapped",
	.summary = "private anonymous memory, swapped out (to zram): every PTE not present",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = tear_down,
	.expect = expect,
};
