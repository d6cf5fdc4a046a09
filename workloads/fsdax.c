// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/fsdax.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "workloads/memory.h"

/* linux/fs.h does not go with sys/mount.h. */
#define DEVICE_BYTES _IOR(0x12, 114, size_t)

const char *const fsdax_needs[] = {
	"CONFIG_FS_DAX",
	"CONFIG_ZONE_DEVICE",
	"CONFIG_LIBNVDIMM",
	"CONFIG_X86_PMEM_LEGACY",
	"CONFIG_EXT4_FS",
	"CONFIG_BLK_DEV_PMEM",
	NULL,
};

/* ext4 asks for crc32c by a name that nothing in a guest would load. */
const char *const fsdax_modules[] = { "nd_e820", "nd_pmem", "?crc32c_generic", "ext4", NULL };

static uint64_t device_bytes(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t bytes = 0;

	if (fd >= 0 && ioctl(fd, DEVICE_BYTES, &bytes))
		bytes = 0;
	if (fd >= 0)
		close(fd);
	return bytes;
}

int fsdax_supported(const struct workload *workload, const struct workload_site *site,
		    uint64_t size, struct err *err)
{
	uint64_t bytes, span = workload_span(workload, size);

	if (!site->pmem)
		return err_set(err, ENODEV, "no pmem block device was given");
	if (!fs_exists(FSDAX_PROGRAM))
		return err_set(err, ENOENT, FSDAX_PROGRAM " is not there: install e2fsprogs");
	bytes = device_bytes(site->pmem);
	if (span + span / 32 > bytes)
		return err_set(err, EFBIG, "%s does not fit a file system on %s (%llu MiB)",
			       size_name(span).text, site->pmem, (unsigned long long)(bytes / MIB));
	return 0;
}

/*
 * Nothing random, nothing put off, no journal; stripes, so that what is allocated in pieces of
 * 2 MiB is aligned to them.
 */
static int format(const char *device, struct err *err)
{
	static const char extended[] = "-Estride=512,stripe_width=512,nodiscard,lazy_itable_init=1,"
				       "hash_seed=70747761-6c6b-4000-8000-000000000002";
	const char *const argv[] = { FSDAX_PROGRAM,
				     "-qF",
				     "-b4096",
				     "-m0",
				     "-N16",
				     "-O^has_journal,^resize_inode",
				     "-U70747761-6c6b-4000-8000-000000000001",
				     extended,
				     device,
				     NULL };

	return proc_run(argv, &(struct proc_options){ .timeout_seconds = 60 }, err);
}

/* The mount as a descriptor: it is nowhere else, and goes with the last of its files. */
static int mount_dax(const char *device, struct err *err)
{
	int fs = fsopen("ext4", FSOPEN_CLOEXEC), mnt = -1, code;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_SET_STRING, "source", device, 0) &&
	    !fsconfig(fs, FSCONFIG_SET_STRING, "dax", "always", 0) &&
	    !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	code = errno;
	if (fs >= 0)
		close(fs);
	if (mnt < 0)
		return err_set(err, code, "cannot mount %s as ext4 with DAX: %s", device,
			       strerror(code));
	return mnt;
}

/* One piece of 2 MiB after the other: an allocation that is larger is not aligned. */
static int allocate(int fd, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += 2 * MIB)
		if (fallocate(fd, 0, (off_t)at, (off_t)(2 * MIB)))
			return -errno;
	return 0;
}

static int make_file(int mnt, uint64_t bytes, struct err *err)
{
	int fd = openat(mnt, "pages", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int ret = fd < 0 ? -errno : allocate(fd, bytes);

	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return err_set(err, ret, "cannot make a file of %s with DAX: %s", size_name(bytes).text,
		       strerror(-ret));
}

int fsdax_lay_out(const struct workload_site *site, struct layout *layout, uint64_t offset,
		  struct err *err)
{
	int ret = format(site->pmem, err), mnt;

	if (ret)
		return ret;
	mnt = mount_dax(site->pmem, err);
	if (mnt < 0)
		return mnt;
	layout->fd = make_file(mnt, layout->len + offset, err);
	close(mnt);
	if (layout->fd < 0)
		return layout->fd;
	ret = memory_map(layout, MAP_SHARED, layout->fd, offset, err);
	return ret ? ret : memory_populate(layout, err);
}
