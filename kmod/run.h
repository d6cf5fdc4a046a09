/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_RUN_H
#define PTWALK_RUN_H

#include "device.h"
#include "uapi/ptwalk.h"

/**
 * run_samples - PTWALK_IOC_RUN, but for copying @run in and out
 * @run:	checked here, whole; its (out) fields are set in any case
 * @devices:	of the file, for the ops that migrate
 *
 * Returns: 0, or the errors that the ABI lists.
 */
int run_samples(struct ptwalk_run *run, struct devices *devices);

#endif
