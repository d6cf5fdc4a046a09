// SPDX-License-Identifier: GPL-2.0-only
/* mm/ of a package of sources, taken out without the rest being written. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "kernels/own.h"

#define BLOCK (1 << 20)

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
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, base);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	return archive_read_data_into_fd(layer->a, fd)
		       ? err_set(err, EIO, "cannot write %s: %s", path,
				 archive_error_string(layer->a))
		       : 0;
}

/* The sources in a package, of which mm/ alone goes to @folder; @span: from where to where. */
static int take_mm(struct layer *sources, const char *deb, const char *folder, const double span[2],
		   struct progress *progress, struct err *err)
{
	struct archive_entry *entry;
	struct stat st = { 0 };
	int ret = 0, n = 0;

	stat(deb, &st);
	while (!ret && (entry = layer_find(sources, "*/mm/*.[ch]"))) {
		progress_at(progress,
			    span[0] + (span[1] - span[0]) *
					      (double)archive_filter_bytes(sources->a, -1) /
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
	if (!ret && archive_errno(sources->a))
		ret = err_set(err, EIO, "%s: %s", deb, archive_error_string(sources->a));
	return ret || n ? ret : err_set(err, EIO, "%s has no mm/*.c", deb);
}

static int unpack(const char *deb, const char *folder, const double span[2],
		  struct progress *progress, struct err *err)
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
		ret = take_mm(&sources, deb, folder, span, progress, err);
	layer_close(&sources);
	layer_close(&data);
	layer_close(&package);
	return ret;
}

int own_source_unpack(const char *debs, const char *folder, const double span[2],
		      struct progress *progress, struct err *err)
{
	_cleanup_free_ char *mm = xasprintf("%s/mm", folder),
			    *pattern = xasprintf("%s/*.deb", debs);
	glob_t found = { 0 };
	int ret = fs_mkdir_p(mm, err);

	if (!ret && (glob(pattern, 0, NULL, &found) || found.gl_pathc != 1))
		ret = err_set(err, EIO, "apt left no package in %s", debs);
	if (!ret)
		ret = unpack(found.gl_pathv[0], mm, span, progress, err);
	globfree(&found);
	return ret;
}
