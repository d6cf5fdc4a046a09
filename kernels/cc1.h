/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The compiler proper of another architecture's own gcc, run here by QEMU in the place of the cross
 * compiler's. Debian's cross compilers are not rebuilt with each fix: that of 12.2.0-14+deb12u1, of
 * frames with a guard, costs two instructions a call. So what must count as the kernel does is
 * compiled by cc1 of that architecture, some 10 times as long.
 */
#ifndef PTWALK_KERNELS_CC1_H
#define PTWALK_KERNELS_CC1_H

#include "arch/arch.h"
#include "base/err.h"

/* Below a kernel's folder: where that of a kernel with tools of its own is unpacked. */
#define CC1_OF_TOOLS "native"

/* Let what is unpacked below @root, with its libraries, be found by cc1_option(). */
int cc1_wrap(const struct arch *, const char *root, struct err *err);

/**
 * cc1_option - the option by which the cross compiler makes what the kernel's own compiler does
 * @root:	where cc1_wrap() was told to look
 *
 * Returns: "-BFOLDER", owned by the caller; NULL with @err where there is no such QEMU, or no cc1.
 */
char *cc1_option(const struct arch *, const char *root, struct err *err);

#endif
