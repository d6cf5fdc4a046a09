// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/toolchain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

static const struct {
	const char *program, *package;
} programs[] = {
	{ "git", "git" },   { "make", "make" },	  { "gcc", "gcc" },	{ "ld", "binutils" },
	{ "flex", "flex" }, { "bison", "bison" }, { "bc", "bc" },	{ "perl", "perl" },
	{ "gzip", "gzip" }, { "tar", "tar" },	  { "xz", "xz-utils" }, { "cp", "coreutils" },
};

static const struct {
	const char *header, *package;
} headers[] = {
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
	struct strv what = { 0 }, packages = { 0 };
	char *names, *list;
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		char *path = fs_find_program(programs[i].program);

		if (!path) {
			strv_add(&what, programs[i].program);
			strv_add(&packages, programs[i].package);
		}
		free(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (!strv_has(&what, "gcc") && !has_header(headers[i].header)) {
			strv_add(&what, headers[i].header);
			strv_add(&packages, headers[i].package);
		}
	if (what.n) {
		names = strv_join(&what, ", ");
		list = strv_join(&packages, " ");
		ret = err_set(err, ENOENT,
			      "building a kernel takes %s, which %s missing: apt-get install %s",
			      names, what.n > 1 ? "are" : "is", list);
		free(list);
		free(names);
	}
	strv_release(&packages);
	strv_release(&what);
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
	char *cc = version_of("gcc", err), *ld = cc ? version_of("ld", err) : NULL, *both = NULL;

	if (ld)
		both = xasprintf("%s, %s", cc, ld);
	free(ld);
	free(cc);
	return both;
}
