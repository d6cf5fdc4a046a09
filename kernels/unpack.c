// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/interrupt.h"
#include "base/proc.h"
#include "kernels/cache.h"
#include "kernels/facts.h"
#include "kernels/kernel.h"

void unpack_plan_release(struct unpack_plan *plan)
{
	free(plan->release);
	free(plan->version);
	strv_release(&plan->packages);
	*plan = (struct unpack_plan){ 0 };
}

static int download(const struct apt *apt, const struct unpack_plan *plan, const char *folder,
		    struct progress *progress, struct err *err)
{
	int ret = fs_mkdir_p(folder, err);

	for (size_t i = 0; !ret && i < plan->packages.n; i++) {
		progress_at(progress, 0.1 + 0.5 * (double)i / (double)plan->packages.n,
			    plan->packages.v[i]);
		ret = apt_download(apt, plan->packages.v[i], folder, err);
	}
	return ret;
}

static int unpack_one(const char *deb, const char *to, struct err *err)
{
	const char *argv[] = { "dpkg-deb", "-x", deb, to, NULL };
	struct proc_options options = { .timeout_seconds = 900 };
	int ret = proc_run(argv, &options, err);

	if (ret == -ECHILD)
		ret = err_set(err, EIO,
			      "cannot unpack %s into %s: dpkg-deb failed; is the disk full?", deb,
			      to);
	return ret;
}

static int unpack_all(const char *debs, const char *to, struct err *err)
{
	DIR *dir = opendir(debs);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return err_set(err, errno, "cannot list %s: %s", debs, strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		char *deb;

		if (!str_ends(entry->d_name, ".deb"))
			continue;
		deb = xasprintf("%s/%s", debs, entry->d_name);
		ret = unpack_one(deb, to, err);
		free(deb);
	}
	closedir(dir);
	return ret;
}

/* @text with each @from replaced by @to, owned by the caller. */
static char *replace(const char *text, const char *from, const char *to)
{
	struct strv parts = { 0 };
	const char *hit;
	char *joined;

	while ((hit = strstr(text, from))) {
		strv_addf(&parts, "%.*s", (int)(hit - text), text);
		strv_add(&parts, to);
		text = hit + strlen(from);
	}
	strv_add(&parts, text);
	joined = strv_join(&parts, "");
	strv_release(&parts);
	return joined;
}

/*
 * The headers' Makefiles name each other by where they would be installed;
 * here they find each other from where they are.
 */
static int relocate_makefile(const char *build, const char *name, struct err *err)
{
	static const char here[] = "$(dir $(lastword $(MAKEFILE_LIST)))";
	char *path = xasprintf("%s/%s", build, name), *src = xasprintf("%s../", here);
	char *lib = xasprintf("%s../../lib/", here), *text = fs_read(path, NULL, err);
	char *half, *whole;
	int ret = -ENOENT;

	if (text) {
		half = replace(text, "/usr/src/", src);
		whole = replace(half, "/usr/lib/", lib);
		ret = fs_write_file(path, whole, strlen(whole), 0644, err);
		free(whole);
		free(half);
	}
	free(text);
	free(lib);
	free(src);
	free(path);
	return ret;
}

/* An absolute link lib/modules/RELEASE/NAME into /usr/src, made relative. */
static int relocate_link(const char *root, const char *release, const char *name, struct err *err)
{
	char *path = xasprintf("%s/lib/modules/%s/%s", root, release, name), *target;
	char old[4096];
	ssize_t n = readlink(path, old, sizeof(old) - 1);
	int ret = 0;

	if (n > 0) {
		old[n] = '\0';
		target = xasprintf("../../..%s", old);
		if (*old == '/' && (unlink(path) || symlink(target, path)))
			ret = err_set(err, errno, "cannot link %s: %s", path, strerror(errno));
		free(target);
	}
	free(path);
	return ret;
}

static int relocate(const char *root, const char *release, struct err *err)
{
	char *build = xasprintf("%s/usr/src/linux-headers-%s", root, release);
	int ret = relocate_makefile(build, "Makefile", err);

	if (!ret)
		ret = relocate_makefile(build, ".kernelvariables", err);
	if (!ret)
		ret = relocate_link(root, release, "build", err);
	if (!ret)
		ret = relocate_link(root, release, "source", err);
	free(build);
	return ret;
}

static int save_facts(const char *root, const struct unpack_plan *plan, struct err *err)
{
	struct kernel kernel;
	int ret;

	kernel_init(&kernel, "");
	kernel_take(&kernel.release, xstrdup(plan->release));
	kernel_take(&kernel.version, xstrdup(plan->version));
	kernel_take(&kernel.cc, xstrdup(plan->cc));
	kernel_take(&kernel.root, xstrdup(root));
	kernel_take(&kernel.image, xasprintf("%s/boot/vmlinuz-%s", root, plan->release));
	kernel_take(&kernel.config, xasprintf("%s/boot/config-%s", root, plan->release));
	kernel_take(&kernel.build, xasprintf("%s/usr/src/linux-headers-%s", root, plan->release));
	ret = kernel_describe(&kernel, err);
	if (!ret)
		ret = facts_save(&kernel, root, err);
	kernel_release(&kernel);
	return ret;
}

static int fill(const struct apt *apt, const struct unpack_plan *plan, const char *root,
		struct progress *progress, struct err *err)
{
	char *debs = xasprintf("%s/debs", root);
	int ret = download(apt, plan, debs, progress, err);

	if (!ret) {
		progress_at(progress, 0.6, "unpacking");
		ret = unpack_all(debs, root, err);
	}
	if (!ret)
		ret = fs_remove(debs, err);
	if (!ret)
		ret = relocate(root, plan->release, err);
	if (!ret) {
		progress_at(progress, 0.8, "module dependencies");
		ret = depmod_run(root, plan->release, err);
	}
	if (!ret)
		ret = save_facts(root, plan, err);
	if (!ret && interrupt_pending())
		ret = err_set(err, EINTR, "interrupted");
	free(debs);
	return ret;
}

int unpack_kernel(const struct apt *apt, const struct unpack_plan *plan, const char *where,
		  struct progress *progress, struct err *err)
{
	char *temp = xasprintf("%s.tmp", where);
	int ret = fs_mkdir_p(temp, err);

	if (!ret)
		ret = fill(apt, plan, temp, progress, err);
	if (!ret)
		ret = cache_publish(temp, where, err);
	if (ret)
		fs_remove(temp, NULL);
	free(temp);
	return ret;
}
