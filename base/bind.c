// SPDX-License-Identifier: GPL-2.0-only
#include "base/bind.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"

/* In one write, as the kernel wants it. */
static int tell(const char *path, const char *format, unsigned int id)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || dprintf(fd, format, id, id) < 0 ? -errno : 0;
}

static int own_namespace(void)
{
	const unsigned int uid = getuid(), gid = getgid();
	int ret;

	if (!unshare(CLONE_NEWNS))
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	ret = tell("/proc/self/setgroups", "deny", 0);
	if (!ret)
		ret = tell("/proc/self/uid_map", "%u %u 1", uid);
	return ret ? ret : tell("/proc/self/gid_map", "%u %u 1", gid);
}

int bind_enter(const struct bind *binds)
{
	int ret = own_namespace();

	if (!ret && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		ret = -errno;
	for (; !ret && binds->folder; binds++)
		if (mount(binds->folder, binds->at, NULL, MS_BIND | MS_REC, NULL))
			ret = -errno;
	return ret;
}
