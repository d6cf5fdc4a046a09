// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/own_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/cache.h"

#define PREFIX "debian:"
#define BLOCK  (1 << 20)

/* An archive, which may lie within another: a tar in a tar in a package. */
struct layer {
	struct archive *a;
	struct archive *outer; /* NULL: a file */
	char *block;
};

static la_ssize_t read_outer(struct archive *a, void *data, const void **buffer)
{
	struct layer *layer = data;

	(void)a;
	*buffer = layer->block;
	return archive_read_data(layer->outer, layer->block, BLOCK);
}

static int layer_open(struct layer *layer, struct archive *outer, const char *path, struct err *err)
{
	int ret;

	*layer = (struct layer){
		.a = archive_read_new(),
		.outer = outer,
		.block = xcalloc(1, BLOCK),
	};
	archive_read_support_filter_all(layer->a);
	archive_read_support_format_ar(layer->a);
	archive_read_support_format_tar(layer->a);
	ret = outer ? archive_read_open(layer->a, layer, NULL, read_outer, NULL)
		    : archive_read_open_filename(layer->a, path, BLOCK);
	return ret ? err_set(err, EIO, "%s: %s", path, archive_error_string(layer->a)) : 0;
}

static void layer_close(struct layer *layer)
{
	archive_read_free(layer->a);
	free(layer->block);
}

/* On to the next entry whose name matches; NULL at the end. */
static struct archive_entry *layer_find(struct layer *layer, const char *pattern)
{
	struct archive_entry *entry;

	while (!archive_read_next_header(layer->a, &entry)) {
		const char *name = archive_entry_pathname(entry);

		if (name && !fnmatch(pattern, name, 0))
			return entry;
	}
	return NULL;
}

static int save(struct layer *layer, struct archive_entry *entry, const char *folder,
		struct err *err)
{
	const char *base = strrchr(archive_entry_pathname(entry), '/') + 1;
	size_t len = (size_t)archive_entry_size(entry);
	char *text = xcalloc(1, len + 1), *path = xasprintf("%s/%s", folder, base);
	FILE *f = fopen(path, "we");
	int ret = 0;

	if (archive_read_data(layer->a, text, len) != (la_ssize_t)len)
		ret = err_set(err, EIO, "%s is cut off", path);
	else if (!f || fwrite(text, 1, len, f) != len)
		ret = err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	if (f)
		fclose(f);
	free(path);
	free(text);
	return ret;
}

/* The sources in a package, of which mm/ alone goes to @folder. */
static int take_mm(struct layer *sources, const char *deb, const char *folder,
		   struct progress *progress, struct err *err)
{
	struct archive_entry *entry;
	struct stat st = { 0 };
	int ret = 0, n = 0;

	stat(deb, &st);
	while (!ret && (entry = layer_find(sources, "*/mm/*.[ch]"))) {
		progress_at(progress,
			    0.5 + 0.5 * (double)archive_filter_bytes(sources->a, -1) /
					    (double)(st.st_size + 1),
			    "unpacking mm");
		/* Not of a folder called mm somewhere below. */
		if (!fnmatch("linux-source-*/mm/*.[ch]", archive_entry_pathname(entry),
			     FNM_PATHNAME)) {
			ret = save(sources, entry, folder, err);
			n++;
		}
		if (!ret && interrupt_pending())
			ret = err_set(err, EINTR, "interrupted");
	}
	return ret || n ? ret : err_set(err, EIO, "%s has no mm/*.c", deb);
}

static int unpack(const char *deb, const char *folder, struct progress *progress, struct err *err)
{
	struct layer package = { 0 }, data = { 0 }, sources = { 0 };
	int ret = layer_open(&package, NULL, deb, err);

	if (!ret && !layer_find(&package, "data.tar*"))
		ret = err_set(err, EIO, "%s is no package", deb);
	if (!ret)
		ret = layer_open(&data, package.a, deb, err);
	if (!ret && !layer_find(&data, "*/linux-source-*.tar.*"))
		ret = err_set(err, EIO, "%s has no sources", deb);
	if (!ret)
		ret = layer_open(&sources, data.a, deb, err);
	if (!ret)
		ret = take_mm(&sources, deb, folder, progress, err);
	layer_close(&sources);
	layer_close(&data);
	layer_close(&package);
	return ret;
}

static int fill(const struct apt *apt, const char *package, const char *temp,
		struct progress *progress, struct err *err)
{
	char *debs = xasprintf("%s/debs", temp), *mm = xasprintf("%s/mm", temp);
	char *pattern = xasprintf("%s/*.deb", debs);
	glob_t found = { 0 };
	int ret = fs_mkdir_p(debs, err);

	if (!ret)
		ret = fs_mkdir_p(mm, err);
	progress_at(progress, 0.1, package);
	if (!ret)
		ret = apt_download(apt, package, debs, err);
	if (!ret && (glob(pattern, 0, NULL, &found) || found.gl_pathc != 1))
		ret = err_set(err, EIO, "apt left no package in %s", debs);
	if (!ret)
		ret = unpack(found.gl_pathv[0], mm, progress, err);
	globfree(&found);
	if (!ret)
		ret = fs_remove(debs, err);
	free(pattern);
	free(mm);
	free(debs);
	return ret;
}

/* What the archive says it has not is told as a reason; the lists may be behind it. */
static int fetch(const struct kernel *kernel, const char *folder, char **reason,
		 struct progress *progress, struct err *err)
{
	const char *series = kernel->spec + strlen(PREFIX);
	char *package = xasprintf("linux-source-%s=%s", series, kernel->version);
	char *temp = xasprintf("%s.tmp", folder);
	struct apt apt;
	int ret = apt_open(&apt, debian_release(series), err);

	if (ret)
		goto out;
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
out:
	free(temp);
	free(package);
	return ret;
}

static int of_debian(const struct kernel *kernel, char **folder, char **reason,
		     struct progress *progress, struct err *err)
{
	char *where = xasprintf("%s/source", kernel->root);
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
	free(where);
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
	char *kept, *linked;

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
	free(linked);
	free(kept);
	return 0;
}
