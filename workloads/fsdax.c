// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file on ext4 with DAX, on a pmem block device that is formatted for it. The
 * variant is the offset in bytes from which the file is mapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/change.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

/* linux/fs.h does not go with sys/mount.h. */
#define DEVICE_BYTES _IOR(0x12, 114, size_t)

#define MKFS "/usr/sbin/mkfs.ext4"

/* "/dev/pmem1" is of namespace1.0, "/dev/pmem1.2" of namespace1.2. NULL: of none. Owned. */
static char *namespace_of(const char *device)
{
	const char *slash = strrchr(device, '/'), *name = slash ? slash + 1 : device;
	const char *number = name + strlen("pmem");

	if (!str_starts(name, "pmem") || !*number || number[strspn(number, "0123456789.")])
		return NULL;
	return xasprintf("namespace%s%s", number, strchr(number, '.') ? "" : ".0");
}

/* What is bound to the driver: the namespace, or who has claimed it for struct pages of it. */
static char *bound_of(const char *device)
{
	char *space = namespace_of(device);
	_cleanup_free_ char *path =
		xasprintf("/sys/bus/nd/devices/%s/holder", space ? space : "none");
	_cleanup_free_ char *holder = fs_read_line(path);

	if (!space || !holder || !*holder)
		return space;
	free(space);
	return TAKE_PTR(holder);
}

/* Of one that is bound to no driver, what its namespace has. */
static uint64_t device_bytes(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *space = NULL, *size = NULL, *text = NULL;
	uint64_t bytes = 0;

	if (fd >= 0)
		return ioctl(fd, DEVICE_BYTES, &bytes) ? 0 : bytes;
	space = namespace_of(path);
	if (!space)
		return 0;
	size = xasprintf("/sys/bus/nd/devices/%s/size", space);
	text = fs_read_line(size);
	return text ? strtoull(text, NULL, 0) : 0;
}

int workload_idle_pmem(const char *device, struct err *err)
{
	_cleanup_free_ char *space = bound_of(device);

	if (!space)
		return err_set(err, EINVAL, "%s is no pmem block device: /dev/pmemN is one",
			       device);
	return fs_exists(device) ? change_write(CHANGE_PMEM "/unbind", space, err) : 0;
}

/* For as long as the layout is there, where it is not bound anyway. */
static int bind_pmem(struct layout *layout, const char *device, struct err *err)
{
	_cleanup_free_ char *space = bound_of(device);
	int ret;

	if (fs_exists(device))
		return 0;
	if (!space)
		return err_set(err, ENODEV, "%s is not there", device);
	ret = settings_note(layout->settings, SETTINGS_PMEM, space, err);
	return ret ? ret : change_write(CHANGE_PMEM "/bind", space, err);
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	uint64_t bytes, span = workload_span(workload, size);

	if (!site->pmem)
		return err_set(err, ENODEV, "no pmem block device was given");
	if (!fs_exists(MKFS))
		return err_set(err, ENOENT, MKFS " is not there: install e2fsprogs");
	bytes = device_bytes(site->pmem);
	if (span + span / 32 > bytes)
		return err_set(err, EFBIG, "%s does not fit a file system on %s (%llu MiB)",
			       size_name(span).text, site->pmem, (unsigned long long)(bytes / MIB));
	return 0;
}

/* The variant whose file is mapped from its second page on. */
#define FSDAX_ASKEW 1

/*
 * Nothing random, nothing put off, no journal; blocks that are pages, as DAX takes no others, and
 * stripes, so that what is allocated in pieces of a PMD is aligned to them.
 */
static int format(const char *device, struct err *err)
{
	const unsigned long long page = units_page(), stride = units_leaf(PTWALK_LEVEL_PMD) / page;
	_cleanup_free_ char *extended =
		xasprintf("-Estride=%llu,stripe_width=%llu,nodiscard,lazy_itable_init=1,"
			  "hash_seed=70747761-6c6b-4000-8000-000000000002",
			  stride, stride);
	_cleanup_free_ char *block = xasprintf("-b%llu", page);
	const char *const argv[] = { MKFS,
				     "-qF",
				     block,
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
	_cleanup_close_ int fs = fsopen("ext4", FSOPEN_CLOEXEC);
	int mnt = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_SET_STRING, "source", device, 0) &&
	    !fsconfig(fs, FSCONFIG_SET_STRING, "dax", "always", 0) &&
	    !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		return err_set(err, errno, "cannot mount %s as ext4 with DAX: %s", device,
			       strerror(errno));
	return mnt;
}

/* One piece of a PMD after the other: an allocation that is larger is not aligned. */
static int allocate(int fd, uint64_t bytes)
{
	const uint64_t piece = units_leaf(PTWALK_LEVEL_PMD);

	for (uint64_t at = 0; at < bytes; at += piece)
		if (fallocate(fd, 0, (off_t)at, (off_t)piece))
			return -errno;
	return 0;
}

static int make_file(int mnt, uint64_t bytes, struct err *err)
{
	_cleanup_close_ int fd = openat(mnt, "pages", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int ret = fd < 0 ? -errno : allocate(fd, bytes);

	if (!ret)
		return TAKE_FD(fd);
	return err_set(err, ret, "cannot make a file of %s with DAX: %s", size_name(bytes).text,
		       strerror(-ret));
}

static int lay_out(struct layout *layout, struct err *err)
{
	const char *device = layout->site->pmem;
	uint64_t offset = layout->workload->variant == FSDAX_ASKEW ? units_page() : 0;
	_cleanup_close_ int mnt = -1;
	int ret = bind_pmem(layout, device, err);

	if (!ret)
		ret = format(device, err);
	if (ret)
		return ret;
	mnt = mount_dax(device, err);
	if (mnt < 0)
		return mnt;
	layout->fd = make_file(mnt, layout->len + offset, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = memory_map(layout, MAP_SHARED, layout->fd, offset, err);
	return ret ? ret : memory_populate(layout, err);
}

/* ext4 asks for crc32c by a name that nothing in a guest would load. */
#define FSDAX                                                                           \
	.zone_device = true, .pmem = true, .program = MKFS,                             \
	.needs = NAMES("CONFIG_FS_DAX", "CONFIG_ZONE_DEVICE", "CONFIG_LIBNVDIMM",       \
		       "CONFIG_EXT4_FS", "CONFIG_BLK_DEV_PMEM"),                        \
	.modules = NAMES("nd_pmem", "?crc32c_generic", "ext4"), .supported = supported, \
	.lay_out = lay_out

/* Addresses and offsets that are never both aligned to a PMD: no fault can map a PMD. */
const struct workload workload_fsdax_pte = {
	.name = "fsdax-pte",
	.summary = "a file on ext4 with DAX, every leaf entry a PTE",
	.variant = FSDAX_ASKEW,
	.level = PTWALK_LEVEL_PTE,
	FSDAX,
};

const struct workload workload_fsdax_pmd = {
	.name = "fsdax-pmd",
	.summary = "a file on ext4 with DAX, every leaf entry a PMD",
	.level = PTWALK_LEVEL_PMD,
	FSDAX,
};
