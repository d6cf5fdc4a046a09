// SPDX-License-Identifier: GPL-2.0-only
#include "vm/native.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"

#define DEVICES "/sys/bus/dax/devices"

#define EDGE   (64 * MIB) /* read whole, at both ends */
#define STRIDE (2 * MIB)  /* between, one page of each */

/* What the process that reads leaves. */
struct found {
	uint64_t at; /* offset of the first data */
	bool data;
	int code; /* 0, or a negative errno */
};

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static uint64_t attribute(const char *device, const char *name)
{
	_cleanup_free_ char *path = xasprintf(DEVICES "/%s/%s", device, name),
			    *text = fs_read_line(path);
	uint64_t value = text ? strtoull(text, NULL, 0) : 0;

	return value;
}

/* "/dev/dax0.0 (1G, by 2M), ...", or "none". Owned by the caller. */
static char *list_devices(void)
{
	struct dirent **names = NULL;
	int n = scandir(DEVICES, &names, visible, alphasort);
	_cleanup_(strv_release) struct strv list = { 0 };
	char *text;

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		strv_addf(&list, "/dev/%s (%s, by %s)", name,
			  size_name(attribute(name, "size")).text,
			  size_name(attribute(name, "align")).text);
		free(names[i]);
	}
	free(names);
	text = list.n ? strv_join(&list, ", ") : xstrdup("none");
	return text;
}

/* Its name is the kernel's, and so is its number: a node by that name alone is no device. */
static bool is_device(const char *path)
{
	const char *name = path + strlen("/dev/");
	_cleanup_free_ char *file = NULL, *number = NULL, *own = NULL;
	struct stat st;
	bool is = false;

	if (str_starts(path, "/dev/dax") && !strchr(name, '/') && !stat(path, &st) &&
	    S_ISCHR(st.st_mode)) {
		file = xasprintf(DEVICES "/%s/dev", name);
		number = fs_read_line(file);
		own = xasprintf("%u:%u", major(st.st_rdev), minor(st.st_rdev));
		is = number && !strcmp(number, own);
	}
	return is;
}

int native_dax_find(const char *path, struct err *err)
{
	_cleanup_free_ char *list = NULL;
	int ret;

	if (is_device(path))
		return 0;
	list = list_devices();
	ret = err_set(err, ENODEV, "%s is not a device-dax device; there are: %s", path, list);
	return ret;
}

static bool has_mapped(const char *pid, const char *path)
{
	_cleanup_free_ char *file = xasprintf("/proc/%s/maps", pid),
			    *text = fs_read(file, NULL, NULL);
	_cleanup_free_ char *key = xasprintf(" %s\n", path);
	bool has = text && strstr(text, key);

	return has;
}

static bool has_open(const char *pid, const char *path)
{
	_cleanup_free_ char *folder = xasprintf("/proc/%s/fd", pid);
	char target[64];
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir(folder, &names, visible, NULL);
	bool has = false;

	for (int i = 0; i < n; i++) {
		char *link = xasprintf("%s/%s", folder, names[i]->d_name);
		ssize_t len = readlink(link, target, sizeof(target) - 1);

		target[len < 0 ? 0 : len] = '\0';
		has |= !strcmp(target, path);
		free(link);
		free(names[i]);
	}
	return has;
}

static int check_users(const char *path, struct err *err)
{
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir("/proc", &names, visible, alphasort), ret = 0;

	for (int i = 0; i < n; i++) {
		const char *pid = names[i]->d_name;

		if (!ret && *pid >= '1' && *pid <= '9' && atoi(pid) != getpid() &&
		    (has_mapped(pid, path) || has_open(pid, path))) {
			_cleanup_free_ char *file = xasprintf("/proc/%s/comm", pid),
					    *comm = fs_read_line(file);

			ret = err_set(err, EBUSY, "%s is in use by process %s (%s): end it first",
				      path, pid, comm ? comm : "?");
		}
		free(names[i]);
	}
	return ret;
}

static bool all_zero(const char *p, uint64_t len)
{
	return !*p && !memcmp(p, p + 1, len - 1);
}

/* Of [at, at + len) of a device of @size bytes, mapped at @p. */
static bool look(const char *p, uint64_t at, uint64_t len, uint64_t size, struct found *found)
{
	for (uint64_t piece = 0; piece < len; piece += STRIDE) {
		uint64_t where = at + piece;
		bool edge = where < EDGE || where + STRIDE + EDGE > size;
		uint64_t left = len - piece < STRIDE ? len - piece : STRIDE;

		if (all_zero(p + piece, edge ? left : PAGE))
			continue;
		found->data = true;
		found->at = where;
		return true;
	}
	return false;
}

/* A window at a time: page tables of all of it could take more than there is. */
static void scan(const char *path, struct found *found)
{
	uint64_t size = attribute(path + strlen("/dev/"), "size");
	uint64_t align = attribute(path + strlen("/dev/"), "align");
	uint64_t window = align > GIB ? align : GIB;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	found->code = fd < 0 ? -errno : 0;
	for (uint64_t at = 0; at < size && !found->code; at += window) {
		uint64_t len = size - at < window ? size - at : window;
		char *p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, (off_t)at);

		if (p == MAP_FAILED) {
			found->code = -errno;
			break;
		}
		if (look(p, at, len, size, found))
			break;
		munmap(p, len);
	}
}

static int read_all(const char *path, struct found *found, struct err *err)
{
	_cleanup_(proc_release) struct proc reader;
	int ret = proc_fork(&reader, err);

	if (!ret) {
		scan(path, found);
		_exit(0);
	}
	if (ret < 0)
		return ret;
	while (!proc_await(&reader, 1) && !interrupt_pending())
		;
	if (interrupt_pending())
		return err_set(err, EINTR, "interrupted");
	if (WIFSIGNALED(reader.status))
		return err_set(err, EIO, "%s cannot be read: signal %d (%s), a bad block?", path,
			       WTERMSIG(reader.status), strsignal(WTERMSIG(reader.status)));
	if (found->code)
		return err_set(err, found->code, "%s cannot be read: %s", path,
			       strerror(-found->code));
	return 0;
}

int native_dax_check(const char *path, bool overwrite, struct err *err)
{
	struct found *found;
	int ret = native_dax_find(path, err);

	if (!ret)
		ret = check_users(path, err);
	if (ret || overwrite)
		return ret;
	found = mmap(NULL, sizeof(*found), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (found == MAP_FAILED)
		return err_set(err, ENOMEM, "no memory");
	ret = read_all(path, found, err);
	if (!ret && found->data)
		ret = err_set(err, EEXIST,
			      "%s has data, at %#" PRIx64 ": leave it alone, or say --overwrite %s",
			      path, found->at, path);
	munmap(found, sizeof(*found));
	return ret;
}
