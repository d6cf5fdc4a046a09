// SPDX-License-Identifier: GPL-2.0-only
/* The device that is raced for; and a block of it as RAM, by the driver kmem, that goes and comes. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/driver/race.h"

#define BLOCKS "/sys/devices/system/memory"

/* Pages that somebody holds do not move at the moment. */
#define OFFLINE_TRIES 1000

const char *dax_device(const struct arena *a, struct err *err)
{
	const struct workload_site *site = &a->options->site;

	if (site->nr_dax && site->dax[0].align == PAGE && site->dax[0].size >= RACE_LEN)
		return strrchr(site->dax[0].path, '/') + 1;
	err_set(err, ENODEV, "no device of device_dax with an alignment of 4K was given");
	return NULL;
}

int dax_tell(const char *driver, const char *verb, const char *device, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/bus/dax/drivers/%s/%s", driver, verb);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, device, strlen(device)) < 0)
		return err_errno(err, "cannot write %s to %s", device, path);
	return 0;
}

static int tell(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

static int read_number(const char *path, int base, uint64_t *number, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32] = "";

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return err_errno(err, "cannot read %s", path);
	*number = strtoull(text, NULL, base);
	return 0;
}

static int read_device(const struct arena *a, const char *attribute, uint64_t *number,
		       struct err *err)
{
	_cleanup_free_ char *path =
		xasprintf("/sys/bus/dax/devices/%s/%s", dax_device(a, err), attribute);

	return read_number(path, 0, number, err);
}

/* The first block that lies in the device as a whole, which kmem takes. */
static int find_block(struct arena *a, struct err *err)
{
	uint64_t start = 0, size = 0, bytes = 0;
	int ret = read_number(BLOCKS "/block_size_bytes", 16, &bytes, err);

	if (!ret)
		ret = read_device(a, "resource", &start, err);
	if (!ret)
		ret = read_device(a, "size", &size, err);
	if (!ret && !bytes)
		ret = err_set(err, EPROTO, "the kernel's blocks of memory have no size");
	if (ret)
		return ret;
	a->block = (start + bytes - 1) / bytes;
	a->block_bytes = bytes;
	if ((a->block + 1) * bytes > start + size)
		return err_set(err, ENODEV, "no block of memory (%s) lies in the device",
			       size_name(bytes).text);
	return 0;
}

static int set_block(const struct arena *a, const char *state)
{
	_cleanup_free_ char *path = xasprintf(BLOCKS "/memory%" PRIu64 "/state", a->block);

	return tell(path, state);
}

static int online(const struct arena *a, struct err *err)
{
	int ret = set_block(a, "online_movable");

	return ret ? err_set(err, -ret, "a block of kmem's does not come online: %s",
			     strerror(-ret))
		   : 0;
}

static int prefer(char *addr, size_t len, uint64_t node, struct err *err)
{
	unsigned long mask = 1UL << (node % (8 * sizeof(mask)));

	if (syscall(SYS_mbind, addr, len, MPOL_PREFERRED, &mask, 8 * sizeof(mask), 0U))
		return err_errno(err, "cannot ask for memory of node %" PRIu64, node);
	return 0;
}

/*
 * A node gives what is movable first, and has no other such memory. Of a huge page some page would
 * always be held, and none of it move. Walkers fault nothing in before.
 */
int kmem_settle(struct arena *a, struct err *err)
{
	uint64_t node = 0;
	int ret = read_device(a, "target_node", &node, err);

	if (!ret)
		ret = prefer(a->addr, ARENA_MOVED, node, err);
	/* Where there is no other node, this one gives more. */
	if (!ret)
		(void)prefer(a->addr + ARENA_MOVED, RACE_LEN - ARENA_MOVED, !node,
			     &(struct err){ 0 });
	(void)!madvise(a->addr, RACE_LEN, MADV_NOHUGEPAGE);
	if (!ret && mprotect(a->addr, RACE_LEN, PROT_READ | PROT_WRITE))
		ret = err_errno(err, "mprotect");
	return ret;
}

/* kmem knows the device by name from new_id on, and takes it at once. */
static int give(struct arena *a, struct err *err)
{
	const char *device = dax_device(a, err);
	_cleanup_free_ char *taken = xasprintf("/sys/bus/dax/drivers/kmem/%s", device);
	int ret = dax_tell("device_dax", "unbind", device, err);

	if (ret)
		return ret;
	a->kmem = true;
	ret = dax_tell("kmem", "new_id", device, err);
	if (!ret && access(taken, F_OK))
		ret = err_set(err, ENODEV, "the driver kmem does not take %s", device);
	return ret;
}

int kmem_open(struct arena *a, struct err *err)
{
	int ret;

	if (!dax_device(a, err))
		return -ENODEV;
	if (access("/sys/bus/dax/drivers/kmem", F_OK))
		return err_set(err, ENODEV, "the kernel has no driver kmem (CONFIG_DEV_DAX_KMEM)");
	ret = find_block(a, err);
	if (!ret)
		ret = tell(BLOCKS "/auto_online_blocks", "offline");
	if (!ret)
		ret = give(a, err);
	return ret ? ret : online(a, err);
}

/* How many pages of the range lie in the block? */
static int count_pages(const struct arena *a, unsigned int *n, struct err *err)
{
	_cleanup_close_ int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entries[RACE_LEN / PAGE] = { 0 };
	const off_t at = (off_t)((uintptr_t)a->addr / PAGE * sizeof(*entries));

	if (fd < 0 || pread(fd, entries, sizeof(entries), at) != sizeof(entries))
		return err_errno(err, "cannot read where pages are");
	*n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		*n += entries[i] >> 63 &&
		      (entries[i] & ((1ULL << 55) - 1)) * PAGE / a->block_bytes == a->block;
	return 0;
}

static int offline(const struct arena *a, struct err *err)
{
	int ret = -EBUSY;

	for (unsigned int i = 0; i < OFFLINE_TRIES && (ret == -EBUSY || ret == -EAGAIN); i++)
		ret = set_block(a, "offline");
	return ret ? err_set(err, -ret, "a block of kmem's does not go offline: %s", strerror(-ret))
		   : 0;
}

int kmem_take(struct arena *a, struct err *err)
{
	unsigned int pages = 0;
	int ret = count_pages(a, &pages, err);

	if (!ret && !pages)
		ret = err_set(err, EOPNOTSUPP, "no page of the range lies in what is removed");
	if (!ret)
		ret = offline(a, err);
	return ret ? ret : dax_tell("kmem", "unbind", dax_device(a, err), err);
}

int kmem_back(struct arena *a, struct err *err)
{
	int ret = dax_tell("kmem", "bind", dax_device(a, err), err);

	return ret ? ret : online(a, err);
}

void kmem_close(struct arena *a)
{
	const char *device = dax_device(a, &(struct err){ 0 });
	struct err err;

	if (!a->kmem)
		return;
	offline(a, &err);
	dax_tell("kmem", "unbind", device, &err);
	dax_tell("kmem", "remove_id", device, &err);
	dax_tell("device_dax", "bind", device, &err);
	a->kmem = false;
}
