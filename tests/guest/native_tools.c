// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "kernels/config.h"
#include "kernels/own.h"
#include "kernels/toolchain.h"
#include "tests/guest/native_outfit.h"
#include "vm/image.h"

/* What kbuild calls for a module, beside the compiler and binutils. */
static const char *const programs[] = {
	"make",	 "sh", "awk", "bash", "cat",  "cmp", "cp",    "env",  "grep",  "head",
	"mkdir", "mv", "rm",  "sed",  "sort", "tar", "uname", "uniq", "xargs",
};

/* Newer headers call them by the names of cross tools, as "x86_64-linux-gnu-ld". */
static const char *const binutils[] = { "as", "ld", "nm", "objcopy", "strip" };

/* Programs of the headers' own, which need libraries of this host; scripts before newer ones. */
static const char *const built[] = {
	"scripts/basic/fixdep",
	"scripts/mod/modpost*",
	"tools/objtool/objtool*",
};

static int add_program(struct outfit *o, const char *name, struct err *err)
{
	char *host = fs_find_program(name), *guest = xasprintf("/usr/bin/%s", name);
	int ret = host ? 0 : err_set(err, ENOENT, "%s is not there", name);

	if (host)
		outfit_add(o, host, guest);
	free(guest);
	free(host);
	return ret;
}

static int add_needs(struct outfit *o, const char *path, struct err *err)
{
	struct strv needs = { 0 };
	int ret = elf_needs(path, arch_host, NULL, &needs, err);

	for (size_t i = 0; i < needs.n; i++)
		outfit_add(o, needs.v[i], needs.v[i]);
	strv_release(&needs);
	return ret;
}

static int add_libraries(struct outfit *o, const char *build, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(built) && !ret; i++) {
		char *pattern = xasprintf("%s/%s", build, built[i]);
		glob_t found;

		if (glob(pattern, 0, NULL, &found))
			ret = err_set(err, ENOENT, "%s is not there", pattern);
		for (size_t n = 0; !ret && n < found.gl_pathc; n++)
			ret = add_needs(o, found.gl_pathv[n], err);
		globfree(&found);
		free(pattern);
	}
	return ret;
}

/* The driver finds it from where it is itself. */
static int add_cc1(struct outfit *o, const char *cc, struct err *err)
{
	const char *argv[] = { cc, "-print-prog-name=cc1", NULL };
	char *cc1 = NULL;
	struct proc_options options = { .output = &cc1, .timeout_seconds = 60 };
	int ret = proc_run(argv, &options, err);

	if (!ret) {
		cc1[strcspn(cc1, "\n")] = '\0';
		outfit_add(o, cc1, cc1);
	}
	free(cc1);
	return ret;
}

static int add_binutils(struct outfit *o, const char *cc, struct err *err)
{
	const char *gcc = strstr(cc, "gcc");
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(binutils) && !ret; i++) {
		char *cross = xasprintf("%.*s%s", gcc ? (int)(gcc - cc) : 0, cc, binutils[i]);

		ret = add_program(o, binutils[i], err);
		if (!ret && strcmp(cross, binutils[i]) != 0)
			ret = add_program(o, cross, err);
		free(cross);
	}
	return ret;
}

static int add_compiler(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	struct compiler cc;
	int ret = compiler_find(&cc, kernel, err);

	if (!ret)
		ret = add_program(o, cc.program, err);
	if (!ret)
		ret = add_cc1(o, cc.program, err);
	if (!ret)
		ret = add_binutils(o, cc.program, err);
	/* Any folder of the system's own headers will do: gcc wants one. */
	outfit_add(o, "/usr/include/stdc-predef.h", "/usr/include/stdc-predef.h");
	compiler_release(&cc);
	return ret;
}

/* A module with own code that is bound to where the image is linked for; and its sources. */
static int add_own(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	static const struct own_want want = { .unit = "pagewalk", .policy = OWN_AS_IT_IS };
	struct own own;
	char *module = NULL;
	int ret = own_open(&own, kernel, &want, 1, NULL, NULL, err);

	if (!ret && own.reason)
		ret = err_set(err, ENOENT, "no own code: %s", own.reason);
	if (!ret)
		ret = kernel_module(kernel, &own, &module, NULL, err);
	if (!ret)
		outfit_add(o, module, "/elsewhere/ptwalk.ko");
	free(module);
	own_close(&own);
	return ret;
}

/* Links and all, and mm/ of the sources; of other architectures nothing. */
static int add_headers(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	char *tar = xasprintf("%s/headers.tar", o->folder), *checkout = place_suite("");
	char *links = xasprintf("lib/modules/%s", kernel->release);
	char *build = xasprintf("%s/build", links), *source = xasprintf("%s/source", links);
	const char *argv[] = { "tar",  "-cf",	     tar,   "--exclude=usr/src/*/arch/[!x]*",
			       "-C",   kernel->root, "usr", build,
			       source, "source",     "-C",  checkout,
			       "kmod", NULL };
	struct proc_options options = { .timeout_seconds = 300 };
	int ret = proc_run(argv, &options, err);

	outfit_add(o, tar, "/headers.tar");
	free(source);
	free(build);
	free(links);
	free(checkout);
	free(tar);
	return ret;
}

int outfit_tools(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	char *sh = fs_find_program("sh");
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(programs) && !ret; i++)
		ret = add_program(o, programs[i], err);
	if (!ret && sh)
		outfit_add(o, sh, "/bin/sh");
	if (!ret)
		ret = add_compiler(o, kernel, err);
	if (!ret)
		ret = add_libraries(o, kernel->build, err);
	if (!ret)
		ret = add_own(o, kernel, err);
	if (!ret)
		ret = add_headers(o, kernel, err);
	free(sh);
	return ret;
}
