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

/* Of another architecture: kernels/programs.c's, too. */
#define CROSS_GCC "gcc-12"

static const struct {
	const char *program, *package;
} programs[] = {
	{ "git", "git" },   { "make", "make" }, { "flex", "flex" }, { "bison", "bison" },
	{ "bc", "bc" },	    { "perl", "perl" }, { "gzip", "gzip" }, { "tar", "tar" },
	{ "xz", "xz-utils" }, { "cp", "coreutils" },
}, of_gnu[] = {
	{ "ld", "binutils" },
}, of_llvm[] = {
	{ "ld.lld", "lld" }, { "llvm-ar", "llvm" }, { "llvm-nm", "llvm" }, { "llvm-objcopy", "llvm" },
};

static const struct {
	const char *header, *package;
} needed_headers[] = {
	{ "gelf.h", "libelf-dev" },	   /* objtool */
	{ "openssl/bio.h", "libssl-dev" }, /* certs, with modules that are signed */
};

static const char *asked(const char *variable)
{
	const char *value = getenv(variable);

	return value ? value : "";
}

/* A program or package as $LLVM has it: a version stands behind its name, a folder before it. */
static char *llvm_name(const char *llvm, const char *name, bool package)
{
	if (*llvm == '-')
		return xasprintf("%s%s", name, llvm);
	return xasprintf("%s%s", str_ends(llvm, "/") && !package ? llvm : "", name);
}

char *toolchain_cc(void)
{
	if (*asked("CC"))
		return xstrdup(asked("CC"));
	return *asked("LLVM") ? llvm_name(asked("LLVM"), "clang", false) : NULL;
}

/* And the one that there is else: Debian's cross compilers are called by their version alone. */
static char *compiler_of(const struct arch *arch)
{
	char *named = toolchain_cc();

	return named ? named : arch_tool(arch, arch == arch_host ? "gcc" : CROSS_GCC);
}

void toolchain_cross(const struct arch *arch, struct strv *words)
{
	if (arch == arch_host)
		return;
	strv_addf(words, "ARCH=%s", arch->kbuild);
	strv_addf(words, "CROSS_COMPILE=%s-", arch->triplet);
}

void toolchain_words(const struct arch *arch, struct strv *words)
{
	_cleanup_free_ char *cc = compiler_of(arch);

	if (*asked("CC") || (arch != arch_host && !*asked("LLVM")))
		strv_addf(words, "CC=%s", cc);
	if (*asked("LLVM"))
		strv_addf(words, "LLVM=%s", asked("LLVM"));
	toolchain_cross(arch, words);
}

/* The words of a compiler, which may be "ccache gcc", before those of @more. NULL-terminated. */
static int run_compiler(const char *cc, const char *const *more, char **output, struct err *err)
{
	struct proc_options options = { .output = output, .timeout_seconds = 60 };
	_cleanup_(strv_release) struct strv words = { 0 };

	strv_split(&words, cc, ' ');
	for (; *more; more++)
		strv_add(&words, *more);
	return proc_run((const char *const *)words.v, &options, err);
}

/* Of this host's: what a build runs is compiled for it. */
static bool has_header(const char *cc, const char *header)
{
	const char *words[] = { "-E", "-include", header, "-x", "c", "/dev/null", NULL };

	return !run_compiler(cc, words, NULL, NULL);
}

/* The first line of what it says of itself. */
static char *version_of(const char *program, struct err *err)
{
	static const char *const words[] = { "--version", NULL };
	char *text = NULL;

	if (run_compiler(program, words, &text, err))
		return NULL;
	*strchrnul(text, '\n') = '\0';
	return text;
}

struct missing {
	struct strv what, packages;
};

static void need(struct missing *m, const char *program, const char *package)
{
	_cleanup_free_ char *path = fs_find_program(program);

	if (path)
		return;
	strv_add(&m->what, program);
	if (!strv_has(&m->packages, package))
		strv_add(&m->packages, package);
}

/* A tool of GNU's, and "gcc-12-aarch64-linux-gnu", the package of another architecture's. */
static void need_tool(struct missing *m, const struct arch *arch, const char *name,
		      const char *package)
{
	_cleanup_free_ char *tool = arch_tool(arch, name);
	_cleanup_free_ char *of = xasprintf("%s%s%s", package, ARCH_ENDING(arch));

	need(m, tool, of);
}

static void need_compiler(struct missing *m, const struct arch *arch)
{
	_cleanup_free_ char *cc = toolchain_cc(), *llvm = llvm_name(asked("LLVM"), "clang", true);
	const bool cross = arch != arch_host;
	const char *name = cc ? cc : "gcc", *slash = strrchr(name, '/');
	_cleanup_free_ char *first = xstrndup(name, strcspn(name, " "));

	/* A cross build compiles programs of its own by this host's. */
	need(m, first, *asked("LLVM") && !*asked("CC") ? llvm : slash ? slash + 1 : first);
	if (cross && !cc)
		need_tool(m, arch, CROSS_GCC, CROSS_GCC);
	if (cross && *asked("CC"))
		name = "gcc";
	for (size_t i = 0; !*asked("LLVM") && i < ARRAY_SIZE(of_gnu); i++)
		need_tool(m, arch, of_gnu[i].program, of_gnu[i].package);
	for (size_t i = 0; *asked("LLVM") && i < ARRAY_SIZE(of_llvm); i++) {
		_cleanup_free_ char *program = llvm_name(asked("LLVM"), of_llvm[i].program, false);
		_cleanup_free_ char *package = llvm_name(asked("LLVM"), of_llvm[i].package, true);

		need(m, program, package);
	}
	for (size_t i = 0; !strv_has(&m->what, first) && i < ARRAY_SIZE(needed_headers); i++)
		if (!has_header(name, needed_headers[i].header)) {
			strv_add(&m->what, needed_headers[i].header);
			strv_add(&m->packages, needed_headers[i].package);
		}
}

/* A compiler that is named may be one for this host. clang compiles for all. */
static int check_target(const struct arch *arch, struct err *err)
{
	static const char *const words[] = { "-dumpmachine", NULL };
	_cleanup_free_ char *cc = compiler_of(arch), *version = version_of(cc, NULL), *is = NULL;

	if (!version || strstr(version, "clang") || run_compiler(cc, words, &is, NULL))
		return 0;
	is[strcspn(is, "\n")] = '\0';
	if (str_starts(is, arch->target))
		return 0;
	return err_set(err, EINVAL,
		       "CC=%s compiles for %s: a kernel of %s is built by %s-" CROSS_GCC, cc, is,
		       arch->name, arch->triplet);
}

int toolchain_check(const struct arch *arch, struct err *err)
{
	struct missing m = { 0 };
	_cleanup_free_ char *names = NULL, *list = NULL;
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		need(&m, programs[i].program, programs[i].package);
	need_compiler(&m, arch);
	if (m.what.n) {
		names = strv_join(&m.what, ", ");
		list = strv_join(&m.packages, " ");
		ret = err_set(err, ENOENT,
			      "building a kernel takes %s, which %s missing: apt-get install %s",
			      names, m.what.n > 1 ? "are" : "is", list);
	}
	strv_release(&m.what);
	strv_release(&m.packages);
	return ret || arch == arch_host ? ret : check_target(arch, err);
}

char *toolchain_version(const struct arch *arch, struct err *err)
{
	_cleanup_free_ char *named = compiler_of(arch), *gnu = arch_tool(arch, "ld"),
			    *lld = llvm_name(asked("LLVM"), "ld.lld", false);
	_cleanup_free_ char *cc = version_of(named, err);
	_cleanup_free_ char *ld = cc ? version_of(*asked("LLVM") ? lld : gnu, err) : NULL;

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

static char *first_word(const char *text)
{
	return xstrndup(text, strcspn(text, " "));
}

/* "clang version 14.0.6" is of clang-14; 0 of what is no clang's. */
static int clang_version(const char *text)
{
	static const char word[] = "clang version ";
	const char *at = strstr(text, word);

	return at ? atoi(at + strlen(word)) : 0;
}

/*
 * What may be it: "aarch64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0" begins with its name,
 * clang's does not.
 */
static void add_names(struct strv *names, const struct kernel *kernel)
{
	const int clang = clang_version(kernel->compiler);

	if (*kernel->cc) {
		strv_add(names, kernel->cc);
		return;
	}
	if (clang) {
		strv_addf(names, "clang-%d", clang);
		strv_add(names, "clang");
	} else {
		_cleanup_free_ char *name =
			first_word(*kernel->compiler ? kernel->compiler : "gcc");
		/* Of a kernel that was built on its own architecture. */
		_cleanup_free_ char *cross = str_starts(name, kernel->arch->triplet)
						     ? TAKE_PTR(name)
						     : arch_tool(kernel->arch, name);

		strv_add(names, cross);
	}
	if (*asked("CC"))
		strv_add(names, asked("CC"));
}

/* The linker and the rest that the kernel was built with, as $LLVM says it. */
static char *llvm_of(const struct kernel *kernel)
{
	const int clang = clang_version(kernel->compiler);
	_cleanup_free_ char *config = clang ? fs_read(kernel->config, NULL, NULL) : NULL;
	_cleanup_free_ char *plain = fs_find_program("ld.lld"),
			    *lld = xasprintf("ld.lld-%d", clang);
	_cleanup_free_ char *versioned = fs_find_program(lld);
	const char *slash = strrchr(kernel->cc, '/');

	if (!config || !config_has(config, "CONFIG_LD_IS_LLD"))
		return xstrdup("");
	if (slash)
		return xasprintf("%.*s", (int)(slash + 1 - kernel->cc), kernel->cc);
	return versioned && !plain ? xasprintf("-%d", clang) : xstrdup("1");
}

/* The first of the kernel's very version, else the first there is. */
static void choose(struct compiler *cc, const struct kernel *kernel, const struct strv *names)
{
	for (size_t i = 0; i < names->n; i++) {
		_cleanup_free_ char *program =
			xasprintf("%s%s%s", kernel->tools, *kernel->tools ? "/" : "", names->v[i]);
		_cleanup_free_ char *version = version_of(program, NULL);
		const bool same = version && !strcmp(version, kernel->compiler);

		if (!version || (cc->version && !same))
			continue;
		free(cc->program);
		free(cc->version);
		cc->program = TAKE_PTR(program);
		cc->version = TAKE_PTR(version);
		if (same)
			return;
	}
}

int compiler_find(struct compiler *cc, const struct kernel *kernel, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	const char *name, *package;

	*cc = (struct compiler){ .llvm = llvm_of(kernel) };
	add_names(&names, kernel);
	choose(cc, kernel, &names);
	if (cc->version)
		return 0;
	name = names.v[0];
	package = strstr(name, "gcc");
	return err_set(err, ENOENT,
		       "modules of kernel %s are built with %s, which is missing: install the "
		       "package %s%s%s",
		       kernel->release, name, package ? package : name, ARCH_ENDING(kernel->arch));
}

void compiler_release(struct compiler *cc)
{
	free(cc->program);
	free(cc->version);
	free(cc->llvm);
	*cc = (struct compiler){ 0 };
}
