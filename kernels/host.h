/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_KERNELS_HOST_H
#define PTWALK_KERNELS_HOST_H

#include "base/err.h"
#include "kernels/kernel.h"

/*
 * Fill in @kernel with the installed kernel @release below @root ("/"; tests
 * make one up). Returns 0 or a negative errno.
 */
int host_fill(struct kernel *, const char *root, const char *release, struct err *err);

/* The same for kernel_running(). */
int running_fill(struct kernel *, const char *root, const char *release, bool build,
		 struct err *err);

/*
 * The version of the package that brought @release; NULL where none did, which is no error.
 * Owned by the caller.
 */
char *host_package_version(const char *release);

#endif
