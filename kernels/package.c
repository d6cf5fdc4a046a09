// SPDX-License-Identifier: GPL-2.0-only
/* A kernel's package as a file, with those that it needs beside it. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "kernels/apt.h"
#include "kernels/cache.h"
#include "kernels/facts.h"
#include "kernels/unpack.h"

#define IMAGE "linux-image-"

static bool package_matches(const char *spec)
{
	return str_ends(spec, ".deb") || rpm_is(spec);
}

/* A field of the file, "" where it has none; NULL with @err. */
static char *field(const char *file, const char *name, struct err *err)
{
	const char *argv[] = { "dpkg-deb", "-f", file, name, NULL };
	char *text = NULL;
	struct proc_options options = {
		.timeout_seconds = 60,
		.output = &text,
		.missing = "install the package dpkg",
	};
	int ret = proc_run(argv, &options, err);

	if (ret == -ECHILD)
		err_set(err, EINVAL, "%s is no Debian package: dpkg-deb cannot read it", file);
	if (ret) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The first that the pattern finds; NULL: none. */
static char *first_file(const char *pattern)
{
	glob_t found = { 0 };
	char *file = glob(pattern, 0, NULL, &found) ? NULL : xstrdup(found.gl_pathv[0]);

	globfree(&found);
	return file;
}

/* Package @name beside @image, of its version if there is one. Adds it to the plan's. */
static int add_beside(struct unpack_plan *plan, const char *image, const char *name,
		      struct err *err)
{
	const int folder = (int)(strrchr(image, '/') - image);
	_cleanup_free_ char *same = xasprintf("%.*s/%s_%s_*.deb", folder, image, name,
					      plan->version),
			    *any = xasprintf("%.*s/%s_*.deb", folder, image, name), *file = NULL;

	file = first_file(same) ?: first_file(any);
	if (!file)
		return err_set(err, ENOENT, "%s needs %s: put that package's .deb beside it", image,
			       name);
	strv_add(&plan->packages, file);
	return 0;
}

/* What @file depends on of these kinds, but for what is planned already. */
static int add_needed(struct unpack_plan *plan, const char *image, const char *file,
		      const char *const *kinds, struct err *err)
{
	_cleanup_free_ char *depends = field(file, "Depends", err);
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = depends ? 0 : -EINVAL;

	for (; !ret && *kinds; kinds++)
		apt_depends(depends, *kinds, &names);
	for (size_t i = 0; !ret && i < names.n; i++)
		ret = add_beside(plan, image, names.v[i], err);
	return ret;
}

static int plan_files(struct unpack_plan *plan, const char *image, struct err *err)
{
	static const char *const parts[] = { "linux-binary-", "linux-modules-", "linux-base-",
					     NULL };
	static const char *const common[] = { "linux-headers-", "linux-kbuild-", NULL };
	_cleanup_free_ char *name = field(image, "Package", err), *headers = NULL;
	int ret;

	plan->version = name ? field(image, "Version", err) : NULL;
	if (!plan->version)
		return -EINVAL;
	if (!str_starts(name, IMAGE))
		return err_set(err, EINVAL, "%s is package %s: name that of a kernel, " IMAGE "*",
			       image, *name ? name : "of no name");
	if (str_ends(name, "-unsigned"))
		name[strlen(name) - strlen("-unsigned")] = '\0';
	plan->release = xstrdup(name + strlen(IMAGE));
	plan->cc = "";
	headers = xasprintf("linux-headers-%s", plan->release);
	strv_add(&plan->packages, image);
	ret = add_beside(plan, image, headers, err);
	if (!ret)
		ret = add_needed(plan, image, plan->packages.v[1], common, err);
	return ret ? ret : add_needed(plan, image, image, parts, err);
}

/* CACHE/kernels/files/KEY, of what the files hold. */
static char *folder_of(const struct unpack_plan *plan, struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	_cleanup_free_ char *key = NULL;
	char hex[65];

	for (size_t i = 0; i < plan->packages.n; i++) {
		if (fs_sha256(plan->packages.v[i], hex, err))
			return NULL;
		manifest_addf(&m, "%s\n", hex);
	}
	key = manifest_key(&m);
	return cache_path("kernels/files/%s", key);
}

static int unpack(const struct unpack_plan *plan, const char *where, struct kernel *kernel,
		  struct progress *progress, struct err *err)
{
	_cleanup_free_ char *above = cache_path("kernels/files");
	_cleanup_close_ int lock = -1;
	int ret;

	progress_enter(progress, "kernel");
	lock = cache_lock("kernels", progress, err);
	if (lock < 0)
		return lock;
	if (!facts_load(kernel, where))
		return 0;
	ret = fs_mkdir_p(above, err);
	if (!ret)
		ret = cache_sweep(above, err);
	if (!ret)
		ret = unpack_kernel(NULL, plan, where, progress, err);
	if (!ret && facts_load(kernel, where))
		ret = err_set(err, EIO, "%s is not complete after unpacking", where);
	return ret;
}

static int package_find(const char *spec, struct kernel *kernel, struct progress *progress,
			struct err *err)
{
	_cleanup_(unpack_plan_release) struct unpack_plan plan = { 0 };
	_cleanup_free_ char *file = realpath(spec, NULL), *where = NULL;
	int ret = !file		 ? err_errno(err, "%s", spec)
		  : rpm_is(file) ? rpm_plan(&plan, file, err)
				 : plan_files(&plan, file, err);

	if (ret)
		return ret;
	where = folder_of(&plan, err);
	if (!where)
		return -EIO;
	if (facts_load(kernel, where))
		ret = unpack(&plan, where, kernel, progress, err);
	return ret ? ret : image_vmlinux(kernel, err);
}

const struct kernel_source package_source = {
	.name = "linux-image-RELEASE_*.deb, kernel-core-VERSION.rpm",
	.summary = "a kernel's package, with its headers' beside it",
	.matches = package_matches,
	.find = package_find,
};
