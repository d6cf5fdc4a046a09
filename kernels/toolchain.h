/* SPDX-License-Identifier: GPL-2.0-only */
/* The programs and libraries that building a kernel takes. */
#ifndef PTWALK_KERNELS_TOOLCHAIN_H
#define PTWALK_KERNELS_TOOLCHAIN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "kernels/kernel.h"

/*
 * Kernels are built by gcc and GNU ld, of another architecture than this host's by the cross
 * compiler of guests' programs; or by what the environment says: $LLVM and $CC mean what they mean
 * to make ("1", "-16", "/opt/llvm/bin/"; "gcc-11"), and are passed on to it.
 */

/*
 * What make is to be told: "CC=gcc-11", "LLVM=1", "ARCH=arm64"; of this host's nothing where the
 * environment says nothing.
 */
void toolchain_words(const struct arch *, struct strv *words);

/* Of these the architecture's: "ARCH=arm64" and the prefix of its tools, or nothing. */
void toolchain_cross(const struct arch *, struct strv *words);

/* The compiler that the environment names, owned by the caller; NULL: none. */
char *toolchain_cc(void);

/*
 * Is all there? -ENOENT names what is missing, and the packages that have it; -EINVAL: $CC is
 * a compiler for another architecture.
 */
int toolchain_check(const struct arch *, struct err *err);

/* "gcc (Debian 12.2.0-14) 12.2.0, GNU ld (...) 2.40": what a build's key has. NULL with @err. */
char *toolchain_version(const struct arch *, struct err *err);

/* What building a module for a kernel takes: headers of that very kernel, and its compiler. */

struct compiler {
	char *program; /* "gcc-12" */
	char *version; /* the first line of its --version */
	char *llvm;    /* what $LLVM is to be for it: "1", "-16"; "": GNU's linker and the rest */
};

/*
 * Are the headers in @kernel->build there, and of this image?
 * Returns 0, -ENOENT (what is missing and how to get it) or -ESTALE (both releases named).
 */
int headers_check(const struct kernel *, struct err *err);

/*
 * The compiler that built the kernel: of $CC and those of its name the one that is of its very
 * version, else the first there is. Returns 0 or -ENOENT; end with release.
 */
int compiler_find(struct compiler *, const struct kernel *, struct err *err);
void compiler_release(struct compiler *);

#endif
