/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder that a kernel was built in: make's output, or a tree built in place. */
#ifndef PTWALK_KERNELS_BUILD_TREE_H
#define PTWALK_KERNELS_BUILD_TREE_H

#include "base/err.h"
#include "base/str.h"
#include "kernels/kernel.h"

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
