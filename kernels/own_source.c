// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/cache.h"

#define PREFIX "debian:"

static int fill(const struct apt *apt, const char *package, const char *temp,
		struct progress *progress, struct err *err)
{
	_cleanup_free_ char *debs = xasprintf("%s/debs", temp);
	int ret = apt_download_one(apt, package, debs, 0.5, progress, err);

	if (!ret)
		ret = own_source_unpack(debs, temp, (const double[]){ 0.5, 1 }, progress, err);
	return ret ? ret : fs_remove(debs, err);
}

/* What the archive says it has not is told as a reason; the lists may be behind it. */
static int fetch(const struct kernel *kernel, const char *folder, char **reason,
		 struct progress *progress, struct err *err)
{
	const char *series = kernel->spec + strlen(PREFIX);
	_cleanup_free_ char *package = xasprintf("linux-source-%.*s=%s", (int)strcspn(series, "-"),
						 series, kernel->version);
	_cleanup_free_ char *temp = xasprintf("%s.tmp", folder);
	struct apt apt;
	int ret = apt_open(&apt, debian_release(series, NULL), arch_host, err);

	if (ret)
		return ret;
	progress_note(progress, "fetching %s for the kernel's own code", package);
	ret = apt_update(&apt, false, err);
	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = fill(&apt, package, temp, progress, err);
	if (!ret)
		ret = cache_publish(temp, folder, err);
	if (ret)
		fs_remove(temp, NULL);
	if (ret == -ECHILD) {
		*reason = xasprintf("cannot fetch its sources, %s: %s", package, err->text);
		ret = 0;
	}
	apt_close(&apt);
	return ret;
}

static int of_debian(const struct kernel *kernel, char **folder, char **reason,
		     struct progress *progress, struct err *err)
{
	_cleanup_free_ char *where = xasprintf("%s/source", kernel->root);
	int lock, ret = 0;

	if (!fs_is_dir(where)) {
		progress_enter(progress, "kernel");
		lock = cache_lock("kernels", progress, err);
		ret = lock < 0 ? lock : 0;
		if (!ret && !fs_is_dir(where))
			ret = fetch(kernel, where, reason, progress, err);
		if (lock >= 0)
			close(lock);
	}
	if (!ret && !*reason)
		*folder = xstrdup(where);
	return ret;
}

/* The first of these folders that has mm/hmm.c. */
static char *first_with_mm(const char *const *folders, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *file = xasprintf("%s/mm/hmm.c", folders[i]), *real;
		bool there = fs_exists(file);

		free(file);
		real = there ? realpath(folders[i], NULL) : NULL;
		if (real)
			return real;
	}
	return NULL;
}

int own_source(const struct kernel *kernel, const char *asked, char **folder, char **reason,
	       struct progress *progress, struct err *err)
{
	_cleanup_free_ char *kept = NULL, *linked = NULL;

	*folder = NULL;
	*reason = NULL;
	if (asked) {
		*folder = first_with_mm(&asked, 1);
		return *folder ? 0
			       : err_set(err, ENOENT,
					 "%s has no mm/hmm.c: --source takes a kernel's sources",
					 asked);
	}
	if (str_starts(kernel->spec, PREFIX))
		return of_debian(kernel, folder, reason, progress, err);
	/* Of a build: kept beside it. Of a tree: itself, or where O= has them from. */
	kept = xasprintf("%s/source", kernel->root);
	linked = xasprintf("%s/source", kernel->build);
	*folder = first_with_mm((const char *const[]){ kept, kernel->build, linked }, 3);
	if (!*folder)
		*reason = xasprintf("the sources of %s are not at hand: --source names them",
				    kernel->spec);
	return 0;
}
