// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#define SUFFIX ".rpm"
#define BLOCK  (1 << 16)

DEFINE_CLEANUP_AS(struct archive *, archive_read_free, archive_read_freep);
DEFINE_CLEANUP_AS(struct archive *, archive_write_free, archive_write_freep);

bool rpm_is(const char *file)
{
	return str_ends(file, SUFFIX);
}

/* "kernel-core-6.5.6-300.fc39.ARCH.rpm": where the version begins. NULL: nowhere. */
static const char *version_in(const char *name)
{
	for (const char *dash = strchr(name, '-'); dash; dash = strchr(dash + 1, '-'))
		if (isdigit((unsigned char)dash[1]))
			return dash + 1;
	return NULL;
}

static int failed(const char *file, struct archive *a, struct err *err)
{
	return err_set(err, EINVAL, "cannot unpack %s: %s", file, archive_error_string(a));
}

static int open_file(struct archive *a, const char *file, struct err *err)
{
	archive_read_support_filter_all(a);
	archive_read_support_format_cpio(a);
	return archive_read_open_filename(a, file, BLOCK) ? failed(file, a, err) : 0;
}

/* Of the modules' folder, "./lib/modules/6.5.6-300.fc39.ARCH/...". NULL with @err. */
static char *release_in(const char *file, struct err *err)
{
	static const char modules[] = "lib/modules/";
	_cleanup_(archive_read_freep) struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int ret;

	if (open_file(a, file, err))
		return NULL;
	while (!(ret = archive_read_next_header(a, &entry))) {
		const char *at = strstr(archive_entry_pathname(entry), modules);
		size_t len = at ? strcspn(at + strlen(modules), "/") : 0;

		if (len)
			return xstrndup(at + strlen(modules), len);
	}
	if (ret == ARCHIVE_EOF)
		err_set(err, EINVAL, "%s has no kernel: nothing is below lib/modules", file);
	else
		failed(file, a, err);
	return NULL;
}

int rpm_plan(struct unpack_plan *plan, const char *image, struct err *err)
{
	static const char *const kinds[] = { "-core", "-modules-core", "-modules", "-modules-extra",
					     "-devel" };
	const char *name = strrchr(image, '/') + 1, *version = version_in(name), *last = NULL;
	_cleanup_free_ char *base =
		version ? xstrndup(name, (size_t)(version - name - 1)) : xstrdup("");

	if (str_ends(base, kinds[0]))
		base[strlen(base) - strlen(kinds[0])] = '\0';
	for (size_t i = 1; i < ARRAY_SIZE(kinds); i++)
		if (str_ends(base, kinds[i]))
			*base = '\0';
	if (!str_starts(base, "kernel"))
		return err_set(err, EINVAL,
			       "%s: name the package of a kernel, kernel-core-VERSION.rpm or "
			       "kernel-VERSION.rpm",
			       image);
	strv_add(&plan->packages, image);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_free_ char *file = xasprintf("%.*s%s%s-%s", (int)(name - image), image,
						      base, kinds[i], version);

		last = fs_exists(file) ? kinds[i] : NULL;
		if (last && strcmp(file, image) != 0)
			strv_add(&plan->packages, file);
	}
	if (!last)
		return err_set(err, ENOENT, "%s needs %s-devel-%s: put that package beside it",
			       image, base, version);
	plan->version = xstrndup(version, strlen(version) - strlen(SUFFIX));
	if (strrchr(plan->version, '.'))
		*strrchr(plan->version, '.') = '\0';
	plan->cc = "";
	plan->headers = "kernels/";
	plan->release = release_in(image, err);
	return plan->release ? 0 : -EINVAL;
}

/* "./lib/modules" below @to. */
static void place(struct archive_entry *entry, const char *to)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", to, archive_entry_pathname(entry)),
			    *link = NULL;

	archive_entry_set_pathname(entry, path);
	if (archive_entry_hardlink(entry)) {
		link = xasprintf("%s/%s", to, archive_entry_hardlink(entry));
		archive_entry_set_hardlink(entry, link);
	}
}

int rpm_unpack(const char *file, const char *to, struct err *err)
{
	_cleanup_(archive_read_freep) struct archive *from = archive_read_new();
	_cleanup_(archive_write_freep) struct archive *disk = archive_write_disk_new();
	/* Nothing of a package leads out of its folder, which has no links above it. */
	_cleanup_free_ char *root = realpath(to, NULL);
	struct archive_entry *entry;
	int ret;

	if (!root)
		return err_errno(err, "%s", to);
	archive_write_disk_set_options(disk, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
						     ARCHIVE_EXTRACT_SECURE_SYMLINKS |
						     ARCHIVE_EXTRACT_SECURE_NODOTDOT);
	ret = open_file(from, file, err);
	if (ret)
		return ret;
	while (!(ret = archive_read_next_header(from, &entry))) {
		place(entry, root);
		if (archive_read_extract2(from, entry, disk))
			return failed(file, from, err);
	}
	if (ret != ARCHIVE_EOF)
		return failed(file, from, err);
	return archive_write_close(disk) ? failed(file, disk, err) : 0;
}
