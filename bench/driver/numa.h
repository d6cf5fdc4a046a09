/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the driver runs and takes its memory from, through hwloc. */
#ifndef PTWALK_DRIVER_PIN_H
#define PTWALK_DRIVER_PIN_H

#include "base/err.h"

/**
 * pin_self - bind this thread to one CPU and its memory to that CPU's node
 * @cpu:	OS index, or -1: the first CPU this process may use
 * @topology:	(out) what hwloc sees, "1 package, 1 core, 1 PU, 1 node"; owned by the caller
 *
 * Returns: 0, or -EINVAL where there is no such CPU, with those there are.
 */
int pin_self(int cpu, char **topology, struct err *err);

#endif
