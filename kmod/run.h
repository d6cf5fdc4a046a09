/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_RUN_H
#define PTWALK_RUN_H

#include "device.h"
#include "op.h"
#include "uapi/ptwalk.h"

/**
 * run_samples - PTWALK_IOC_RUN, but for copying @run in and out
 * @run:	checked here, whole; its (out) fields are set in any case
 * @devices:	of the file, for the ops that migrate
 *
 * Returns: 0, or the errors that the ABI lists.
 */
int run_samples(struct ptwalk_run *run, struct devices *devices);

/* Is what it asks for possible, and allowed? The caller knows of no op such as @op where that is NULL. */
int run_check(const struct ptwalk_run *run, const struct op *op);

#endif
