/* SPDX-License-Identifier: GPL-2.0-only */
/* Spare physical memory, as the machine names it on the command line. */
#ifndef PTWALK_DRIVER_SPARE_H
#define PTWALK_DRIVER_SPARE_H

#include "workloads/workload.h"

/**
 * spare_parse - read "low:START:SIZE" or "high:START:SIZE"
 * @text:	numbers of bytes, decimal or 0x...; whole pages of 2 MiB
 * @spare:	(out) its height among the WORKLOAD_NR_HEIGHTS
 *
 * Returns: 0, or -EINVAL.
 */
int spare_parse(const char *text, struct workload_spare *spare, struct err *err);

#endif
