// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/toolchain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/config.h"
#include "kernels/facts.h"

static const struct {
	const char *program, *package;
} programs[] = {
	{ "git", "git" },   { "make", "make" },	  { "gcc", "gcc" },	{ "ld", "binutils" },
	{ "flex", "flex" }, { "bison", "bison" }, { "bc", "bc" },	{ "perl", "perl" },
	{ "gzip", "gzip" }, { "tar", "tar" },	  { "xz", "xz-utils" }, { "cp", "coreutils" },
};

static const struct {
	const char *header, *package;
} needed_headers[] = {
	{ "gelf.h", "libelf-dev" },	   /* objtool */
	{ "openssl/bio.h", "libssl-dev" }, /* certs, with modules that are signed */
};

static bool has_header(const char *header)
{
	const char *argv[] = { "gcc", "-E", "-include", header, "-x", "c", "/dev/null", NULL };
	struct proc_options options = { .timeout_seconds = 60 };

	return !proc_run(argv, &options, NULL);
}

int toolchain_check(struct err *err)
{
	_cleanup_(strv_release) struct strv what = { 0 }, packages = { 0 };
	_cleanup_free_ char *names = NULL, *list = NULL;
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		_cleanup_free_ char *path = fs_find_program(programs[i].program);

		if (!path) {
			strv_add(&what, programs[i].program);
			strv_add(&packages, programs[i].package);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(needed_headers); i++)
		if (!strv_has(&what, "gcc") && !has_header(needed_headers[i].header)) {
			strv_add(&what, needed_headers[i].header);
			strv_add(&packages, needed_headers[i].package);
		}
	if (what.n) {
		names = strv_join(&what, ", ");
		list = strv_join(&packages, " ");
		ret = err_set(err, ENOENT,
			      "building a kernel takes %s, which %s missing: apt-get install %s",
			      names, what.n > 1 ? "are" : "is", list);
	}
	return ret;
}

static char *version_of(const char *program, struct err *err)
{
	const char *argv[] = { program, "--version", NULL };
	char *text = NULL;
	struct proc_options options = { .output = &text, .timeout_seconds = 60 };

	if (proc_run(argv, &options, err))
		return NULL;
	*strchrnul(text, '\n') = '\0';
	return text;
}

char *toolchain_version(struct err *err)
{
	_cleanup_free_ char *cc = version_of("gcc", err), *ld = cc ? version_of("ld", err) : NULL;

	return ld ? xasprintf("%s, %s", cc, ld) : NULL;
}

/*
 * What a module built here says it is for. Packaged headers override the
 * release that include/config/kernel.release has, so that comes second.
 */
static char *headers_release(const char *build)
{
	static const char define[] = "#define UTS_RELEASE \"";
	_cleanup_free_ char *made = xasprintf("%s/include/generated/utsrelease.h", build);
	_cleanup_free_ char *told = xasprintf("%s/include/config/kernel.release", build);
	_cleanup_free_ char *text = fs_read(made, NULL, NULL);
	const char *at = text ? strstr(text, define) : NULL;

	if (!at)
		return fs_read_line(told);
	at += strlen(define);
	return xstrndup(at, strcspn(at, "\"\n"));
}

static int check_config(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *text = fs_read(kernel->config, NULL, err);
	int ret = 0;

	if (!text)
		return -ENOENT;
	if (!config_has(text, "CONFIG_MODULES"))
		ret = err_set(err, ENOENT,
			      "kernel %s takes no modules: build it with "
			      "CONFIG_MODULES=y",
			      kernel->release);
	return ret;
}

static int check_symvers(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/Module.symvers", kernel->build);
	int ret = 0;

	if (!fs_exists(path))
		ret = err_set(err, ENOENT, "%s is missing: run make modules in %s", path,
			      kernel->build);
	return ret;
}

static int check_release(const struct kernel *kernel, const char *headers, struct err *err)
{
	_cleanup_free_ char *image = image_release(kernel->image);
	int ret = 0;

	if (image && strcmp(image, headers))
		ret = err_set(err, ESTALE, "the headers in %s are of %s, but the image %s is %s",
			      kernel->build, headers, kernel->image, image);
	else if (strcmp(kernel->release, headers))
		ret = err_set(err, ESTALE, "the headers in %s are of %s, but the kernel is %s",
			      kernel->build, headers, kernel->release);
	return ret;
}

int headers_check(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *release = *kernel->build ? headers_release(kernel->build) : NULL;
	int ret;

	if (!release)
		return err_set(err, ENOENT,
			       "there are no headers of %s in \"%s\": install linux-headers-%s, or "
			       "run make there",
			       kernel->release, kernel->build, kernel->release);
	ret = check_release(kernel, release, err);
	if (!ret)
		ret = check_config(kernel, err);
	if (!ret)
		ret = check_symvers(kernel, err);
	return ret;
}

/* "aarch64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0" begins with its name; clang's does not. */
static char *compiler_name(const struct arch *arch, const char *text, bool llvm)
{
	_cleanup_free_ char *name = NULL;

	if (llvm)
		return xstrdup("clang");
	name = *text ? xstrndup(text, strcspn(text, " ")) : xstrdup("gcc");
	/* Of a kernel that was built on its own architecture. */
	return str_starts(name, arch->triplet) ? TAKE_PTR(name) : arch_tool(arch, name);
}

int compiler_find(struct compiler *cc, const struct kernel *kernel, struct err *err)
{
	const char *argv[] = { NULL, "--version", NULL };
	struct proc_options options = { .timeout_seconds = 60, .output = &cc->version };
	int ret;

	*cc = (struct compiler){ .llvm = strstr(kernel->compiler, "clang") };
	cc->program = *kernel->cc ? xstrdup(kernel->cc)
				  : compiler_name(kernel->arch, kernel->compiler, cc->llvm);
	if (*kernel->tools) {
		char *whole = xasprintf("%s/%s", kernel->tools, cc->program);

		free(cc->program);
		cc->program = whole;
	}
	argv[0] = cc->program;
	ret = proc_run(argv, &options, err);
	if (ret == -ENOENT) {
		const char *package = strstr(cc->program, "gcc");

		err_set(err, ENOENT,
			"modules of kernel %s are built with %s, which is missing: install the "
			"package %s%s%s",
			kernel->release, cc->program, package ? package : cc->program,
			ARCH_ENDING(kernel->arch));
	}
	if (!ret)
		cc->version[strcspn(cc->version, "\n")] = '\0';
	return ret;
}

void compiler_release(struct compiler *cc)
{
	free(cc->program);
	free(cc->version);
	*cc = (struct compiler){ 0 };
}
