/* SPDX-License-Identifier: GPL-2.0-only */
/* Device-dax devices of this host that the user names: found, and never taken with data in them. */
#ifndef PTWALK_VM_NATIVE_DAX_H
#define PTWALK_VM_NATIVE_DAX_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Is @path ("/dev/dax0.0") a device-dax device? Takes no right but to look. Returns 0, or
 * -ENODEV with those there are in @err.
 */
int native_dax_find(const char *path, struct err *err);

/**
 * native_dax_check - may a workload map this device, whole?
 * @overwrite:	the user has named it: what is in it does not matter
 *
 * Data is a byte that is not 0 in the first and the last 64 MiB, or in the first page
 * of each 2 MiB between; what lies elsewhere alone is not found. Only read, in a
 * process of its own: a bad block ends that alone.
 *
 * Returns: 0; -EBUSY where a process has it open or mapped, with its name; -EEXIST where
 * it has data; -EIO where it cannot be read.
 */
int native_dax_check(const char *path, bool overwrite, struct err *err);

#endif
