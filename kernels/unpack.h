/* SPDX-License-Identifier: GPL-2.0-only */
/* Debian's kernel packages, downloaded and unpacked into a folder; nothing is installed. */
#ifndef PTWALK_KERNELS_UNPACK_H
#define PTWALK_KERNELS_UNPACK_H

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "kernels/apt.h"

struct unpack_plan {
	char *release;	      /* "6.1.0-56-amd64" */
	char *version;	      /* "6.1.192-2" */
	struct strv packages; /* "NAME" or "NAME=VERSION" */
	struct strv tools;    /* the same, of the compiler for its modules; may be none */
	const char *cc;	      /* as struct kernel has it */
};

void unpack_plan_release(struct unpack_plan *);

/**
 * unpack_kernel - download and unpack the planned packages
 * @where:	the folder to make, whole or not at all, with its facts
 *
 * The caller holds the lock of the cache's kernels.
 */
int unpack_kernel(const struct apt *, const struct unpack_plan *, const char *where,
		  struct progress *, struct err *err);

#endif
