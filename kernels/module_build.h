/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One build of ptwalk.ko, in a folder where the last one for this kernel is: what has not
 * changed since is not compiled again.
 */
#ifndef PTWALK_KERNELS_MODULE_BUILD_H
#define PTWALK_KERNELS_MODULE_BUILD_H

#include "base/err.h"
#include "base/str.h"
#include "kernels/kernel.h"
#include "kernels/toolchain.h"

/* From the sources to where its results go. */
struct module_job {
	const struct kernel *kernel;
	struct own *own;   /* NULL: none */
	char *source;	   /* CHECKOUT/kmod */
	struct strv files; /* of the module, relative to @source, sorted */
	struct compiler compiler;
	char *own_flags; /* more words for the compiler of own code; NULL: none */
	char *part;   /* modules/KERNEL of the cache: what is built for this kernel, and its lock */
	char *result; /* CACHE/modules/KERNEL/KEY */
	char *log;    /* CACHE/modules/KERNEL/KEY.log */
	char *work;   /* CACHE/modules/KERNEL/work: what the last build for this kernel has left */
};

/* The sources below @top, "own/own.c" and the like; @below is "". What kbuild leaves is none. */
int module_sources(struct strv *files, const char *top, const char *below, struct err *err);

/*
 * Build it, and leave in @temp ptwalk.ko, and own/ with the objects of own code. Under a lock.
 * Returns as kernel_module().
 */
int module_build(const struct module_job *, const char *temp, struct err *err);

#endif
