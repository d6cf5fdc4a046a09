// SPDX-License-Identifier: GPL-2.0-only
/* Block devices of memory, where pages of zeroes take no room. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "workloads/memory.h"

#define CONTROL "/sys/class/zram-control/"

int zram_supported(struct err *err)
{
	if (!fs_exists(CONTROL "hot_add"))
		return err_set(err, EOPNOTSUPP, "the zram module is not loaded");
	return 0;
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

int zram_open(struct settings *settings, uint64_t bytes, char **path, struct err *err)
{
	_cleanup_free_ char *disksize = NULL, *value = xasprintf("%" PRIu64, bytes);
	unsigned int id = 0;
	int ret = add_device(settings, &id, err), fd;

	if (ret)
		return ret;
	disksize = xasprintf("/sys/block/zram%u/disksize", id);
	*path = path_of(id);
	write_text(disksize, value);
	fd = open(*path, O_RDWR | O_CLOEXEC);
	return fd >= 0 ? fd : err_set(err, errno, "cannot open %s: %s", *path, strerror(errno));
}
