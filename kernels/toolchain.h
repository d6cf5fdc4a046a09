/* SPDX-License-Identifier: GPL-2.0-only */
/* The programs and libraries that building a kernel takes. */
#ifndef PTWALK_KERNELS_TOOLCHAIN_H
#define PTWALK_KERNELS_TOOLCHAIN_H

#include "base/err.h"

/* Is all there? -ENOENT names what is missing, and the packages that have it. */
int toolchain_check(struct err *err);

/* "gcc (Debian 12.2.0-14) 12.2.0, GNU ld (...) 2.40": what a build's key has. NULL with @err. */
char *toolchain_version(struct err *err);

#endif
