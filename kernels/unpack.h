/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel packages, downloaded or not, and unpacked into a folder; nothing is installed. */
#ifndef PTWALK_KERNELS_UNPACK_H
#define PTWALK_KERNELS_UNPACK_H

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "kernels/apt.h"
#include <stdbool.h>

struct unpack_plan {
	char *release;	      /* "6.1.0-56-amd64" */
	char *version;	      /* "6.1.192-2" */
	struct strv packages; /* "NAME" or "NAME=VERSION"; without an apt the paths of files */
	struct strv tools;    /* the same, of the compiler for its modules; may be none */
	struct strv native;   /* the same, of cc1 of another architecture (cc1.h); may be none */
	struct strv sources;  /* the same, of the kernel's own; may be none, or not be had */
	const char *cc;	      /* as struct kernel has it */
	const char *
		headers; /* below usr/src, before the release: "kernels/"; NULL: as Debian has them */
};

void unpack_plan_release(struct unpack_plan *);

/**
 * unpack_kernel - download and unpack the planned packages
 * @apt:	NULL: they are at hand
 * @where:	the folder to make, whole or not at all, with its facts
 *
 * The caller holds the lock of the cache's kernels.
 */
int unpack_kernel(const struct apt *, const struct unpack_plan *, const char *where,
		  struct progress *, struct err *err);

/* Unpack all packages in folder @debs, which is removed, into @to. */
int unpack_debs(const char *debs, const char *to, struct err *err);

/*
 * A Debian release's own compiler and build programs, in a folder, for a machine
 * whose C library is older than theirs: each is run by the loader and with the
 * libraries of its own release. Nothing is installed, and no root is needed.
 */

/* Below a kernel's folder: where the packages are unpacked, and their programs. */
#define TOOLS_FOLDER   "tools"
#define TOOLS_PROGRAMS TOOLS_FOLDER "/usr/bin"

/**
 * tools_wrap - let programs be run with the libraries in ROOT/tools
 * @root:	a kernel's folder, which may be moved later
 * @below:	a folder in it, "tools/usr"
 *
 * Every program there that is linked dynamically becomes NAME.elf beside a
 * script NAME. Needs /bin/sh and readlink.
 */
int tools_wrap(const char *root, const char *below, struct err *err);

/* Kernels in RPM packages, as Fedora and its kin have them, or as `make binrpm-pkg` makes them. */

bool rpm_is(const char *file);

/**
 * rpm_plan - the packages of one kernel that are in one folder
 * @image:	the path of the one that is named: kernel-core-V.rpm, kernel-V.rpm
 * @plan:	filled in
 *
 * Returns: 0; -EINVAL (no kernel's package, or damaged); -ENOENT (the one for building modules is
 * not beside it).
 */
int rpm_plan(struct unpack_plan *plan, const char *image, struct err *err);

/* Unpack one into the folder @to, owners apart. -EINVAL where it is none, or damaged. */
int rpm_unpack(const char *file, const char *to, struct err *err);

#endif
