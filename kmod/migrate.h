/* SPDX-License-Identifier: GPL-2.0-only */
/* Migration of a range of the caller's memory into a device's, and back. */
#ifndef PTWALK_MIGRATE_H
#define PTWALK_MIGRATE_H

#include <linux/errno.h>
#include <linux/mm.h>

#include "device.h"

#if IS_ENABLED(CONFIG_DEVICE_MIGRATION)

/**
 * migrate_range - move pages of the caller's
 * @devices:	of the file
 * @to:		PTWALK_MEMORY_*
 * @phys:	as struct ptwalk_migrate's
 * @moved:	(out) pages that this brought there, in any case
 *
 * Returns: 0, or the errors that the ABI lists; what was moved before stays there.
 */
int migrate_range(struct devices *devices, u64 addr, u64 len, u32 to, u64 phys, u64 *moved);

/* A CPU touched a page of private memory: bring it back. The dev_pagemap's operation. */
vm_fault_t migrate_fault(struct vm_fault *vmf);

/* Bring back what a chunk holds, of whatever process, but for what cannot move right now. */
void migrate_evict(struct device_chunk *chunk);

#else

static inline int migrate_range(struct devices *devices, u64 addr, u64 len, u32 to, u64 phys,
				u64 *moved)
{
	return -EOPNOTSUPP;
}

#endif

#endif
