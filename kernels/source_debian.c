// SPDX-License-Identifier: GPL-2.0-only
/* Debian's linux-source packages, each put into a git store of its own. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "kernels/apt.h"
#include "kernels/cache.h"
#include "kernels/source.h"

#define PREFIX	       "debian:"
#define UNPACK_SECONDS 1800

/* SOURCES/debian-V/current names the version in use; VERSION/tree, git's name for its tree. */
static int load_version(struct source *s, const char *folder, const char *version)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/tree", folder, version);

	s->tree = fs_read_line(path);
	if (!s->tree || !*s->tree)
		return -ENOENT;
	s->version = xstrdup(version);
	s->store = xasprintf("%s/%s/git", folder, version);
	s->log = xasprintf("%s/log", folder);
	return fs_is_dir(s->store) ? 0 : -ENOENT;
}

static void forget(struct source *s)
{
	free(s->tree);
	free(s->version);
	free(s->store);
	free(s->log);
	s->tree = s->version = s->store = s->log = NULL;
}

static int load_current(struct source *s, const char *folder)
{
	_cleanup_free_ char *path = xasprintf("%s/current", folder), *version = fs_read_line(path);
	int ret = -ENOENT;

	if (version && *version && !strchr(version, '/'))
		ret = load_version(s, folder, version);
	if (ret)
		forget(s);
	return ret;
}

static int unpack(const char *const *argv, const char *what, struct err *err)
{
	struct proc_options options = {
		.timeout_seconds = UNPACK_SECONDS,
		.missing = "install the packages dpkg, tar and xz-utils",
	};
	int ret = proc_run(argv, &options, err);

	if (ret == -ECHILD)
		ret = err_set(err, EIO, "cannot unpack %s: %s failed; is the disk full?", what,
			      argv[0]);
	return ret;
}

/* The only path that a pattern below a folder matches, owned; NULL with @err set. */
static char *only(const char *folder, const char *pattern, struct err *err)
{
	_cleanup_free_ char *full = xasprintf("%s/%s", folder, pattern);
	char *path = NULL;
	glob_t found = { 0 };

	if (!glob(full, 0, NULL, &found) && found.gl_pathc == 1)
		path = xstrdup(found.gl_pathv[0]);
	else
		err_set(err, EIO, "no file, or more than one, is %s", full);
	globfree(&found);
	return path;
}

/* The package in a folder, unpacked there twice: the tar file, then the sources. */
static int unpack_files(const char *folder, char **files, struct progress *progress,
			struct err *err)
{
	_cleanup_free_ char *deb = only(folder, "*.deb", err), *tar = NULL;
	const char *dpkg[] = { "dpkg-deb", "-x", deb, folder, NULL };
	int ret = deb ? unpack(dpkg, deb, err) : -EIO;

	if (!ret) {
		progress_at(progress, 0.3, "unpacking");
		tar = only(folder, "usr/src/linux-source-*.tar.xz", err);
		ret = tar ? 0 : -EIO;
	}
	if (!ret) {
		const char *argv[] = { "tar", "-C", folder, "-xJf", tar, NULL };

		ret = unpack(argv, tar, err);
	}
	if (!ret) {
		*files = only(folder, "linux-source-*/Makefile", err);
		ret = *files ? 0 : -EIO;
	}
	if (!ret)
		*strrchr(*files, '/') = '\0';
	return ret;
}

static int store_files(const char *temp, const char *files, struct err *err)
{
	_cleanup_free_ char *store = xasprintf("%s/git", temp),
			    *index = xasprintf("%s/index", temp);
	_cleanup_free_ char *path = xasprintf("%s/tree", temp), *tree = NULL;
	_cleanup_free_ char *log = xasprintf("%s/log", temp);
	const struct git git = { .dir = store, .work = files, .index = index, .log = log };
	int ret = git_init(store, "sha1", err);

	if (!ret)
		ret = git_run(&git, GIT_WORDS("add", "-A", "-f", "."), NULL, err);
	if (!ret) {
		tree = git_line(&git, GIT_WORDS("write-tree"), err);
		ret = tree ? fs_write_file(path, tree, strlen(tree), 0644, err) : -EIO;
	}
	return ret;
}

/* Leave in @temp a git store and the name of its tree, and nothing else. */
static int fill(const struct apt *apt, const char *package, const char *temp,
		struct progress *progress, struct err *err)
{
	_cleanup_free_ char *work = xasprintf("%s/unpacked", temp), *files = NULL;
	int ret = fs_mkdir_p(work, err);

	if (!ret)
		ret = apt_download_one(apt, package, work, 0.2, progress, err);
	if (!ret) {
		progress_at(progress, 0.2, "unpacking");
		ret = unpack_files(work, &files, progress, err);
	}
	if (!ret) {
		progress_at(progress, 0.5, "storing");
		ret = store_files(temp, files, err);
	}
	if (!ret)
		ret = fs_remove(work, err);
	if (!ret && interrupt_pending())
		ret = err_set(err, EINTR, "interrupted");
	return ret;
}

static int fetch_version(const struct apt *apt, const char *name, const char *version,
			 const char *folder, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *where = xasprintf("%s/%s", folder, version),
			    *temp = xasprintf("%s.tmp", where);
	_cleanup_free_ char *package = xasprintf("%s=%s", name, version);
	int ret = fs_mkdir_p(temp, err);

	if (!ret)
		ret = fill(apt, package, temp, progress, err);
	if (!ret)
		ret = cache_publish(temp, where, err);
	if (ret)
		fs_remove(temp, NULL);
	return ret;
}

static int fetch(struct source *s, const char *series, const char *folder, bool refresh,
		 struct progress *progress, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("linux-source-%s", series), *version = NULL;
	_cleanup_free_ char *path = xasprintf("%s/current", folder);
	struct apt apt;
	int ret;

	progress_note(progress, "fetching Debian's %s into %s", name, folder);
	ret = apt_open(&apt, debian_release(series, arch_host), arch_host, err);
	if (ret)
		return ret;
	ret = apt_update(&apt, refresh, err);
	if (!ret) {
		version = apt_field(&apt, name, "Version", err);
		ret = version ? 0 : -ENOENT;
	}
	if (!ret && load_version(s, folder, version)) {
		forget(s);
		ret = fetch_version(&apt, name, version, folder, progress, err);
		if (!ret && load_version(s, folder, version))
			ret = err_set(err, EIO, "%s/%s is not complete after unpacking", folder,
				      version);
	}
	if (!ret)
		ret = fs_write_file(path, version, strlen(version), 0644, err);
	apt_close(&apt);
	return ret;
}

/* apt's state is guarded by the lock of the cache's kernels. */
static int fetch_locked(struct source *s, const char *series, const char *folder,
			struct progress *progress, struct err *err)
{
	bool refresh = debian_refresh();
	int lock = cache_lock("kernels", progress, err), ret;

	if (lock < 0)
		return lock;
	ret = cache_sweep(folder, err);
	if (!ret && (refresh || load_current(s, folder)))
		ret = fetch(s, series, folder, refresh, progress, err);
	close(lock);
	return ret;
}

int source_check(const char *spec, struct err *err)
{
	_cleanup_free_ char *specs = NULL;

	if (str_starts(spec, PREFIX) && debian_release(spec + strlen(PREFIX), arch_host))
		return 0;
	specs = debian_specs(arch_host);
	return err_set(err, EINVAL, "there are no sources \"%s\"; there are: %s", spec, specs);
}

int source_fetch(struct source *s, const char *spec, struct progress *progress, struct err *err)
{
	const char *series = spec + strlen(PREFIX);
	_cleanup_free_ char *folder = NULL, *part = NULL;
	int ret = source_check(spec, err);

	if (ret)
		return ret;
	s->name = xasprintf("debian-%s", series);
	part = xasprintf("sources/%s", s->name);
	folder = cache_path("%s", part);
	s->lock = cache_lock(part, progress, err);
	ret = s->lock < 0 ? s->lock : 0;
	if (!ret && (debian_refresh() || load_current(s, folder)))
		ret = fetch_locked(s, series, folder, progress, err);
	if (!ret)
		s->label = xasprintf("%s %s", spec, s->version);
	return ret;
}
