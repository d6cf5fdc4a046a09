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

/* Devices without memory, of a file that is opened; to be ended with migrate_close(). */
void migrate_open(struct devices *devices);

/*
 * Bring what is in their memory back to system memory, whose ever it is, and end
 * those that hold nothing then. The file has no user any more.
 *
 * Returns: 0; or -EBUSY: somebody holds a page, for who knows how long. To be
 * called again then.
 */
int migrate_close(struct devices *devices);

#else

static inline void migrate_open(struct devices *devices)
{
}

static inline int migrate_close(struct devices *devices)
{
	return 0;
}

static inline int migrate_range(struct devices *devices, u64 addr, u64 len, u32 to, u64 phys,
				u64 *moved)
{
	return -EOPNOTSUPP;
}

#endif

#endif
