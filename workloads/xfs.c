// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file on XFS, whose page cache takes folios as large as what is written at once. It lies on a
 * zram, has no name, and is gone before anything of it is written back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "workloads/memory.h"

#define MKFS WORKLOAD_MKFS_XFS

/* mkfs makes none of less than 300M. */
#define OVERHEAD (512 * MIB)

int xfs_supported(struct err *err)
{
	if (!fs_exists(MKFS))
		return err_set(err, ENOENT, MKFS " is not there: install xfsprogs");
	return zram_supported(err);
}

/* Nothing random. */
static int format(const char *device, struct err *err)
{
	const char *const argv[] = { MKFS,   "-qfK",
				     "-m",   "uuid=70747761-6c6b-4000-8000-000000000003",
				     device, NULL };

	return proc_run(argv, &(struct proc_options){ .timeout_seconds = 60 }, err);
}

/* The mount as a descriptor: it is nowhere else, and goes with the last of its files. */
static int mount_xfs(const char *device, struct err *err)
{
	_cleanup_close_ int fs = fsopen("xfs", FSOPEN_CLOEXEC);
	int mnt = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_SET_STRING, "source", device, 0) &&
	    !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		return err_set(err, errno, "cannot mount %s as XFS: %s", device, strerror(errno));
	return mnt;
}

/* What is written back is clean, and what is clean is no longer writable. */
static int put_off_writeback(struct settings *settings, struct err *err)
{
	int ret = settings_change(settings, "/proc/sys/vm/dirty_writeback_centisecs", "0", err);

	if (!ret)
		ret = settings_change(settings, "/proc/sys/vm/dirty_ratio", "95", err);
	return ret ? ret
		   : settings_change(settings, "/proc/sys/vm/dirty_background_ratio", "90", err);
}

/* Beyond its end space comes in other pieces, at whose ends a folio would end, too. */
static int fill(int fd, uint64_t len, uint64_t piece, struct err *err)
{
	_cleanup_free_ char *zeroes = xcalloc(1, piece);
	const bool there = !ftruncate(fd, (off_t)len);

	for (uint64_t at = 0; at < len; at += piece)
		if (!there || pwrite(fd, zeroes, piece, (off_t)at) != (ssize_t)piece)
			return err_set(err, errno, "cannot write a file of %s on XFS: %s",
				       size_name(len).text, strerror(errno));
	return 0;
}

int xfs_file(struct layout *layout, struct err *err)
{
	_cleanup_free_ char *device = NULL;
	_cleanup_close_ int mnt = -1, fd = -1;
	const int zram = zram_open(layout->settings, layout->len + OVERHEAD, &device, err);
	int ret = zram < 0 ? zram : put_off_writeback(layout->settings, err);

	/* A kernel may mount nothing that somebody can write to (BLK_DEV_WRITE_MOUNTED). */
	if (zram >= 0)
		close(zram);
	if (!ret)
		ret = format(device, err);
	if (ret)
		return ret;
	mnt = mount_xfs(device, err);
	if (mnt < 0)
		return mnt;
	fd = openat(mnt, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, errno, "cannot make a file on XFS: %s", strerror(errno));
	ret = fill(fd, layout->len, layout->workload->granule, err);
	return ret ? ret : TAKE_FD(fd);
}
