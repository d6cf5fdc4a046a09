// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/module_build.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "kernels/own.h"
#include "kernels/toolchain.h"

#define BUILD_SECONDS 1200 /* under a translator the compiler takes 400 */

static bool is_source(const char *name)
{
	if (!strcmp(name, "Kbuild") || !strcmp(name, "Makefile"))
		return true;
	return (str_ends(name, ".c") || str_ends(name, ".h") || str_ends(name, ".S")) &&
	       !str_ends(name, ".mod.c");
}

/* Kbuild's leftovers in the checkout are no sources and start or end otherwise. */
int module_sources(struct strv *files, const char *top, const char *below, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/%s", top, below);
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort), ret = 0;

	if (n < 0)
		ret = err_errno(err, "cannot list %s", folder);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char *path = xasprintf("%s%s", below, name), *deeper = xasprintf("%s/", path);
		char *full = xasprintf("%s/%s", top, path);

		if (*name == '.' || ret)
			;
		else if (fs_is_dir(full))
			ret = module_sources(files, top, deeper, err);
		else if (is_source(name))
			strv_add(files, path);
		free(full);
		free(deeper);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return ret;
}

/* Told before minutes are spent; the compiler was found, with what it is linked with. */
static int check_programs(const struct module_job *job, struct err *err)
{
	const struct {
		const char *program, *package;
		const struct arch *arch;
	} needs[] = {
		{ "make", "make", arch_host },
		{ "ld", "binutils", job->kernel->arch },
		{ "strip", "binutils", job->kernel->arch },
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(needs); i++) {
		const struct arch *arch = needs[i].arch;
		_cleanup_free_ char *name = arch_tool(arch, needs[i].program),
				    *path = fs_find_program(name);

		if (!path)
			ret = err_set(err, ENOENT,
				      "modules of kernel %s are built with %s, which is missing: "
				      "install the package %s%s%s",
				      job->kernel->release, name, needs[i].package,
				      ARCH_ENDING(arch));
	}
	return ret;
}

/* What is there already, and the same, is not written anew: make compiles what is. */
static int copy_source(const char *from, const char *to, struct err *err)
{
	_cleanup_free_ char *folder = xstrndup(to, (size_t)(strrchr(to, '/') - to));
	_cleanup_free_ char *text = fs_read(from, NULL, err), *is = NULL;
	int ret = text ? fs_mkdir_p(folder, err) : -ENOENT;

	if (ret)
		return ret;
	if (fs_exists(to))
		is = fs_read(to, NULL, NULL);
	return is && !strcmp(is, text) ? 0 : fs_write_file(to, text, strlen(text), 0644, err);
}

/* Sources of a build before this one that are none of this one. */
static int remove_others(const char *kmod, const struct strv *sources, struct err *err)
{
	_cleanup_(strv_release) struct strv there = { 0 };
	int ret = module_sources(&there, kmod, "", err);

	for (size_t i = 0; !ret && i < there.n; i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", kmod, there.v[i]);

		if (!strv_has(sources, there.v[i]))
			ret = fs_remove(path, err);
	}
	return ret;
}

static int copy_sources(const struct module_job *job, const char *to, struct err *err)
{
	_cleanup_(strv_release) struct strv sources = { 0 };
	int ret = fs_mkdir_p(to, err);

	if (!ret && job->own)
		ret = own_write(job->own, to, &sources, err);
	for (size_t i = 0; !ret && i < job->files.n; i++) {
		_cleanup_free_ char *from = xasprintf("%s/%s", job->source, job->files.v[i]);
		_cleanup_free_ char *copy = xasprintf("%s/%s", to, job->files.v[i]);

		if (strv_has(&sources, job->files.v[i]))
			continue;
		strv_add(&sources, job->files.v[i]);
		ret = copy_source(from, copy, err);
	}
	return ret ? ret : remove_others(to, &sources, err);
}

static int make(const struct module_job *job, const char *copy, struct err *err)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	const char *before = getenv("PATH"), *tools = job->kernel->tools;
	_cleanup_free_ char *path =
		xasprintf("PATH=%s%s%s", tools, *tools ? ":" : "", before ? before : "");
	const char *const env[] = { "LC_ALL=C", "MAKEFLAGS=", "MAKELEVEL=0", path, NULL };
	struct proc_options options = {
		.log = job->log,
		.env = env,
		.timeout_seconds = BUILD_SECONDS,
	};
	int ret;

	strv_addf(&words, "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	strv_addf(&words, "M=%s", copy);
	strv_addf(&words, "CC=%s", job->compiler.program);
	strv_addf(&words, "LLVM=%s", job->compiler.llvm);
	/* BTF would need the kernel's vmlinux and pahole, and nothing here reads it. */
	strv_add(&words, "CONFIG_DEBUG_INFO_BTF_MODULES=");
	/* What own code needs of the kernel is bound afterwards. */
	strv_add(&words, job->own ? "KBUILD_MODPOST_WARN=1" : "KBUILD_MODPOST_WARN=");
	if (job->own_flags)
		strv_addf(&words, "PTWALK_OWN_CFLAGS=%s", job->own_flags);
	toolchain_cross(job->kernel->arch, &words);
	strv_add(&words, "modules");
	ret = make_run(job->kernel->build, (const char *const *)words.v, &options, err);
	if (ret == -ECHILD)
		err_prefix(err, "building ptwalk.ko for %s failed", job->kernel->release);
	return ret;
}

static int strip(const struct module_job *job, const char *from, const char *to, struct err *err)
{
	_cleanup_free_ char *program = arch_tool(job->kernel->arch, "strip");
	const char *argv[] = { program, "-g", "-o", to, from, NULL };
	struct proc_options options = { .log = job->log, .timeout_seconds = 60 };

	if (!fs_exists(from))
		return err_set(err, ECHILD, "%s makes no %s; see %s", job->source,
			       strrchr(from, '/') + 1, job->log);
	return proc_run(argv, &options, err);
}

/* As it was built, packed: its debug information has the lines of its sources. */
static int keep_lines(const char *built, const char *temp, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/" KERNEL_MODULE_LINES, temp);
	size_t len;
	_cleanup_free_ char *data = fs_read(built, &len, err);
	gzFile file = data ? gzopen(to, "wbe1") : NULL;
	bool whole;

	if (!data)
		return -EIO;
	if (!file)
		return err_errno(err, "cannot write %s", to);
	whole = gzfwrite(data, 1, len, file) == len;
	whole &= gzclose(file) == Z_OK;
	return whole ? 0 : err_set(err, EIO, "cannot write %s: is the disk full?", to);
}

/* ptwalk.ko, and of own code each object: what is asked of them later needs them. */
static int take(const struct module_job *job, const char *kmod, const char *temp, struct err *err)
{
	_cleanup_free_ char *built = xasprintf("%s/ptwalk.ko", kmod);
	_cleanup_free_ char *module = xasprintf("%s/ptwalk.ko", temp);
	_cleanup_free_ char *objects = xasprintf("%s/own", temp);
	int ret = strip(job, built, module, err);

	if (!ret)
		ret = keep_lines(built, temp, err);
	if (!ret && job->own)
		ret = fs_mkdir_p(objects, err);
	for (size_t i = 0; !ret && job->own && i < job->own->n; i++) {
		const struct own_variant *v = &job->own->v[i];
		_cleanup_free_ char *from = xasprintf("%s/own/%s_%s.o", kmod, v->unit, v->ident);
		_cleanup_free_ char *to = xasprintf("%s/%s_%s.o", objects, v->unit, v->ident);

		if (v->file)
			ret = strip(job, from, to, err);
	}
	return ret;
}

/* Build in @work, where the last build may be, and leave in @temp what is made. */
static int build_in(const struct module_job *job, const char *work, const char *temp,
		    struct err *err)
{
	_cleanup_free_ char *kmod = xasprintf("%s/kmod", work);
	const double started = host_seconds();
	int ret = copy_sources(job, kmod, err);

	if (!ret)
		ret = fs_remove(job->log, err);
	if (!ret)
		ret = make(job, kmod, err);
	if (!ret && job->own)
		ret = own_check_objects(job->own, kmod, err);
	if (!ret)
		ret = take(job, kmod, temp, err);
	if (job->own)
		job->own->compile_seconds = host_seconds() - started;
	return ret;
}

/* The folder has another name while it is built in: what a killed make leaves is swept. */
int module_build(const struct module_job *job, const char *temp, struct err *err)
{
	_cleanup_free_ char *work = xasprintf("%s.tmp", job->work);
	int ret = check_programs(job, err);

	if (ret)
		return ret;
	if (rename(job->work, work) && errno != ENOENT)
		return err_errno(err, "cannot rename %s", job->work);
	ret = build_in(job, work, temp, err);
	/* Where it does not compile, the rest is as good as ever. */
	if (ret && ret != -ECHILD)
		(void)!fs_remove(work, NULL);
	else if (rename(work, job->work) && !ret)
		ret = err_errno(err, "cannot rename %s", work);
	return ret;
}
