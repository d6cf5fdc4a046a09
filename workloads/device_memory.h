/* SPDX-License-Identifier: GPL-2.0-only */
/* Anonymous memory that is brought into a device's, which the ptwalk module has. */
#ifndef PTWALK_WORKLOADS_DEVICE_MEMORY_H
#define PTWALK_WORKLOADS_DEVICE_MEMORY_H

#include "kmod/uapi/memory.h"
#include "workloads/workload.h"

extern const char *const device_private_needs[];
extern const char *const device_memory_modules[];

/**
 * device_memory_lay_out - populate with PTEs, and bring all of it to @to
 * @to:		PTWALK_MEMORY_*
 * @phys:	as struct ptwalk_migrate's
 *
 * layout->fd is the module's from then on: the device's memory is that file's.
 */
int device_memory_lay_out(struct layout *, uint32_t to, uint64_t phys, struct err *err);

#endif
