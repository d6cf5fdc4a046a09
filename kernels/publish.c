// SPDX-License-Identifier: GPL-2.0-only
/* From a workspace to a finished build: image, modules, and headers that stay as they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "kernels/builds.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/facts.h"
#include "kernels/toolchain.h"

#define COPY_SECONDS 900

static int run(const char *const *argv, const char *cwd, const char *log, struct err *err)
{
	struct proc_options options = {
		.cwd = cwd,
		.log = log,
		.timeout_seconds = COPY_SECONDS,
		.missing = "install the packages coreutils and binutils",
	};

	return proc_run(argv, &options, err);
}

static int put(const char *from_folder, const char *from, const char *to_folder, const char *to,
	       struct err *err)
{
	_cleanup_free_ char *a = xasprintf("%s/%s", from_folder, from),
			    *b = xasprintf("%s/%s", to_folder, to);
	int ret = fs_exists(a) ? fs_copy(a, b, 0644, err) : 0;

	return ret;
}

/* An ELF file without what is there for debuggers alone; one that make did not make is no error. */
static int put_stripped(const struct workspace *w, const char *name, const char *boot,
			struct err *err)
{
	_cleanup_free_ char *from = xasprintf("%s/%s", w->out, name),
			    *to = xasprintf("%s/%s", boot, name);
	_cleanup_free_ char *program = arch_tool(w->arch, "strip");
	const char *strip[] = { program, "-g", "-o", to, from, "--keep-file-symbols", NULL };
	int ret = fs_exists(from) ? run(strip, NULL, w->log, err) : 0;

	return ret;
}

/* vmlinux.o has the relocations by which two builds' code is compared. */
static int put_boot(const struct workspace *w, const char *temp, struct err *err)
{
	const struct arch *arch = w->arch;
	_cleanup_free_ char *boot = xasprintf("%s/boot", temp);
	int ret = fs_mkdir_p(boot, err);

	if (!ret)
		ret = put(w->out, arch->image, boot, arch->boot_image, err);
	if (!ret)
		ret = put(w->out, "System.map", boot, "System.map", err);
	if (!ret)
		ret = put(w->out, ".config", boot, "config", err);
	if (!ret)
		ret = put_stripped(w, "vmlinux", boot, err);
	if (!ret)
		ret = put_stripped(w, "vmlinux.o", boot, err);
	return ret;
}

/* Which of @names are in @folder. */
static void add_there(struct strv *argv, const char *folder, const char *const *names)
{
	for (; *names; names++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", folder, *names);

		if (fs_exists(path))
			strv_add(argv, *names);
	}
}

/*
 * Of the sources, links will do: git never writes into a file, it makes a new
 * one. make does write into its own, so these are copied.
 */
static int put_headers(const struct workspace *w, const char *temp, struct err *err)
{
	static const char *const sources[] = { "Makefile", "Kbuild",	  "include",
					       "scripts",  "tools/build", NULL };
	static const char *const outputs[] = { ".config", "Module.symvers",	   "include",
					       "scripts", "tools/objtool/objtool", NULL };
	_cleanup_free_ char *to = xasprintf("%s/headers", temp);
	_cleanup_(strv_release) struct strv link = { 0 }, copy = { 0 };
	int ret = fs_mkdir_p(to, err);

	strv_split(&link, "cp -a -l --parents -t", ' ');
	strv_add(&link, to);
	add_there(&link, w->src, sources);
	add_there(&link, w->src, w->arch->headers);
	strv_split(&copy, "cp -a --remove-destination --parents -t", ' ');
	strv_add(&copy, to);
	add_there(&copy, w->out, outputs);
	add_there(&copy, w->out, w->arch->headers);
	if (!ret)
		ret = run((const char *const *)link.v, w->src, w->log, err);
	if (!ret)
		ret = run((const char *const *)copy.v, w->out, w->log, err);
	return ret;
}

/* What own code is compiled from; links will do here, too. */
static int put_sources(const struct workspace *w, const char *temp, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/source", temp);
	const char *copy[] = { "cp", "-a", "-l", "-t", to, "mm", NULL };
	int ret = fs_mkdir_p(to, err);

	if (!ret)
		ret = run(copy, w->src, w->log, err);
	return ret;
}

/* Builds stay as they are, so that their headers may be told by what they hold. */
static int put_build_key(struct kernel *k, struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	int ret = manifest_add_tree(&m, k->build, err);

	if (!ret)
		kernel_take(&k->build_key, manifest_key(&m));
	return ret;
}

static int put_facts(struct kernel *k, const char *temp, const char *version, struct err *err)
{
	const char *name = k->arch->boot_image;
	_cleanup_free_ char *image = xasprintf("%s/boot/%s", temp, name);
	int ret;

	kernel_take(&k->version, xstrdup(version));
	kernel_take(&k->cc, toolchain_cc());
	kernel_take(&k->root, xstrdup(temp));
	kernel_take(&k->build, xasprintf("%s/headers", temp));
	kernel_take(&k->config, xasprintf("%s/boot/config", temp));
	kernel_take(&k->image, xasprintf("%s/boot/%s", temp, fs_exists(image) ? name : "vmlinux"));
	ret = put_build_key(k, err);
	return ret ? ret : facts_save(k, temp, err);
}

static int put_about(const struct build_entry *entry, const char *temp, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/about", temp);
	_cleanup_free_ char *text =
		xasprintf("label %s\nconfigs %s\nrelease %s\narch %s\n", entry->label,
			  entry->configs, entry->release, entry->arch->name);
	int ret = fs_write_file(path, text, strlen(text), 0644, err);

	return ret;
}

static int fill(const struct workspace *w, const char *temp, struct build_entry *entry,
		const struct strv *modules, const char *version, struct err *err)
{
	struct kernel kernel;
	int ret;

	kernel_init(&kernel, "");
	kernel.arch = entry->arch = w->arch;
	ret = tree_describe(&kernel, w->out, err);
	if (!ret)
		ret = put_boot(w, temp, err);
	if (!ret)
		ret = tree_install(&kernel, modules, temp, w->log, err);
	if (!ret)
		ret = put_headers(w, temp, err);
	if (!ret)
		ret = put_sources(w, temp, err);
	if (!ret) {
		free(entry->release);
		entry->release = xstrdup(kernel.release);
		ret = put_about(entry, temp, err);
	}
	if (!ret)
		ret = put_facts(&kernel, temp, version, err);
	kernel_release(&kernel);
	return ret;
}

int builds_publish(const char *key, const struct workspace *w, struct build_entry *entry,
		   const struct strv *modules, const char *version, struct progress *progress,
		   struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s/finished.tmp", w->folder),
			    *to = cache_path("builds/%s", key);
	int lock = -1, ret = fs_remove(temp, err);

	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = fill(w, temp, entry, modules, version, err);
	if (!ret && interrupt_pending())
		ret = err_set(err, EINTR, "interrupted");
	if (!ret) {
		lock = cache_lock("builds", progress, err);
		ret = lock < 0 ? lock : cache_publish(temp, to, err);
	}
	if (lock >= 0)
		close(lock);
	if (ret)
		fs_remove(temp, NULL);
	return ret;
}
