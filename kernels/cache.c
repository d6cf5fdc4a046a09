// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <nettle/sha2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "base/size.h"
#include "base/str.h"
#include "base/whole.h"

#define KEY_BYTES      12
#define KEY_DIGITS     (2UL * KEY_BYTES)
#define HEX_DIGITS     "0123456789abcdef"
#define IN_USE_SECONDS 3600 /* another process may be at what was used since */

#define POLL_US	    200000
#define SAY_SECONDS 30

char *cache_path(const char *fmt, ...)
{
	_cleanup_free_ char *folder = place_cache(), *cwd = NULL, *rest = NULL;
	char *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&rest, fmt, ap) < 0)
		abort();
	va_end(ap);
	if (*folder != '/')
		cwd = getcwd(NULL, 0);
	path = xasprintf("%s%s%s/%s", cwd ? cwd : "", cwd ? "/" : "", folder, rest);
	return path;
}

/* "process 17 (ptwalk run -w anon-pte)", as the lock file @path says. Owned by the caller. */
static char *owner_of(const char *path)
{
	_cleanup_free_ char *pid = fs_read_line(path), *words = NULL, *file = NULL;
	size_t len;

	if (!pid || !*pid)
		return xstrdup("another process");
	file = xasprintf("/proc/%s/cmdline", pid);
	words = fs_read(file, &len, NULL);
	for (size_t i = 0; words && i + 1 < len; i++)
		if (!words[i])
			words[i] = ' ';
	return words && *words ? xasprintf("process %s (%.60s)", pid, words)
			       : xasprintf("process %s", pid);
}

/* Until it is free, or a signal came: who has it is said at once, how long it takes twice a minute. */
static int wait_for(const char *path, struct progress *progress, struct err *err)
{
	const double began = host_seconds();
	double said = began;
	int fd;

	for (;;) {
		_cleanup_free_ char *owner = owner_of(path);

		if (said <= began || host_seconds() - said >= SAY_SECONDS) {
			progress_note(progress, "waiting for %s, which has %s%s", owner, path,
				      said > began ? ", still" : "");
			said = host_seconds();
		}
		usleep(POLL_US);
		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted while waiting for %s, which has %s",
				       owner, path);
		fd = fs_lock(path, false, err);
		if (fd != -EWOULDBLOCK)
			break;
	}
	if (fd >= 0)
		progress_note(progress, "waited %.0f s", host_seconds() - began);
	return fd;
}

int cache_lock(const char *part, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *folder = cache_path("%s", part), *path = xasprintf("%s/lock", folder);
	int fd = fs_mkdir_p(folder, err);

	if (fd)
		return fd;
	fd = fs_lock(path, false, err);
	if (fd == -EWOULDBLOCK)
		fd = wait_for(path, progress, err);
	/* Children keep it: they may outlive a killed owner, and go on writing for a while. */
	if (fd >= 0)
		fcntl(fd, F_SETFD, 0);
	return fd;
}

int cache_room(unsigned int mib, struct err *err)
{
	_cleanup_free_ char *folder = place_cache();
	struct statvfs st;
	unsigned long long left;

	if (statvfs(folder, &st))
		return err_errno(err, "%s", folder);
	left = (unsigned long long)st.f_bavail * st.f_frsize / MIB;
	if (left >= mib)
		return 0;
	return err_set(err, ENOSPC,
		       "%s has %llu MiB left, and what is to be fetched takes %u: set "
		       "PTWALK_CACHE to a folder with more",
		       folder, left, mib);
}

int cache_sweep(const char *folder, struct err *err)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return err_errno(err, "cannot list %s", folder);
	while (!ret && (entry = readdir(dir))) {
		_cleanup_free_ char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (str_ends(path, ".tmp"))
			ret = fs_remove(path, err);
	}
	return ret;
}

void cache_use(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, 0);
}

struct result {
	char *path;
	time_t used;
};

static int newest_first(const void *a, const void *b)
{
	const struct result *one = a, *two = b;

	return (one->used < two->used) - (one->used > two->used);
}

/* Whole for others, or not there. */
static void remove_result(const char *path)
{
	_cleanup_free_ char *gone = xasprintf("%s.tmp", path);

	if (!rename(path, gone))
		fs_remove(gone, NULL);
}

void cache_trim(const char *folder, const char *suffix, size_t most)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	const time_t before = time(NULL) - IN_USE_SECONDS;
	struct result *results = NULL;
	struct dirent *entry;
	struct stat st;
	size_t n = 0;

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (strspn(name, HEX_DIGITS) != KEY_DIGITS || strcmp(name + KEY_DIGITS, suffix) ||
		    fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		results = xgrow(results, n, sizeof(*results));
		results[n++] = (struct result){ xasprintf("%s/%s", folder, name), st.st_mtime };
	}
	if (n)
		qsort(results, n, sizeof(*results), newest_first);
	for (size_t i = 0; i < n; i++) {
		if (i >= most && results[i].used < before)
			remove_result(results[i].path);
		free(results[i].path);
	}
	free(results);
}

int cache_publish(const char *from, const char *to, struct err *err)
{
	return whole_put(from, to, WHOLE_REPLACE, err);
}

void manifest_addf(struct manifest *m, const char *fmt, ...)
{
	va_list ap;
	_cleanup_free_ char *line = NULL;

	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) < 0)
		abort();
	va_end(ap);
	strv_add(&m->lines, line);
}

int manifest_add_file(struct manifest *m, const char *folder, const char *path, struct err *err)
{
	_cleanup_free_ char *full = xasprintf("%s/%s", folder, path);
	char hex[65];
	int ret = fs_sha256(full, hex, err);

	if (!ret)
		manifest_addf(m, "%s %s\n", path, hex);
	return ret;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int add_link(struct manifest *m, const char *path, const char *full, struct err *err)
{
	char to[4096];
	ssize_t len = readlink(full, to, sizeof(to) - 1);

	if (len < 0)
		return err_errno(err, "cannot read %s", full);
	to[len] = '\0';
	manifest_addf(m, "%s -> %s\n", path, to);
	return 0;
}

static int add_entry(struct manifest *m, const char *folder, const FTSENT *entry, struct err *err)
{
	const char *path = entry->fts_path + strlen(folder) + 1;

	switch (entry->fts_info) {
	case FTS_F:
		return manifest_add_file(m, folder, path, err);
	case FTS_SL:
	case FTS_SLNONE:
		return add_link(m, path, entry->fts_path, err);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return err_set(err, entry->fts_errno, "cannot read %s: %s", entry->fts_path,
			       strerror(entry->fts_errno));
	default:
		return 0;
	}
}

int manifest_add_tree(struct manifest *m, const char *folder, struct err *err)
{
	char *const roots[] = { (char *)folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int ret = 0;

	if (!tree)
		return err_errno(err, "cannot list %s", folder);
	while (!ret && (entry = fts_read(tree)))
		ret = add_entry(m, folder, entry, err);
	fts_close(tree);
	return ret;
}

char *manifest_key(const struct manifest *m)
{
	uint8_t digest[KEY_BYTES];
	char *key = xcalloc(2 * KEY_BYTES + 1, 1);
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < m->lines.n; i++)
		sha256_update(&ctx, strlen(m->lines.v[i]), (const uint8_t *)m->lines.v[i]);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < KEY_BYTES; i++)
		sprintf(key + 2 * i, "%02x", digest[i]);
	return key;
}

void manifest_release(struct manifest *m)
{
	strv_release(&m->lines);
}
