// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/dashboard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/report/dashboard.h"
#include "plot/history.h"

#define PARTIAL ".partial."
#define UNIQUE	"XXXXXX" /* for mkdtemp() */

/* Pages in the making, in a folder beside the one they are for. */
struct pages {
	const struct dashboard *d;
	char *folder;
};

/* A page's text, as one of the writers of dashboard.h makes it. */
struct text {
	char *text;
	size_t len;
	FILE *f;
};

static void text_begin(struct text *t)
{
	*t = (struct text){ 0 };
	t->f = open_memstream(&t->text, &t->len);
}

/* Nothing is synced: the folder is moved into place whole, and can be made again. */
static int put_file(const struct pages *p, const char *name, const char *text, size_t len,
		    struct err *err)
{
	char *path = xasprintf("%s/%s", p->folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), ret;

	ret = fd < 0 ? err_set(err, errno, "cannot write %s: %s", path, strerror(errno))
		     : fs_write_all(fd, text, len, path, err);
	if (fd >= 0 && close(fd) && !ret)
		ret = err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	free(path);
	return ret;
}

static int text_end(struct text *t, const struct pages *p, const char *name, struct err *err)
{
	int ret;

	fclose(t->f);
	ret = put_file(p, name, t->text, t->len, err);
	free(t->text);
	return ret;
}

static int put_series(void *data, size_t i, const char *svg, struct err *err)
{
	const struct pages *p = data;
	struct text t;

	text_begin(&t);
	dashboard_write_series(p->d, i, svg, t.f);
	return text_end(&t, p, dashboard_name(&p->d->list.series[i]).text, err);
}

/* Those that have no picture. */
static int put_others(struct pages *p, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->d->list.n && !ret; i++) {
		char *path =
			xasprintf("%s/%s", p->folder, dashboard_name(&p->d->list.series[i]).text);

		if (!fs_exists(path))
			ret = put_series(p, i, NULL, err);
		free(path);
	}
	return ret;
}

static int put_all(struct pages *p, struct err *err)
{
	struct text t;
	int ret = plot_histories(p->d->courses, p->d->list.n, p->folder, put_series, p, err);

	if (!ret)
		ret = put_others(p, err);
	if (!ret)
		ret = put_file(p, DASHBOARD_CSS, dashboard_css, strlen(dashboard_css), err);
	if (!ret)
		ret = put_file(p, DASHBOARD_JS, dashboard_js, strlen(dashboard_js), err);
	if (ret)
		return ret;
	text_begin(&t);
	dashboard_write_index(p->d, t.f);
	return text_end(&t, p, DASHBOARD_INDEX, err);
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir)
		closedir(dir);
	return dir && !n;
}

/* What is there is replaced whole: only a dashboard, or nothing, may be. */
static int check_target(const char *out, struct err *err)
{
	char *path, *text;
	bool ours;

	if (!fs_exists(out) || is_empty(out))
		return 0;
	path = xasprintf("%s/" DASHBOARD_INDEX, out);
	text = fs_read(path, NULL, NULL);
	ours = text && strstr(text, DASHBOARD_MARK);
	free(text);
	free(path);
	return ours ? 0
		    : err_set(err, EEXIST,
			      "%s is there and is no dashboard: name another folder, or remove it",
			      out);
}

/* The new folder takes the place of what is there in one step. */
static int move_into_place(const char *folder, const char *out, struct err *err)
{
	unsigned int flags = fs_exists(out) ? RENAME_EXCHANGE : RENAME_NOREPLACE;

	if (chmod(folder, 0755) || renameat2(AT_FDCWD, folder, AT_FDCWD, out, flags))
		return err_set(err, errno, "cannot write %s: %s", out, strerror(errno));
	return 0;
}

/* "site" as ".siteSUFFIX", in the same folder. */
static char *beside(const char *out, const char *suffix)
{
	const char *slash = strrchr(out, '/');
	int dir = slash ? (int)(slash - out) + 1 : 0;

	return xasprintf("%.*s.%s%s", dir, out, out + dir, suffix);
}

/* What those that were killed left in the folder @above: nobody else has the lock. */
static void sweep(const char *above, const char *out)
{
	const char *slash = strrchr(out, '/'), *name = slash ? slash + 1 : out;
	char *prefix = xasprintf(".%s" PARTIAL, name);
	DIR *dir = opendir(above);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *path = xasprintf("%s/%s", above, entry->d_name);

		if (str_starts(entry->d_name, prefix) &&
		    strlen(entry->d_name) == strlen(prefix) + strlen(UNIQUE))
			fs_remove(path, NULL);
		free(path);
	}
	if (dir)
		closedir(dir);
	free(prefix);
}

/*
 * Beside @out, so that moving it is one step. *lock is held meanwhile: another
 * process that writes the same dashboard is waited for.
 */
static int make_folder(const char *out, char *folder, int *lock, struct err *err)
{
	char *above = xstrdup(out), *slash = strrchr(above, '/'), *path = beside(out, ".lock");
	int ret = 0;

	if (slash)
		slash[slash == above] = '\0';
	if (slash && slash != above)
		ret = fs_mkdir_p(above, err);
	if (!ret)
		*lock = fs_lock(path, true, err);
	if (!ret && *lock < 0)
		ret = *lock;
	if (!ret)
		sweep(slash ? above : ".", out);
	if (!ret && !mkdtemp(folder))
		ret = err_set(err, errno, "cannot make a folder beside %s: %s", out,
			      strerror(errno));
	free(path);
	free(above);
	return ret;
}

static void unlock(const char *out, int lock)
{
	char *path = beside(out, ".lock");

	unlink(path);
	close(lock);
	free(path);
}

static char *without_slashes(const char *path)
{
	char *copy = xstrdup(path);
	size_t len = strlen(copy);

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	return copy;
}

int dashboard_make(struct store *store, const char *named, const char *out, struct err *err)
{
	struct dashboard d;
	struct pages p = { .d = &d };
	char *target = without_slashes(out);
	int lock = -1, ret = check_target(target, err);

	if (!ret)
		ret = dashboard_load(store, named, &d, err);
	if (ret)
		goto out;
	p.folder = beside(target, PARTIAL UNIQUE);
	ret = make_folder(target, p.folder, &lock, err);
	if (!ret)
		ret = put_all(&p, err);
	if (!ret)
		ret = move_into_place(p.folder, target, err);
	if (lock >= 0) {
		fs_remove(p.folder, NULL); /* what was there before, or what was not finished */
		unlock(target, lock);
	}
	free(p.folder);
	dashboard_release(&d);
out:
	free(target);
	return ret;
}
