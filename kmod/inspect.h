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

/*
 * Tell @met, with @arg, of each page-table page over a range of the caller's, which
 * memory_check() has passed. 0, -ENOMEM, -EOPNOTSUPP, or what the walk answers.
 */
int inspect_tables(u64 addr, u64 len, void (*met)(void *arg, const struct page *table), void *arg);

/* The same, of each dev_pagemap that ZONE_DEVICE leaves come to have, in order of address. */
int inspect_pagemaps(u64 addr, u64 len, void (*met)(void *arg, struct dev_pagemap *pagemap),
		     void *arg);

/* References to it, but for some number that is always the same: differences mean something. */
u64 inspect_pagemap_refs(struct dev_pagemap *pagemap);

#endif
