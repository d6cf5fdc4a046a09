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

/* Pages of a just filled batch may be passed over by the first call. */
#define ATTEMPTS 3

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	const int ret = zram_supported(err);

	return ret ? ret : workload_memory_supported(workload, site, size, err);
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

static int swap_on(const char *path, struct err *err)
{
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
	_cleanup_free_ char *path = NULL;
	int ret;

	layout->fd = zram_open(layout->settings, pages * units_page(), &path, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = format(layout->fd, pages, err);
	if (!ret)
		ret = swap_on(path, err);
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
