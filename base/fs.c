// SPDX-License-Identifier: GPL-2.0-only
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <ftw.h>
#include <nettle/sha2.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/str.h"

#define ORPHAN_TRIES  500
#define ORPHAN_NAP_US 10000

bool fs_exists(const char *path)
{
	return !access(path, F_OK);
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool fs_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

int fs_mkdir_p(const char *path, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(path);

	for (char *p = copy + 1; p[-1]; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			return err_errno(err, "cannot make folder %s", copy);
		*p = c;
	}
	return fs_is_dir(path) ? 0 : err_set(err, ENOTDIR, "%s is there and is not a folder", path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) ? -1 : 0;
}

int fs_remove(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : err_errno(err, "%s", path);
	if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS))
		return err_errno(err, "cannot remove %s", path);
	return 0;
}

static char *cannot_read(const char *path, struct err *err)
{
	err_errno(err, "cannot read %s", path);
	return NULL;
}

char *fs_read(const char *path, size_t *len, struct err *err)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *buf = NULL;
	size_t n = 0, room = 65536;
	struct stat st;

	if (!f || fstat(fileno(f), &st))
		return cannot_read(path, err);
	/* It gives bytes without an end. */
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		err_set(err, EINVAL, "cannot read %s: a device, not a file", path);
		errno = EINVAL;
		return NULL;
	}
	do {
		buf = xrealloc(buf, room);
		n += fread(buf + n, 1, room - n - 1, f);
		room *= 2;
	} while (!ferror(f) && !feof(f));
	if (ferror(f))
		return cannot_read(path, err);
	buf[n] = '\0';
	if (len)
		*len = n;
	return TAKE_PTR(buf);
}

char *fs_read_line(const char *path)
{
	char *text = fs_read(path, NULL, NULL);

	if (text)
		*strchrnul(text, '\n') = '\0';
	return text;
}

char *fs_read_setting(const char *path)
{
	_cleanup_free_ char *line = fs_read_line(path);
	const char *open = line ? strchr(line, '[') : NULL;

	return open ? xstrndup(open + 1, strcspn(open + 1, "]")) : TAKE_PTR(line);
}

int fs_write_all(int fd, const void *data, size_t len, const char *path, struct err *err)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "cannot write %s", path);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

char *fs_temp(const char *above, const char *name, struct err *err)
{
	const char *tmp = getenv("TMPDIR"), *in = above ? above : tmp && *tmp ? tmp : "/tmp";
	_cleanup_free_ char *folder = xasprintf("%s/%s.XXXXXX", in, name);

	if (mkdtemp(folder))
		return TAKE_PTR(folder);
	err_errno(err, "cannot make a folder in %s", in);
	return NULL;
}

void fs_temp_end(char *folder)
{
	fs_remove(folder, NULL);
	free(folder);
}

int fs_write_file(const char *path, const void *data, size_t len, mode_t mode, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC), ret;

	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	ret = fs_write_all(fd, data, len, path, err);
	if (!ret && (fchmod(fd, mode) || fsync(fd)))
		ret = err_errno(err, "cannot write %s", path);
	if (close(fd) && !ret)
		ret = err_errno(err, "cannot write %s", path);
	if (!ret && rename(temp, path))
		ret = err_errno(err, "cannot rename to %s", path);
	if (ret)
		unlink(temp);
	return ret;
}

int fs_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int fs_copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	size_t len;
	_cleanup_free_ char *data = fs_read(from, &len, err);

	return data ? fs_write_file(to, data, len, mode, err) : -errno;
}

/* Is @fd still what @path names? Its last holder may have removed it. */
static bool is_at(int fd, const char *path)
{
	struct stat open_one, named;

	return !fstat(fd, &open_one) && !stat(path, &named) && open_one.st_ino == named.st_ino;
}

static int lock_held(const char *path, int code, struct err *err)
{
	_cleanup_free_ char *owner = NULL;

	if (code != EWOULDBLOCK)
		return err_set(err, code, "cannot lock %s: %s", path, strerror(code));
	owner = fs_read_line(path);
	return err_set(err, code, "%s is held by process %s", path,
		       owner && *owner ? owner : "unknown");
}

/* Has the process ended? Whose parent has not yet asked for its end has, too. */
static bool is_gone(long pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%ld/stat", pid);
	_cleanup_free_ char *line = fs_read_line(path);
	const char *at = line ? strrchr(line, ')') : NULL;

	return at ? str_starts(at, ") Z") : kill((pid_t)pid, 0) && errno == ESRCH;
}

/* Its owner was killed: children have the lock until they end, or run a program. */
static bool is_orphaned(const char *path)
{
	_cleanup_free_ char *owner = fs_read_line(path);
	long pid = owner ? strtol(owner, NULL, 10) : 0;

	return pid > 0 && is_gone(pid);
}

int fs_lock(const char *path, bool wait, struct err *err)
{
	unsigned int tries = ORPHAN_TRIES;

	for (;;) {
		_cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		int code;

		if (fd < 0)
			return err_errno(err, "cannot open lock %s", path);
		code = flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) ? errno : 0;
		if (!code && is_at(fd, path)) {
			if (!ftruncate(fd, 0))
				dprintf(fd, "%d\n", (int)getpid());
			return TAKE_FD(fd);
		}
		if (code == EINTR && !interrupt_pending())
			continue;
		if (code == EWOULDBLOCK && tries && !interrupt_pending() && is_orphaned(path)) {
			tries--;
			usleep(ORPHAN_NAP_US);
			continue;
		}
		if (code)
			return lock_held(path, code, err);
	}
}

char *fs_find_program(const char *name)
{
	const char *path = getenv("PATH");
	_cleanup_(strv_release) struct strv dirs = { 0 };

	if (strchr(name, '/'))
		return access(name, X_OK) ? NULL : xstrdup(name);
	strv_split(&dirs, path ? path : "/usr/local/bin:/usr/bin:/bin", ':');
	for (size_t i = 0; i < dirs.n; i++) {
		_cleanup_free_ char *full = xasprintf("%s/%s", dirs.v[i], name);

		if (!access(full, X_OK) && !fs_is_dir(full))
			return TAKE_PTR(full);
	}
	return NULL;
}

int fs_sha256(const char *path, char hex[65], struct err *err)
{
	uint8_t buf[65536], digest[SHA256_DIGEST_SIZE];
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	struct sha256_ctx ctx;
	size_t n;

	if (!f)
		return err_errno(err, "cannot read %s", path);
	sha256_init(&ctx);
	while ((n = fread(buf, 1, sizeof(buf), f)))
		sha256_update(&ctx, n, buf);
	if (ferror(f))
		return err_set(err, EIO, "cannot read %s", path);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return 0;
}
