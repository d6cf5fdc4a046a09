/* SPDX-License-Identifier: GPL-2.0-only */
/* What building a module for a kernel takes: headers of that very kernel, and its compiler. */
#ifndef PTWALK_KERNELS_HEADERS_H
#define PTWALK_KERNELS_HEADERS_H

#include <stdbool.h>

#include "base/err.h"
#include "kernels/kernel.h"

struct compiler {
	char *program; /* "gcc-12" */
	char *version; /* the first line of its --version */
	bool llvm;
};

/*
 * Are the headers in @kernel->build there, and of this image?
 * Returns 0, -ENOENT (what is missing and how to get it) or -ESTALE (both releases named).
 */
int headers_check(const struct kernel *, struct err *err);

/* The compiler that built the kernel, by name. Returns 0 or -ENOENT; end with release. */
int compiler_find(struct compiler *, const struct kernel *, struct err *err);
void compiler_release(struct compiler *);

#endif
