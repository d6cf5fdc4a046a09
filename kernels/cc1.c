// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/cc1.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#define FOLDER "cc1"

/* Of gcc's version, in lib or, since 13, in libexec. Below @root, owned by the caller; NULL: none. */
static char *find_cc1(const struct arch *arch, const char *root)
{
	_cleanup_free_ char *pattern = xasprintf("%s/usr/lib*/gcc/%s/*/cc1", root, arch->triplet);
	glob_t found = { 0 };
	char *path = NULL;

	if (!glob(pattern, 0, NULL, &found))
		path = xstrdup(found.gl_pathv[0] + strlen(root) + 1);
	globfree(&found);
	return path;
}

/* A script that is found by -B in the place of the cross compiler's own. */
int cc1_wrap(const struct arch *arch, const char *root, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/" FOLDER, root);
	_cleanup_free_ char *path = xasprintf("%s/cc1", folder);
	_cleanup_free_ char *cc1 = find_cc1(arch, root);
	_cleanup_free_ char *text = xasprintf("#!/bin/sh\n"
					      "root=${0%%/" FOLDER "/*}\n"
					      "exec qemu-%s -L \"$root\" \"$root/%s\" \"$@\"\n",
					      arch->target, cc1 ? cc1 : "");
	int ret = fs_mkdir_p(folder, err);

	if (!cc1)
		return err_set(err, ENOENT, "no package in %s has a cc1 of %s", root, arch->name);
	return ret ? ret : fs_write_file(path, text, strlen(text), 0755, err);
}

char *cc1_option(const struct arch *arch, const char *root, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("qemu-%s", arch->target);
	_cleanup_free_ char *qemu = fs_find_program(name);
	_cleanup_free_ char *there = xasprintf("%s/" FOLDER "/cc1", root);
	_cleanup_free_ char *cc1 = fs_find_program(there);

	if (!qemu)
		err_set(err, ENOENT,
			"own code of %s is compiled by its own cc1, which %s runs: install the "
			"package qemu-user",
			arch->name, name);
	else if (!cc1) /* The cross compiler would take its own, and not say so. */
		err_set(err, ENOENT, "%s is missing, or lies where no program may be run", there);
	else
		return xasprintf("-B%s/" FOLDER "/", root);
	return NULL;
}
