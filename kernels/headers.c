// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/headers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/config.h"
#include "kernels/image.h"

/*
 * What a module built here says it is for. Packaged headers override the
 * release that include/config/kernel.release has, so that comes second.
 */
static char *headers_release(const char *build)
{
	static const char define[] = "#define UTS_RELEASE \"";
	char *path = xasprintf("%s/include/generated/utsrelease.h", build);
	char *text = fs_read(path, NULL, NULL), *release = NULL;
	const char *at = text ? strstr(text, define) : NULL;

	free(path);
	if (at) {
		at += strlen(define);
		release = xstrndup(at, strcspn(at, "\"\n"));
	} else {
		path = xasprintf("%s/include/config/kernel.release", build);
		release = fs_read_line(path);
		free(path);
	}
	free(text);
	return release;
}

static int check_config(const struct kernel *kernel, struct err *err)
{
	char *text = fs_read(kernel->config, NULL, err);
	int ret = 0;

	if (!text)
		return -ENOENT;
	if (!config_has(text, "CONFIG_MODULES"))
		ret = err_set(err, ENOENT,
			      "kernel %s takes no modules: build it with "
			      "CONFIG_MODULES=y",
			      kernel->release);
	free(text);
	return ret;
}

static int check_symvers(const struct kernel *kernel, struct err *err)
{
	char *path = xasprintf("%s/Module.symvers", kernel->build);
	int ret = 0;

	if (!fs_exists(path))
		ret = err_set(err, ENOENT, "%s is missing: run make modules in %s", path,
			      kernel->build);
	free(path);
	return ret;
}

static int check_release(const struct kernel *kernel, const char *headers, struct err *err)
{
	char *image = image_release(kernel->image);
	int ret = 0;

	if (image && strcmp(image, headers))
		ret = err_set(err, ESTALE, "the headers in %s are of %s, but the image %s is %s",
			      kernel->build, headers, kernel->image, image);
	else if (strcmp(kernel->release, headers))
		ret = err_set(err, ESTALE, "the headers in %s are of %s, but the kernel is %s",
			      kernel->build, headers, kernel->release);
	free(image);
	return ret;
}

int headers_check(const struct kernel *kernel, struct err *err)
{
	char *release = *kernel->build ? headers_release(kernel->build) : NULL;
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
	free(release);
	return ret;
}

/* "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0" begins with its name; clang's does not. */
static char *compiler_name(const char *text, bool llvm)
{
	if (llvm)
		return xstrdup("clang");
	return *text ? xstrndup(text, strcspn(text, " ")) : xstrdup("gcc");
}

int compiler_find(struct compiler *cc, const struct kernel *kernel, struct err *err)
{
	const char *argv[] = { NULL, "--version", NULL };
	struct proc_options options = { .timeout_seconds = 60, .output = &cc->version };
	int ret;

	*cc = (struct compiler){ .llvm = strstr(kernel->compiler, "clang") };
	cc->program = *kernel->cc ? xstrdup(kernel->cc) : compiler_name(kernel->compiler, cc->llvm);
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
			"package %s",
			kernel->release, cc->program, package ? package : cc->program);
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
