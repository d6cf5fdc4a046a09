// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/cc1.h"
#include "kernels/config.h"
#include "kernels/facts.h"
#include "kernels/kallsyms.h"
#include "kernels/kernel.h"
#include "kernels/module_build.h"
#include "kernels/own.h"
#include "kernels/programs.h"
#include "kernels/toolchain.h"

#define KEPT_MODULES 40 /* of a kernel */

static void job_release(struct module_job *job)
{
	free(job->source);
	free(job->part);
	strv_release(&job->files);
	compiler_release(&job->compiler);
	free(job->own_flags);
	free(job->result);
	free(job->log);
	free(job->work);
}

static int find_sources(struct module_job *job, struct err *err)
{
	int ret;

	job->source = place_suite("kmod");
	if (!fs_is_dir(job->source))
		return err_set(err, ENOENT,
			       "%s is missing: set PTWALK_SOURCE to a checkout of ptwalk",
			       job->source);
	ret = module_sources(&job->files, job->source, "", err);
	if (!ret && !strv_has(&job->files, "Kbuild") && !strv_has(&job->files, "Makefile"))
		ret = err_set(err, ENOENT, "%s has neither Kbuild nor Makefile", job->source);
	return ret;
}

static int make_key(struct module_job *job, struct err *err)
{
	const struct kernel *k = job->kernel;
	_cleanup_(manifest_release) struct manifest m = { 0 };
	int ret = 0;
	char *key;

	if (*k->build_key)
		manifest_addf(&m, "headers %s\n", k->build_key);
	else
		manifest_addf(&m, "kernel %s %s %s\nbuild %s\n", k->release, k->version,
			      k->image_sha256, k->build);
	manifest_addf(&m, "compiler %s\n", job->compiler.version);
	key = manifest_key(&m);
	job->part = xasprintf("modules/%s", key);
	job->work = cache_path("%s/work", job->part);
	free(key);
	manifest_addf(&m, "with " KERNEL_MODULE_LINES "\n");
	if (job->own_flags)
		manifest_addf(&m, "own %s\n", job->own_flags);
	for (size_t i = 0; !ret && i < job->files.n; i++)
		ret = manifest_add_file(&m, job->source, job->files.v[i], err);
	if (!ret && job->own)
		ret = own_manifest(job->own, &m, err);
	key = manifest_key(&m);
	job->result = cache_path("%s/%s", job->part, key);
	job->log = cache_path("%s/%s.log", job->part, key);
	free(key);
	return ret;
}

int kernel_module_possible(struct err *err)
{
	_cleanup_free_ char *folder = cache_path("modules");

	return make_possible(folder, err);
}

static int build_once(const struct module_job *job, const char *module, struct progress *progress,
		      struct err *err)
{
	_cleanup_free_ char *folder = cache_path("%s", job->part),
			    *temp = xasprintf("%s.tmp", job->result);
	_cleanup_close_ int lock = -1;
	int ret;

	progress_enter(progress, "module");
	lock = cache_lock(job->part, progress, err);
	if (lock < 0)
		return lock;
	if (fs_exists(module))
		return 0;
	ret = cache_sweep(folder, err);
	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = module_build(job, temp, err);
	if (!ret)
		ret = cache_publish(temp, job->result, err);
	if (ret)
		fs_remove(temp, NULL);
	else
		cache_use(job->result);
	cache_trim(folder, "", KEPT_MODULES);
	cache_trim(folder, ".log", KEPT_MODULES);
	return ret;
}

/* Of the image that will be booted, or of the kernel that runs, wherever it is this time. */
static int read_symbols(const struct module_job *job, struct kallsyms *syms, struct err *err)
{
	const struct kernel *kernel = job->kernel;
	_cleanup_free_ char *elf = NULL;
	char *text;
	int ret;

	if (kernel->running) {
		text = fs_read("/proc/kallsyms", NULL, err);
		ret = text ? kallsyms_of_text(syms, text, err) : -ENOENT;
		free(text);
		return ret;
	}
	if (kernel->arch->raw_image)
		return kallsyms_of_image(syms, kernel->image, err);
	if (*kernel->vmlinux)
		return kallsyms_of_elf(syms, kernel->vmlinux, err);
	elf = cache_path("%s/vmlinux.tmp", job->part);
	ret = image_extract(kernel->image, elf, err);
	if (!ret)
		ret = kallsyms_of_elf(syms, elf, err);
	unlink(elf);
	return ret;
}

static int bind_now(const struct module_job *job, const char *module, const char *bound,
		    struct err *err)
{
	struct kallsyms syms = { 0 };
	int ret = read_symbols(job, &syms, err);

	if (!ret)
		ret = own_bind(module, bound, job->kernel->build, &syms, err);
	kallsyms_release(&syms);
	return ret;
}

/* The same module for another image, or another boot, needs no second build. */
static int bind_own(const struct module_job *job, char **module, struct progress *progress,
		    struct err *err)
{
	const struct kernel *kernel = job->kernel;
	_cleanup_free_ char *folder = xasprintf("%s/%.16s", job->result,
						kernel->running ? "running" : kernel->image_sha256);
	char *bound = xasprintf("%s/ptwalk.ko", folder);
	_cleanup_close_ int lock = -1;
	int ret = 0;

	if (kernel->running || !fs_exists(bound)) {
		lock = cache_lock(job->part, progress, err);
		ret = lock < 0 ? lock : fs_mkdir_p(folder, err);
		if (!ret)
			ret = bind_now(job, *module, bound, err);
	}
	free(*module);
	*module = bound;
	return ret;
}

/* The option of its own cc1: what the kernel's tools have, or the libraries of its guests. */
static char *own_compiler(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *root = *kernel->tools ? xasprintf("%s/" CC1_OF_TOOLS, kernel->root)
						   : programs_libraries(kernel->arch);

	return cc1_option(kernel->arch, root, err);
}

int kernel_module(const struct kernel *kernel, struct own *own, char **path,
		  struct progress *progress, struct err *err)
{
	_cleanup_(job_release) struct module_job job = {
		.kernel = kernel,
		.own = own && own_any(own) ? own : NULL,
	};
	_cleanup_free_ char *module = NULL;
	int ret = find_sources(&job, err);

	if (!ret)
		ret = headers_check(kernel, err);
	if (!ret)
		ret = compiler_find(&job.compiler, kernel, err);
	/* What the cross compiler itself has built needs no other. */
	if (!ret && job.own && kernel->arch != arch_host &&
	    strcmp(job.compiler.version, kernel->compiler) != 0) {
		job.own_flags = own_compiler(kernel, err);
		ret = job.own_flags ? 0 : -ENOENT;
	}
	if (!ret)
		ret = make_key(&job, err);
	if (!ret)
		ret = make_possible(job.result, err);
	if (!ret)
		ret = make_possible(kernel->build, err);
	if (ret)
		return ret;
	module = xasprintf("%s/ptwalk.ko", job.result);
	if (fs_exists(module))
		cache_use(job.result);
	else
		ret = build_once(&job, module, progress, err);
	if (!ret && job.own)
		job.own->objects = xasprintf("%s/own", job.result);
	if (!ret && job.own)
		ret = bind_own(&job, &module, progress, err);
	if (!ret)
		*path = TAKE_PTR(module);
	return ret;
}

char *kernel_module_lines(const char *module)
{
	static const char *const below[] = { "", "../" };
	const int folder = (int)(strrchr(module, '/') + 1 - module);

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		_cleanup_free_ char *path =
			xasprintf("%.*s%s" KERNEL_MODULE_LINES, folder, module, below[i]);

		if (fs_exists(path))
			return TAKE_PTR(path);
	}
	return NULL;
}
