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

/**
 * struct inspect_meets - who is told of what a walk meets, in order of address
 * @table:	NULL, or of each page-table page
 * @pagemap:	NULL, or of each dev_pagemap that ZONE_DEVICE leaves come to have
 * @pages:	NULL, or of the pages of each present leaf, the @first of @n
 * @arg:	what they are given; NULL: nobody is told, and sums are made instead
 *
 * The latter two hold a spinlock, and keep no pagemap and no page from going later.
 */
struct inspect_meets {
	void (*table)(void *arg, const struct page *table);
	void (*pagemap)(void *arg, struct dev_pagemap *pagemap);
	void (*pages)(void *arg, struct page *first, u64 n);
	void *arg;
};

/*
 * Over a range of the caller's, which memory_check() has passed. 0, -ENOMEM, -EOPNOTSUPP, or what
 * the walk answers.
 */
int inspect_meet(u64 addr, u64 len, const struct inspect_meets *meets);

#endif
