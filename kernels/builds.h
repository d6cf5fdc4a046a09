/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels that are built: CACHE/builds/KEY, whole or not at all.
 *
 *     boot/          bzImage, vmlinux with its symbols, System.map, config
 *     lib/modules/   as make modules_install leaves them
 *     headers/       what a module is built with
 *     facts, about   struct kernel's strings; struct build_entry's
 *
 * CACHE/builds/names/NAME holds a key.
 */
#ifndef PTWALK_KERNELS_BUILDS_H
#define PTWALK_KERNELS_BUILDS_H

#include "base/err.h"
#include "base/str.h"
#include "kernels/build.h"
#include "kernels/kernel.h"
#include "kernels/workspace.h"

/* The kernel of a key. Returns 0 or -ENOENT; @kernel was kernel_init()ed. */
int builds_load(const char *key, struct kernel *kernel);

/**
 * builds_publish - put what a workspace has built where builds are
 * @entry:	what is told of it; its release and arch are filled in
 * @modules:	the only ones that were made: "fs/ext4/ext4.ko"; none: all of them
 * @version:	struct kernel's
 */
int builds_publish(const char *key, const struct workspace *, struct build_entry *entry,
		   const struct strv *modules, const char *version, struct progress *,
		   struct err *err);

/* Is this a name that a build may have? -EINVAL says what one is. */
int builds_check_name(const char *name, struct err *err);

/* From now on @name means @key. */
int builds_set_name(const char *name, const char *key, struct err *err);

/* A folder that a kernel was built in: make's output, or a tree built in place. */

/*
 * Fill in what a built tree says of its kernel: release, image, config, build,
 * hashes, compiler. Returns: 0, or -ENOENT: what is missing, and what makes it.
 */
int tree_describe(struct kernel *, const char *tree, struct err *err);

/*
 * Put the modules of @kernel->build, stripped, with their lists, below @root: those @named
 * ("fs/ext4/ext4.ko"), or where none is all that its modules.order has; make's words in @log.
 */
int tree_install(const struct kernel *, const struct strv *named, const char *root, const char *log,
		 struct err *err);

#endif
