/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Debian release's own compiler and build programs, in a folder, for a machine
 * whose C library is older than theirs: each is run by the loader and with the
 * libraries of its own release. Nothing is installed, and no root is needed.
 */
#ifndef PTWALK_KERNELS_TOOLS_H
#define PTWALK_KERNELS_TOOLS_H

#include "base/err.h"

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

#endif
