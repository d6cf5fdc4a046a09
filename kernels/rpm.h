/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels in RPM packages, as Fedora and its kin have them, or as `make binrpm-pkg` makes them. */
#ifndef PTWALK_KERNELS_RPM_H
#define PTWALK_KERNELS_RPM_H

#include <stdbool.h>

#include "base/err.h"
#include "kernels/unpack.h"

bool rpm_is(const char *file);

/**
 * rpm_plan - the packages of one kernel that are in one folder
 * @image:	the path of the one that is named: kernel-core-V.rpm, kernel-V.rpm
 * @plan:	filled in
 *
 * Returns: 0; -EINVAL (no kernel's package, or damaged); -ENOENT (the one for building modules is not beside it).
 */
int rpm_plan(struct unpack_plan *plan, const char *image, struct err *err);

/* Unpack one into the folder @to, owners apart. -EINVAL where it is none, or damaged. */
int rpm_unpack(const char *file, const char *to, struct err *err);

#endif
