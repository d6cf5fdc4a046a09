// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/facts.h"
#include "kernels/kallsyms.h"
#include "kernels/kernel.h"
#include "kernels/own.h"
#include "kernels/toolchain.h"
#include "kernels/workspace.h"

#define BUILD_SECONDS 1200 /* under a translator the compiler takes 400 */

/* One build, from the sources to where its results go. */
struct job {
	const struct kernel *kernel;
	const struct own *own; /* NULL: none */
	char *source;	       /* CHECKOUT/kmod */
	struct strv files;     /* of the module, relative to @source, sorted */
	struct compiler compiler;
	char *result; /* CACHE/modules/KEY */
	char *log;    /* CACHE/modules/KEY.log */
};

static void job_release(struct job *job)
{
	free(job->source);
	strv_release(&job->files);
	compiler_release(&job->compiler);
	free(job->result);
	free(job->log);
}

static bool is_source(const char *name)
{
	if (!strcmp(name, "Kbuild") || !strcmp(name, "Makefile"))
		return true;
	return (str_ends(name, ".c") || str_ends(name, ".h") || str_ends(name, ".S")) &&
	       !str_ends(name, ".mod.c");
}

/* Kbuild's leftovers in the checkout are no sources and start or end otherwise. */
static int list_sources(struct strv *files, const char *top, const char *below, struct err *err)
{
	char *folder = xasprintf("%s/%s", top, below);
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort), ret = 0;

	if (n < 0)
		ret = err_set(err, errno, "cannot list %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char *path = xasprintf("%s%s", below, name), *deeper = xasprintf("%s/", path);
		char *full = xasprintf("%s/%s", top, path);

		if (*name == '.' || ret)
			;
		else if (fs_is_dir(full))
			ret = list_sources(files, top, deeper, err);
		else if (is_source(name))
			strv_add(files, path);
		free(full);
		free(deeper);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(folder);
	return ret;
}

static int find_sources(struct job *job, struct err *err)
{
	int ret;

	job->source = catalog_checkout("kmod");
	if (!fs_is_dir(job->source))
		return err_set(err, ENOENT,
			       "%s is missing: set PTWALK_SOURCE to a checkout of ptwalk",
			       job->source);
	ret = list_sources(&job->files, job->source, "", err);
	if (!ret && !strv_has(&job->files, "Kbuild") && !strv_has(&job->files, "Makefile"))
		ret = err_set(err, ENOENT, "%s has neither Kbuild nor Makefile", job->source);
	return ret;
}

static int make_key(struct job *job, struct err *err)
{
	const struct kernel *k = job->kernel;
	struct manifest m = { 0 };
	int ret = 0;
	char *key;

	if (*k->build_key)
		manifest_addf(&m, "headers %s\n", k->build_key);
	else
		manifest_addf(&m, "kernel %s %s %s\nbuild %s\n", k->release, k->version,
			      k->image_sha256, k->build);
	manifest_addf(&m, "compiler %s\n", job->compiler.version);
	for (size_t i = 0; !ret && i < job->files.n; i++)
		ret = manifest_add_file(&m, job->source, job->files.v[i], err);
	if (!ret && job->own)
		ret = own_manifest(job->own, &m, err);
	key = manifest_key(&m);
	job->result = cache_path("modules/%s", key);
	job->log = cache_path("modules/%s.log", key);
	free(key);
	manifest_release(&m);
	return ret;
}

/* Kbuild splits its paths at spaces and colons. */
static int check_folder(const struct job *job, struct err *err)
{
	const char *names[] = { job->result, job->kernel->build };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strpbrk(names[i], " \t:"))
			return err_set(err, EINVAL,
				       "%s: modules cannot be built below a folder with a space or "
				       "colon in its name: set PTWALK_CACHE to another",
				       names[i]);
	return 0;
}

/* Told before minutes are spent; the compiler was found, with what it is linked with. */
static int check_programs(const struct job *job, struct err *err)
{
	static const struct {
		const char *program, *package;
	} needs[] = { { "make", "make" }, { "ld", "binutils" }, { "strip", "binutils" } };
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(needs); i++) {
		char *path = fs_find_program(needs[i].program);

		if (!path)
			ret = err_set(err, ENOENT,
				      "modules of kernel %s are built with %s, which is missing: "
				      "install the package %s",
				      job->kernel->release, needs[i].program, needs[i].package);
		free(path);
	}
	return ret;
}

static int copy_sources(const struct job *job, const char *to, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < job->files.n; i++) {
		char *from = xasprintf("%s/%s", job->source, job->files.v[i]);
		char *copy = xasprintf("%s/%s", to, job->files.v[i]);
		char *slash = strrchr(copy, '/');

		*slash = '\0';
		ret = fs_mkdir_p(copy, err);
		*slash = '/';
		if (!ret)
			ret = fs_copy(from, copy, 0644, err);
		free(copy);
		free(from);
	}
	return ret;
}

static int build_failed(const struct job *job, struct err *err)
{
	char *first = make_log_error(job->log);

	err_set(err, ECHILD, "building ptwalk.ko for %s failed: %s; see %s", job->kernel->release,
		first, job->log);
	free(first);
	return -ECHILD;
}

static int make(const struct job *job, const char *copy, struct err *err)
{
	char *m = xasprintf("M=%s", copy), *cc = xasprintf("CC=%s", job->compiler.program);
	char *jobs = xasprintf("-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	/* BTF would need the kernel's vmlinux and pahole, and nothing here reads it. */
	const char *argv[] = { "make", jobs, "-C", job->kernel->build, m, cc,
			       "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules",
			       /* What own code needs of the kernel is bound afterwards. */
			       job->own ? "KBUILD_MODPOST_WARN=1" : "KBUILD_MODPOST_WARN=",
			       job->compiler.llvm ? "LLVM=1" : NULL, NULL };
	const char *before = getenv("PATH"), *tools = job->kernel->tools;
	char *path = xasprintf("PATH=%s%s%s", tools, *tools ? ":" : "", before ? before : "");
	const char *const words[] = { "LC_ALL=C", "MAKEFLAGS=", "MAKELEVEL=0", path, NULL };
	struct proc_options options = {
		.log = job->log,
		.env = words,
		.timeout_seconds = BUILD_SECONDS,
	};
	int ret = proc_run(argv, &options, err);

	if (ret == -ECHILD)
		ret = build_failed(job, err);
	free(path);
	free(jobs);
	free(cc);
	free(m);
	return ret;
}

static int strip(const struct job *job, const char *module, struct err *err)
{
	const char *argv[] = { "strip", "-g", module, NULL };
	struct proc_options options = { .log = job->log, .timeout_seconds = 60 };

	if (!fs_exists(module))
		return err_set(err, ECHILD, "%s makes no ptwalk.ko; see %s", job->source, job->log);
	return proc_run(argv, &options, err);
}

/* Build in @temp, and leave in it ptwalk.ko alone. */
static int build(const struct job *job, const char *temp, struct err *err)
{
	char *copy = xasprintf("%s/kmod", temp), *built = xasprintf("%s/ptwalk.ko", copy);
	char *module = xasprintf("%s/ptwalk.ko", temp);
	int ret = check_programs(job, err);

	if (!ret)
		ret = copy_sources(job, copy, err);
	if (!ret && job->own)
		ret = own_write(job->own, copy, err);
	if (!ret)
		ret = fs_remove(job->log, err);
	if (!ret)
		ret = make(job, copy, err);
	if (!ret && job->own)
		ret = own_check_objects(job->own, copy, err);
	if (!ret)
		ret = strip(job, built, err);
	if (!ret && rename(built, module))
		ret = err_set(err, errno, "cannot rename %s: %s", built, strerror(errno));
	if (!ret)
		ret = fs_remove(copy, err);
	free(module);
	free(built);
	free(copy);
	return ret;
}

static int build_once(const struct job *job, const char *module, struct progress *progress,
		      struct err *err)
{
	char *folder = cache_path("modules"), *temp = xasprintf("%s.tmp", job->result);
	int lock, ret = 0;

	progress_enter(progress, "module");
	lock = cache_lock("modules", progress, err);
	if (lock < 0) {
		ret = lock;
		goto out;
	}
	if (fs_exists(module))
		goto unlock;
	ret = cache_sweep(folder, err);
	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = build(job, temp, err);
	if (!ret)
		ret = cache_publish(temp, job->result, err);
	if (ret)
		fs_remove(temp, NULL);
unlock:
	close(lock);
out:
	free(temp);
	free(folder);
	return ret;
}

/* Of the image that will be booted, or of the kernel that runs, wherever it is this time. */
static int read_symbols(const struct kernel *kernel, struct kallsyms *syms, struct err *err)
{
	char *text, *elf;
	int ret;

	if (kernel->running) {
		text = fs_read("/proc/kallsyms", NULL, err);
		ret = text ? kallsyms_of_text(syms, text, err) : -ENOENT;
		free(text);
		return ret;
	}
	if (*kernel->vmlinux)
		return kallsyms_of_elf(syms, kernel->vmlinux, err);
	elf = cache_path("modules/vmlinux.%d.tmp", (int)getpid());
	ret = image_extract(kernel->image, elf, err);
	if (!ret)
		ret = kallsyms_of_elf(syms, elf, err);
	unlink(elf);
	free(elf);
	return ret;
}

/* The same module for another image, or another boot, needs no second build. */
static int bind_own(const struct job *job, char **module, struct err *err)
{
	const struct kernel *kernel = job->kernel;
	char *folder = xasprintf("%s/%.16s", job->result,
				 kernel->running ? "running" : kernel->image_sha256);
	char *bound = xasprintf("%s/ptwalk.ko", folder);
	struct kallsyms syms = { 0 };
	int ret = 0;

	if (kernel->running || !fs_exists(bound)) {
		ret = fs_mkdir_p(folder, err);
		if (!ret)
			ret = read_symbols(kernel, &syms, err);
		if (!ret)
			ret = own_bind(*module, bound, kernel->build, &syms, err);
		kallsyms_release(&syms);
	}
	free(folder);
	free(*module);
	*module = bound;
	return ret;
}

int kernel_module(const struct kernel *kernel, const struct own *own, char **path,
		  struct progress *progress, struct err *err)
{
	struct job job = { .kernel = kernel, .own = own && own_any(own) ? own : NULL };
	char *module = NULL;
	int ret = find_sources(&job, err);

	if (!ret)
		ret = headers_check(kernel, err);
	if (!ret)
		ret = compiler_find(&job.compiler, kernel, err);
	if (!ret)
		ret = make_key(&job, err);
	if (!ret)
		ret = check_folder(&job, err);
	if (ret)
		goto out;
	module = xasprintf("%s/ptwalk.ko", job.result);
	if (!fs_exists(module))
		ret = build_once(&job, module, progress, err);
	if (!ret && job.own)
		ret = bind_own(&job, &module, err);
	if (!ret) {
		*path = module;
		module = NULL;
	}
out:
	free(module);
	job_release(&job);
	return ret;
}
