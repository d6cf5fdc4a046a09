// SPDX-License-Identifier: GPL-2.0-only
/* Pages of the page cache, mapped shared: of shmem, and of a file. */
#include <errno.h>
#include <fcntl.h>
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
	.granule = 4 * KIB,
	.needs = NAMES("CONFIG_SHMEM"),
	.modules = NAMES(),
	.supported = memory_supported,
	.lay_out = lay_out_shmem,
	.tear_down = memory_release,
};

static int supported_thp(const struct workload *workload, const struct workload_site *site,
			 uint64_t size, struct err *err)
{
	if (!fs_exists(SHMEM_ENABLED))
		return err_set(err, EOPNOTSUPP, "the kernel has no huge pages of shmem");
	return memory_supported(workload, site, workload_span(workload, size), err);
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
	.granule = 2 * MIB,
	.needs = NAMES("CONFIG_SHMEM", "CONFIG_TRANSPARENT_HUGEPAGE"),
	.modules = NAMES(),
	.supported = supported_thp,
	.lay_out = lay_out_thp,
	.tear_down = memory_release,
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
	for (uint64_t at = 0; layout->place.topology && at < layout->len; at += PAGE)
		if (pwrite(layout->fd, "", 1, (off_t)at) != 1)
			return err_set(err, errno, "cannot fill a file of %s: %s",
				       size_name(layout->len).text, strerror(errno));
	return 0;
}

/*
 * The file lies on a ramfs of its own, mounted nowhere: the page cache is that of
 * any file system, and nothing writes it back.
 */
static int lay_out_file(struct layout *layout, struct err *err)
{
	int ret;

	layout->fd = make_file(layout->len, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = fill(layout, err);
	return ret ? ret : map_shared(layout, 0, MADV_NOHUGEPAGE, err);
}

const struct workload workload_file_pte = {
	.name = "file-pte",
	.summary = "the page cache of a file (ramfs), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = NAMES(),
	.modules = NAMES(),
	.supported = memory_supported,
	.lay_out = lay_out_file,
	.tear_down = memory_release,
};
