/* SPDX-License-Identifier: GPL-2.0-only */
/* The programs and libraries that building a kernel takes. */
#ifndef PTWALK_KERNELS_TOOLCHAIN_H
#define PTWALK_KERNELS_TOOLCHAIN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/proc.h"
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

/*
 * make, which takes few characters in the names of folders: Kbuild splits them at spaces and
 * colons, its shells at more; CMake's toolchains and pkg-config are no better. A cache or tree with
 * others in its path is seen by them, and by them alone, where the name is plain: /mnt, in a mount
 * namespace of their own.
 */

/**
 * make_run - run make in a folder
 * @words:	NULL-terminated: targets and variables, in which paths in the cache and below
 *		@folder are as they are
 *
 * Returns: as proc_run(); -ECHILD with the log's first error, and where the log is, in @err.
 */
int make_run(const char *folder, const char *const *words, const struct proc_options *,
	     struct err *err);

/* The same of another program, argv[0], that makes something of @folder: cmake. */
int make_plain(const char *folder, const char *const *argv, const struct proc_options *,
	       struct err *err);

/* Can make be shown this folder? To be asked before anything is fetched; else -EINVAL. */
int make_possible(const char *folder, struct err *err);

#endif
