// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/whole.h"

char *cache_path(const char *fmt, ...)
{
	char *folder = fs_cache_dir(), *cwd = NULL, *rest, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&rest, fmt, ap) < 0)
		abort();
	va_end(ap);
	if (*folder != '/')
		cwd = getcwd(NULL, 0);
	path = xasprintf("%s%s%s/%s", cwd ? cwd : "", cwd ? "/" : "", folder, rest);
	free(cwd);
	free(folder);
	free(rest);
	return path;
}

int cache_lock(const char *part, struct progress *progress, struct err *err)
{
	char *folder = cache_path("%s", part), *path = xasprintf("%s/lock", folder);
	struct err held = { 0 };
	int fd;

	fd = fs_mkdir_p(folder, err);
	if (fd)
		goto out;
	fd = fs_lock(path, false, &held);
	if (fd == -EWOULDBLOCK) {
		progress_note(progress, "waiting: %s", held.text);
		fd = fs_lock(path, true, err);
	} else if (fd < 0) {
		err_set(err, fd, "%s", held.text);
	}
	/* Children keep it: they may outlive a killed owner, and go on writing for a while. */
	if (fd >= 0)
		fcntl(fd, F_SETFD, 0);
out:
	free(path);
	free(folder);
	return fd;
}

int cache_sweep(const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return err_set(err, errno, "cannot list %s: %s", folder, strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (str_ends(path, ".tmp"))
			ret = fs_remove(path, err);
		free(path);
	}
	closedir(dir);
	return ret;
}

int cache_publish(const char *from, const char *to, struct err *err)
{
	return whole_put(from, to, WHOLE_REPLACE, err);
}
