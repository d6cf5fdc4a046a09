// SPDX-License-Identifier: GPL-2.0-only
/* Pages of the page cache: of shmem, mapped shared, and of a file, mapped shared and privately. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "workloads/memory.h"

#define SHMEM_ENABLED "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

static int map_shared(struct layout *layout, int flags, int advice, struct err *err)
{
	int ret = memory_map(layout, MAP_SHARED | flags, layout->fd, 0, err);

	if (!ret)
		ret = memory_advise(layout, advice, err);
	return ret ? ret : memory_populate(layout, err);
}

static int lay_out_shmem(struct layout *layout, struct err *err)
{
	return map_shared(layout, MAP_ANONYMOUS, MADV_NOHUGEPAGE, err);
}

const struct workload workload_shmem_pte = {
	.name = "shmem-pte",
	.summary = "shared anonymous memory (shmem), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.needs = NAMES("CONFIG_SHMEM"),
	.lay_out = lay_out_shmem,
};

static int supported_thp(const struct workload *workload, const struct workload_site *site,
			 uint64_t size, struct err *err)
{
	if (!fs_exists(SHMEM_ENABLED))
		return err_set(err, EOPNOTSUPP, "the kernel has no huge pages of shmem");
	return workload_memory_supported(workload, site, workload_span(workload, size), err);
}

/* The setting matters to faults alone: it is put back by the tear-down. */
static int lay_out_thp(struct layout *layout, struct err *err)
{
	int ret = settings_change(layout->settings, SHMEM_ENABLED, "advise", err);

	return ret ? ret : map_shared(layout, MAP_ANONYMOUS, MADV_HUGEPAGE, err);
}

const struct workload workload_shmem_thp = {
	.name = "shmem-thp",
	.summary = "shared anonymous memory (shmem) in huge pages, every leaf entry a PMD",
	.level = PTWALK_LEVEL_PMD,
	.needs = NAMES("CONFIG_SHMEM", "CONFIG_TRANSPARENT_HUGEPAGE"),
	.supported = supported_thp,
	.lay_out = lay_out_thp,
};

/* A mount of a new ramfs, as a descriptor; the last one of its files takes it along. */
static int mount_ramfs(struct err *err)
{
	_cleanup_close_ int fs = fsopen("ramfs", FSOPEN_CLOEXEC);
	int mnt = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	return mnt >= 0 ? mnt : err_set(err, errno, "cannot make a ramfs: %s", strerror(errno));
}

static int make_file(uint64_t len, struct err *err)
{
	_cleanup_close_ int mnt = mount_ramfs(err), fd = -1;

	if (mnt < 0)
		return mnt;
	fd = openat(mnt, "pages", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)len))
		return err_set(err, errno, "cannot make a file of %s: %s", size_name(len).text,
			       strerror(errno));
	return TAKE_FD(fd);
}

/* A page cache is not placed by its mapping, but by who reads or writes it first. */
static int fill(const struct layout *layout, struct err *err)
{
	for (uint64_t at = 0; layout->place.topology && at < layout->len; at += units_page())
		if (pwrite(layout->fd, "", 1, (off_t)at) != 1)
			return err_set(err, errno, "cannot fill a file of %s: %s",
				       size_name(layout->len).text, strerror(errno));
	return 0;
}

/*
 * The file lies on a ramfs of its own, mounted nowhere: the page cache is that of
 * any file system, and nothing writes it back.
 */
static int open_file(struct layout *layout, struct err *err)
{
	layout->fd = make_file(layout->len, err);
	return layout->fd < 0 ? layout->fd : fill(layout, err);
}

static int lay_out_file(struct layout *layout, struct err *err)
{
	int ret = open_file(layout, err);

	return ret ? ret : map_shared(layout, 0, MADV_NOHUGEPAGE, err);
}

const struct workload workload_file_pte = {
	.name = "file-pte",
	.summary = "the page cache of a file (ramfs), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out_file,
};

/* The variants of private mappings: what becomes of their pages. */
#define PAGES_OF_FILE 0 /* they were read: pages of the file's */
#define PAGES_COPIED  1 /* they were written: copies */

static int lay_out_private(struct layout *layout, struct err *err)
{
	int ret = open_file(layout, err);

	if (!ret)
		ret = memory_map(layout, MAP_PRIVATE, layout->fd, 0, err);
	if (!ret)
		ret = memory_advise(layout, MADV_NOHUGEPAGE, err);
	if (ret)
		return ret;
	return layout->workload->variant == PAGES_COPIED ? memory_populate(layout, err)
							 : memory_populate_read(layout, err);
}

/* Of /proc/self/pagemap: there, and of a file. Neither is of a page that is a copy. */
#define ENTRY_PRESENT (1ULL << 63)
#define ENTRY_FILE    (1ULL << 61)

static uint64_t count_of_file(int pagemap, uint64_t first, uint64_t pages)
{
	uint64_t entries[512], n = 0;

	for (uint64_t at = 0; at < pages; at += ARRAY_SIZE(entries)) {
		uint64_t some = pages - at < ARRAY_SIZE(entries) ? pages - at : ARRAY_SIZE(entries);

		if (pread(pagemap, entries, some * 8, (off_t)((first + at) * 8)) !=
		    (ssize_t)(some * 8))
			return UINT64_MAX;
		for (uint64_t i = 0; i < some; i++)
			n += !(~entries[i] & (ENTRY_PRESENT | ENTRY_FILE));
	}
	return n;
}

static int verify_private(const struct layout *layout, uint64_t len, struct err *err)
{
	const struct workload *workload = layout->workload;
	const uint64_t pages = len / units_page(),
		       want = workload->variant == PAGES_COPIED ? 0 : pages;
	_cleanup_close_ int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t are;
	int ret = memory_verify_mapped(
		layout, len, workload->readonly ? "r--p" : "rw-p",
		workload->readonly ? "private and read-only" : "private and writable", err);

	if (ret)
		return ret;
	are = pagemap < 0 ? UINT64_MAX
			  : count_of_file(pagemap, (uintptr_t)layout->addr / units_page(), pages);
	if (are == UINT64_MAX)
		return err_set(err, errno, "cannot read /proc/self/pagemap: %s", strerror(errno));
	if (are == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64
		       " pages are the file's own; should "
		       "be %" PRIu64,
		       workload->name, are, pages, want);
}

const struct workload workload_file_private_ro = {
	.name = "file-private-ro",
	.summary = "a file (ramfs), mapped privately and read-only, every leaf entry a PTE",
	.variant = PAGES_OF_FILE,
	.level = PTWALK_LEVEL_PTE,
	.readonly = true,
	.no_refault = WORKLOAD_WRITE,
	.lay_out = lay_out_private,
	.verify = verify_private,
};

const struct workload workload_file_private_rw = {
	.name = "file-private-rw",
	.summary = "the same, writable, and only read: pages of the file, none writable as it is",
	.variant = PAGES_OF_FILE,
	.level = PTWALK_LEVEL_PTE,
	.no_refault = WORKLOAD_WRITE,
	.lay_out = lay_out_private,
	.verify = verify_private,
};

const struct workload workload_file_private_cow = {
	.name = "file-private-cow",
	.summary = "the same, written: every page a copy of the file's",
	.variant = PAGES_COPIED,
	.level = PTWALK_LEVEL_PTE,
	.no_refault = WORKLOAD_READ,
	.lay_out = lay_out_private,
	.verify = verify_private,
};
