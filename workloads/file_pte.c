// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page cache of a file. It lies on a ramfs of its own, mounted nowhere:
 * the page cache is that of any file system, and nothing writes it back.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const nothing[] = { NULL };

/* A mount of a new ramfs, as a descriptor; the last one of its files takes it along. */
static int mount_ramfs(struct err *err)
{
	int fs = fsopen("ramfs", FSOPEN_CLOEXEC), mnt = -1, code;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	code = errno;
	if (fs >= 0)
		close(fs);
	return mnt >= 0 ? mnt : err_set(err, code, "cannot make a ramfs: %s", strerror(code));
}

static int make_file(uint64_t len, struct err *err)
{
	int mnt = mount_ramfs(err), fd;

	if (mnt < 0)
		return mnt;
	fd = openat(mnt, "pages", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)len)) {
		err_set(err, errno, "cannot make a file of %s: %s", size_name(len).text,
			strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -EIO;
	}
	close(mnt);
	return fd;
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

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret;

	(void)site;
	layout->fd = make_file(layout->len, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = fill(layout, err);
	if (!ret)
		ret = memory_map(layout, MAP_SHARED, layout->fd, 0, err);
	if (!ret)
		ret = anon_advise(layout, MADV_NOHUGEPAGE, err);
	return ret ? ret : memory_populate(layout, err);
}

const struct workload workload_file_pte = {
	.name = "file-pte",
	.summary = "the page cache of a file (ramfs), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = nothing,
	.modules = nothing,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
