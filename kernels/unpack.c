// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/unpack.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/cc1.h"
#include "kernels/facts.h"
#include "kernels/kernel.h"
#include "kernels/own.h"

void unpack_plan_release(struct unpack_plan *plan)
{
	free(plan->release);
	free(plan->version);
	strv_release(&plan->packages);
	strv_release(&plan->tools);
	strv_release(&plan->native);
	strv_release(&plan->sources);
	*plan = (struct unpack_plan){ 0 };
}

static int unpack_one(const char *deb, const char *to, struct err *err)
{
	const char *argv[] = { "dpkg-deb", "-x", deb, to, NULL };
	struct proc_options options = {
		.timeout_seconds = 900,
		.missing = "install the package dpkg",
	};
	int ret = rpm_is(deb) ? rpm_unpack(deb, to, err) : proc_run(argv, &options, err);

	if (ret == -ECHILD)
		ret = err_set(err, EIO,
			      "cannot unpack %s into %s: dpkg-deb failed; is the disk full?", deb,
			      to);
	return ret;
}

static int unpack_all(const char *debs, const char *to, struct err *err)
{
	_cleanup_closedir_ DIR *dir = opendir(debs);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return err_errno(err, "cannot list %s", debs);
	while (!ret && (entry = readdir(dir))) {
		_cleanup_free_ char *deb = NULL;

		if (!str_ends(entry->d_name, ".deb"))
			continue;
		deb = xasprintf("%s/%s", debs, entry->d_name);
		ret = unpack_one(deb, to, err);
	}
	return ret;
}

/*
 * The headers' Makefiles name each other by where they would be installed;
 * here they find each other from where they are.
 */
static int relocate_makefile(const char *build, const char *name, struct err *err)
{
	static const char here[] = "$(dir $(lastword $(MAKEFILE_LIST)))";
	_cleanup_free_ char *path = xasprintf("%s/%s", build, name),
			    *src = xasprintf("%s../", here);
	_cleanup_free_ char *lib = xasprintf("%s../../lib/", here),
			    *text = fs_read(path, NULL, err);
	_cleanup_free_ char *plain = NULL, *half = NULL, *whole = NULL;

	if (!text)
		return -ENOENT;
	/* Expanded where it stands: further down the last Makefile is another. */
	plain = str_replace(text, "KBUILD_OUTPUT=", "KBUILD_OUTPUT := ");
	half = str_replace(plain, "/usr/src/", src);
	whole = str_replace(half, "/usr/lib/", lib);
	return fs_write_file(path, whole, strlen(whole), 0644, err);
}

/* An absolute link lib/modules/RELEASE/NAME into /usr/src, made relative. */
static int relocate_link(const char *root, const char *release, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/lib/modules/%s/%s", root, release, name);
	_cleanup_free_ char *target = NULL;
	char old[4096];
	ssize_t n = readlink(path, old, sizeof(old) - 1);

	if (n <= 0 || *old != '/')
		return 0;
	old[n] = '\0';
	target = xasprintf("../../..%s", old);
	if (unlink(path) || symlink(target, path))
		return err_errno(err, "cannot link %s", path);
	return 0;
}

/* Where packages have all below usr, lib leads there, as on the system they are for. */
static int merge_usr(const char *root, struct err *err)
{
	_cleanup_free_ char *lib = xasprintf("%s/lib", root);
	int ret = 0;

	if (!fs_exists(lib) && symlink("usr/lib", lib))
		ret = err_errno(err, "cannot link %s", lib);
	return ret;
}

static int relocate(const char *root, const char *release, struct err *err)
{
	_cleanup_free_ char *build = xasprintf("%s/usr/src/linux-headers-%s", root, release);
	_cleanup_free_ char *variables = xasprintf("%s/.kernelvariables", build);
	int ret = 0;

	/* Of Debian's own; others are whole. */
	if (fs_exists(variables))
		ret = relocate_makefile(build, "Makefile", err)
			      ?: relocate_makefile(build, ".kernelvariables", err);
	if (!ret)
		ret = relocate_link(root, release, "build", err);
	if (!ret)
		ret = relocate_link(root, release, "source", err);
	return ret;
}

/* In boot/, or since 7.x beside the modules. */
static char *of_image(const char *root, const char *name, const char *release)
{
	_cleanup_free_ char *path = xasprintf("%s/boot/%s-%s", root, name, release);

	if (fs_exists(path))
		return TAKE_PTR(path);
	return xasprintf("%s/lib/modules/%s/%s", root, release, name);
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
	kernel_take(&kernel.image, of_image(root, "vmlinuz", plan->release));
	kernel_take(&kernel.config, of_image(root, "config", plan->release));
	if (plan->tools.n)
		kernel_take(&kernel.tools, xasprintf("%s/" TOOLS_PROGRAMS, root));
	kernel_take(&kernel.build, xasprintf("%s/usr/src/%s%s", root,
					     plan->headers ?: "linux-headers-", plan->release));
	ret = kernel_describe(&kernel, err);
	if (!ret)
		ret = facts_save(&kernel, root, err);
	kernel_release(&kernel);
	return ret;
}

/* Into @to, which holds the packages in @debs meanwhile. */
int unpack_debs(const char *debs, const char *to, struct err *err)
{
	int ret = fs_exists(debs) ? unpack_all(debs, to, err) : 0;

	return ret ? ret : fs_remove(debs, err);
}

/* Do the tools have all below usr? So have releases after Debian 12. */
static bool is_merged(const char *root)
{
	_cleanup_free_ char *loader = xasprintf("%s/" TOOLS_FOLDER "/usr/%s/%s", root,
						arch_host->library, arch_host->loader);

	return fs_exists(loader);
}

static int unpack_tools(const char *debs, const char *root, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/" TOOLS_FOLDER, root);
	int ret = unpack_debs(debs, to, err);

	if (!ret)
		ret = tools_wrap(root, TOOLS_FOLDER "/usr", err);
	/*
	 * Build programs need it where they are of a later release than this one; those of an
	 * earlier one run as they are, and find each other by their names. Not in the packages'
	 * own folder: the link lib would lead there a second time.
	 */
	if (!ret && is_merged(root))
		ret = tools_wrap(root, "usr/lib", err);
	return ret;
}

static int unpack_native(const struct arch *arch, const char *debs, const char *root,
			 struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/" CC1_OF_TOOLS, root);
	int ret = unpack_debs(debs, to, err);

	if (!ret)
		ret = merge_usr(to, err);
	return ret ? ret : cc1_wrap(arch, to, err);
}

/* What is unpacked becomes a kernel. */
static int settle(const struct unpack_plan *plan, const char *root, struct progress *progress,
		  struct err *err)
{
	int ret = relocate(root, plan->release, err);

	if (!ret) {
		progress_at(progress, 0.8, "module dependencies");
		ret = depmod_run(root, plan->release, err);
	}
	if (!ret)
		ret = save_facts(root, plan, err);
	if (!ret && interrupt_pending())
		ret = err_set(err, EINTR, "interrupted");
	return ret;
}

/* The sources are the kernel's for good, or are asked for another time. */
static int unpack_sources(const char *debs, const char *root, struct progress *progress,
			  struct err *err)
{
	_cleanup_free_ char *source = xasprintf("%s/source", root);

	if (fs_exists(debs) &&
	    own_source_unpack(debs, source, (const double[]){ 0.65, 0.8 }, progress, NULL))
		fs_remove(source, NULL);
	return fs_remove(debs, err);
}

/* Kernel, compiler and sources come at once. */
static int fetch(const struct apt *apt, const struct unpack_plan *plan, const char *root,
		 struct progress *progress, struct err *err)
{
	_cleanup_free_ char *debs = xasprintf("%s/debs", root);
	_cleanup_free_ char *tools = xasprintf("%s/" TOOLS_FOLDER "/debs", root);
	_cleanup_free_ char *native = xasprintf("%s/" CC1_OF_TOOLS "/debs", root);
	_cleanup_free_ char *source = xasprintf("%s/source-debs", root);
	const struct apt_wanted wanted[] = {
		{ .what = "kernel", .packages = &plan->packages, .folder = debs },
		{ .what = "compiler", .packages = &plan->tools, .folder = tools },
		{ .what = "cc1", .packages = &plan->native, .folder = native },
		{ .what = "sources",
		  .packages = &plan->sources,
		  .folder = source,
		  .optional = true },
	};
	int ret = apt_download(apt, wanted, ARRAY_SIZE(wanted), 0.6, progress, err);

	if (!ret) {
		progress_at(progress, 0.6, "unpacking");
		ret = unpack_debs(debs, root, err);
	}
	if (!ret)
		ret = merge_usr(root, err);
	if (!ret && plan->tools.n)
		ret = unpack_tools(tools, root, err);
	if (!ret && plan->native.n)
		ret = unpack_native(apt->arch, native, root, err);
	return ret ? ret : unpack_sources(source, root, progress, err);
}

static int fill(const struct apt *apt, const struct unpack_plan *plan, const char *root,
		struct progress *progress, struct err *err)
{
	int ret = apt ? fetch(apt, plan, root, progress, err) : 0;

	for (size_t i = 0; !apt && !ret && i < plan->packages.n; i++) {
		progress_at(progress, 0.8 * (double)i / (double)plan->packages.n, "unpacking");
		ret = unpack_one(plan->packages.v[i], root, err);
	}
	if (!ret && !apt)
		ret = merge_usr(root, err);
	return ret ? ret : settle(plan, root, progress, err);
}

int unpack_kernel(const struct apt *apt, const struct unpack_plan *plan, const char *where,
		  struct progress *progress, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", where);
	int ret = fs_mkdir_p(temp, err);

	if (!ret)
		ret = fill(apt, plan, temp, progress, err);
	if (!ret)
		ret = cache_publish(temp, where, err);
	if (ret)
		fs_remove(temp, NULL);
	return ret;
}

/* @up: as many "/.." as lead from the program's folder to the kernel's. Owned by the caller. */
static char *script(const char *up, bool merged)
{
	_cleanup_free_ char *libraries = xasprintf("lib/%s", arch_host->triplet);
	_cleanup_free_ char *usr = xasprintf("usr/%s", arch_host->library);

	/* Where lib is not below usr, lib64 leads out of here; and the loader may not know --argv0. */
	return xasprintf("#!/bin/sh\n"
			 "self=$(readlink -f \"$0\")\n"
			 "tools=${self%%/*}%s/" TOOLS_FOLDER "\n"
			 "exec \"$tools/%s/%s\" \\\n"
			 "\t--library-path \"$tools/usr/%s:$tools/%s\" \\\n"
			 "\t%s\"$self.elf\" \"$@\"\n",
			 up, merged ? usr : libraries, arch_host->loader, libraries, libraries,
			 merged ? "--argv0 \"$self\" " : "");
}

/* Is it a program that asks for a loader? Libraries do not, but for a few that are programs too. */
static bool is_dynamic(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool dynamic = false;
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (fd < 0)
		return false;
	if (pread(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    !memcmp(head.e_ident, ELFMAG, SELFMAG) && head.e_ident[EI_CLASS] == ELFCLASS64)
		for (int i = 0; i < head.e_phnum && !dynamic; i++)
			dynamic = pread(fd, &part, sizeof(part),
					(off_t)(head.e_phoff + (size_t)i * sizeof(part))) ==
					  (ssize_t)sizeof(part) &&
				  part.p_type == PT_INTERP;
	return dynamic;
}

static int wrap_one(const char *path, const char *up, bool merged, struct err *err)
{
	_cleanup_free_ char *elf = xasprintf("%s.elf", path), *text = script(up, merged);
	int ret = 0;

	if (rename(path, elf))
		ret = err_errno(err, "cannot rename %s", path);
	if (!ret)
		ret = fs_write_file(path, text, strlen(text), 0755, err);
	return ret;
}

static int wrap_folder(const char *folder, const char *up, bool merged, struct err *err)
{
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, NULL), ret = 0;

	if (n < 0)
		return err_errno(err, "cannot list %s", folder);
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]->d_name);
		char *above = xasprintf("%s/..", up);
		struct stat st;

		if (ret || !strcmp(names[i]->d_name, ".") || !strcmp(names[i]->d_name, ".."))
			;
		else if (lstat(path, &st))
			ret = err_errno(err, "%s", path);
		else if (S_ISDIR(st.st_mode))
			ret = wrap_folder(path, above, merged, err);
		else if (S_ISREG(st.st_mode) && st.st_mode & 0111 && !strstr(path, ".so") &&
			 is_dynamic(path))
			ret = wrap_one(path, up, merged, err);
		free(above);
		free(path);
		free(names[i]);
	}
	return ret;
}

int tools_wrap(const char *root, const char *below, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/%s", root, below);
	_cleanup_(strv_release) struct strv up = { 0 };
	_cleanup_free_ char *ups = NULL;

	strv_add(&up, "/..");
	for (const char *p = below; *p; p++)
		if (*p == '/')
			strv_add(&up, "/..");
	ups = strv_join(&up, "");
	return wrap_folder(folder, ups, is_merged(root), err);
}
