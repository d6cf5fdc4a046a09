/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_INSPECT_H
#define PTWALK_INSPECT_H

#include <linux/mm_types.h>

#include "uapi/ptwalk.h"

/**
 * inspect_range - PTWALK_IOC_INSPECT, but for copying @out in and out
 * @out:	checked here, whole
 *
 * A walk of its own, which shares nothing with hmm_range_fault().
 *
 * Returns: 0, or the errors that the ABI lists.
 */
int inspect_range(struct ptwalk_inspect *out);

/* The same of PTWALK_IOC_BLOCKS. */
int inspect_blocks(struct ptwalk_blocks *out);

/*
 * Tell, with @arg, @met of each page-table page over a range of the caller's, which
 * memory_check() has passed, and @met_pagemap of each dev_pagemap that ZONE_DEVICE leaves come
 * to have, in order of address: either may be NULL. The latter holds a spinlock, and keeps no
 * pagemap from going later. 0, -ENOMEM, -EOPNOTSUPP, or what the walk answers.
 */
int inspect_meet(u64 addr, u64 len, void (*met)(void *arg, const struct page *table),
		 void (*met_pagemap)(void *arg, struct dev_pagemap *pagemap), void *arg);

#endif
