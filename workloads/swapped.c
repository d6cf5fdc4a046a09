// SPDX-License-Identifier: GPL-2.0-only
/* Memory on a swap device of its own: a zram, where pages of zeroes take no room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

#define CONTROL "/sys/class/zram-control/"

/* Pages of a just filled batch may be passed over by the first call. */
#define ATTEMPTS 3

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (!fs_exists(CONTROL "hot_add"))
		return err_set(err, EOPNOTSUPP, "the zram module is not loaded");
	return workload_memory_supported(workload, site, size, err);
}

static void write_text(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, text, strlen(text));
}

static char *path_of(unsigned int id)
{
	return xasprintf("/dev/zram%u", id);
}

/* The number that the kernel gives next: the lowest that is free. */
static unsigned int next_id(void)
{
	for (unsigned int id = 0;; id++) {
		_cleanup_free_ char *folder = xasprintf("/sys/block/zram%u", id);

		if (!fs_exists(folder))
			return id;
	}
}

/*
 * Noted before it is there: what ends this process next leaves it to who comes after.
 * The number that comes is another where somebody took the expected one meanwhile.
 */
static int add_device(struct settings *settings, unsigned int *id, struct err *err)
{
	unsigned int expected = next_id();
	_cleanup_free_ char *path = path_of(expected), *text = NULL, *got = NULL;
	int ret = settings_note(settings, SETTINGS_ZRAM, path, err);

	if (!ret)
		text = fs_read_line(CONTROL "hot_add");
	if (!ret && !text)
		ret = err_set(err, errno, "cannot add a zram device: %s", strerror(errno));
	if (!text) {
		settings_forget(settings, path, NULL);
		return ret;
	}
	*id = (unsigned int)strtoul(text, NULL, 10);
	if (*id == expected)
		return 0;
	got = path_of(*id);
	ret = settings_forget(settings, path, err);
	return ret ? ret : settings_note(settings, SETTINGS_ZRAM, got, err);
}

/* A device of @bytes; its descriptor. */
static int open_device(unsigned int id, uint64_t bytes, struct err *err)
{
	_cleanup_free_ char *disksize = xasprintf("/sys/block/zram%u/disksize", id);
	_cleanup_free_ char *path = path_of(id), *value = xasprintf("%" PRIu64, bytes);
	int fd;

	write_text(disksize, value);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd >= 0 ? fd : err_set(err, errno, "cannot open %s: %s", path, strerror(errno));
}

/* What mkswap writes: the version and the last page after the boot block, the name at the end. */
static int format(int fd, uint64_t pages, struct err *err)
{
	uint32_t head[PAGE_MOST / sizeof(uint32_t)] = { 0 };

	head[256] = 1;
	head[257] = (uint32_t)(pages - 1);
	memcpy((char *)head + units_page() - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, head, units_page(), 0) != (ssize_t)units_page() || fsync(fd))
		return err_set(err, errno, "cannot write to a zram device: %s", strerror(errno));
	return 0;
}

static int swap_on(unsigned int id, struct err *err)
{
	_cleanup_free_ char *path = path_of(id);

	/* The highest priority: other swap is left alone. */
	if (swapon(path, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK))
		return err_set(err, errno, "cannot swap to %s: %s", path, strerror(errno));
	return 0;
}

static int page_out(const struct layout *layout, uint64_t len, struct err *err)
{
	for (int i = 0; i < ATTEMPTS; i++)
		if (madvise(layout->addr, len, MADV_PAGEOUT))
			return err_set(err, errno, "cannot page out: %s", strerror(errno));
	return 0;
}

static int lay_out(struct layout *layout, struct err *err)
{
	uint64_t pages = layout->len / units_page() + 1;
	unsigned int id = 0;
	int ret = add_device(layout->settings, &id, err);

	if (ret)
		return ret;
	layout->fd = open_device(id, pages * units_page(), err);
	if (layout->fd < 0)
		return layout->fd;
	ret = format(layout->fd, pages, err);
	if (!ret)
		ret = swap_on(id, err);
	if (!ret)
		ret = memory_lay_out_anon(layout, MADV_NOHUGEPAGE, err);
	return ret ? ret : page_out(layout, layout->len, err);
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
	.needs = NAMES("CONFIG_SWAP", "CONFIG_ZRAM"),
	.modules = NAMES("zram"),
	.supported = supported,
	.lay_out = lay_out,
	/* The memory goes first: what is swapped out need not be read for the end of the device. */
	.expect = expect,
	.make_absent = page_out,
};
