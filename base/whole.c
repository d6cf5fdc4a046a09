// SPDX-License-Identifier: GPL-2.0-only
#include "base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#define SWEEP_SECONDS 60

/* "a/site" as "a/.siteSUFFIX". */
static char *beside(const char *path, const char *suffix)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;

	return xasprintf("%.*s.%s%s", dir, path, path + dir, suffix);
}

char *whole_partial(const char *path)
{
	return beside(path, ".partial");
}

static char *above(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
}

static char *trimmed(const char *path)
{
	char *copy = xstrdup(path);

	for (size_t len = strlen(copy); len > 1 && copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	return copy;
}

static void unlock(struct whole *w)
{
	if (w->lock >= 0) {
		_cleanup_free_ char *lock = beside(w->path, ".lock");

		unlink(lock);
		close(w->lock);
	}
	free(w->path);
	free(w->partial);
	*w = WHOLE_NONE;
}

static int claim(struct whole *w, struct err *err)
{
	_cleanup_free_ char *parent = above(w->path), *lock = beside(w->path, ".lock");
	int ret = fs_mkdir_p(parent, err);

	if (ret)
		return ret;
	w->lock = fs_lock(lock, w->flags & WHOLE_WAIT, err);
	if (w->lock < 0)
		return w->lock;
	if (!(w->flags & WHOLE_REPLACE) && fs_exists(w->path))
		return err_set(err, EEXIST, "%s is there already", w->path);
	ret = fs_remove(w->partial, err);
	return ret ? ret : fs_mkdir_p(w->partial, err);
}

int whole_begin(struct whole *w, const char *path, unsigned int flags, struct err *err)
{
	int ret;

	*w = (struct whole){ .path = trimmed(path), .lock = -1, .flags = flags };
	w->partial = whole_partial(w->path);
	ret = claim(w, err);
	if (ret)
		unlock(w);
	return ret;
}

/* All of its file system: a folder may have a hundred thousand files. */
static int sync_folder(const char *path, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || syncfs(fd) ? err_errno(err, "cannot sync %s", path) : 0;
}

/* Not every file system can exchange two folders. */
static int move(const char *from, const char *to, bool replace)
{
	if (!replace)
		return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE))
		return fs_remove(from, NULL); /* what was there before */
	if (errno != EINVAL)
		return -1;
	return fs_remove(to, NULL) || rename(from, to) ? -1 : 0;
}

int whole_put(const char *from, const char *to, unsigned int flags, struct err *err)
{
	_cleanup_free_ char *parent = above(to);
	bool there = fs_exists(to);
	int ret = flags & WHOLE_UNSYNCED ? 0 : sync_folder(from, err);

	if (ret)
		return ret;
	if (move(from, to, there && flags & WHOLE_REPLACE))
		return err_errno(err, "cannot rename %s to %s", from, to);
	return flags & WHOLE_UNSYNCED ? 0 : sync_folder(parent, err);
}

int whole_finish(struct whole *w, struct err *err)
{
	int ret = whole_put(w->partial, w->path, w->flags, err);

	if (ret)
		fs_remove(w->partial, NULL);
	unlock(w);
	return ret;
}

void whole_abandon(struct whole *w)
{
	if (w->lock >= 0)
		fs_remove(w->partial, NULL);
	unlock(w);
}

/* One that begins just now is to find its own lock free. */
static void sweep_one(const char *folder, const char *name)
{
	_cleanup_free_ char *lock = xasprintf("%s/%s", folder, name);
	_cleanup_free_ char *partial =
		xasprintf("%.*s.partial", (int)(strlen(lock) - strlen(".lock")), lock);
	_cleanup_close_ int fd = -1;
	struct stat file;

	if (stat(lock, &file) || time(NULL) - file.st_mtime <= SWEEP_SECONDS)
		return;
	fd = fs_lock(lock, false, NULL);
	if (fd < 0)
		return;
	fs_remove(partial, NULL);
	unlink(lock);
}

void whole_sweep(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] == '.' && str_ends(entry->d_name, ".lock"))
			sweep_one(folder, entry->d_name);
}
