/* SPDX-License-Identifier: GPL-2.0-only */
/* What inspect's walk meets, added up. */
#ifndef PTWALK_INSPECT_MET_H
#define PTWALK_INSPECT_MET_H

#include <linux/memremap.h>
#include <linux/mm_types.h>
#include <linux/pagewalk.h>

#include "inspect.h"
#include "uapi/ptwalk.h"

/**
 * struct inspect - one walk
 * @out:	what was met so far
 * @table:	the table met last at each level: two VMAs may share one
 * @pgmap:	of the ZONE_DEVICE page met last
 * @blocks:	NULL, or what of that is of blocks
 * @meets:	who is told
 */
struct inspect {
	struct ptwalk_inspect *out;
	const struct page *table[PTWALK_NR_LEVELS];
	struct dev_pagemap *pgmap;
	struct ptwalk_blocks *blocks;
	struct inspect_meets meets;
};

void inspect_table(struct inspect *inspect, unsigned int level, const struct page *table);

/*
 * The page of a present leaf, which has @n. Under the lock of the leaf's table: who takes a
 * page away (an unbind frees its struct page, too) clears the entry first.
 */
void inspect_page(struct inspect *inspect, unsigned long pfn, u64 n);

/*
 * A present leaf, of one entry or of several that are one page; @pfn is @addr's, and all of the
 * leaf's pages lie on one node. @entry is what hmm_range_fault() has to give of it, without the frame.
 */
void inspect_leaf(struct inspect *inspect, unsigned int level, unsigned long addr,
		  unsigned long end, unsigned long pfn, unsigned long entry);

/* As mm_walk_ops.pte_hole. 0. */
int inspect_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk);

/* Entries that are there, and not present. */
void inspect_absent(struct mm_walk *walk, unsigned long addr, unsigned long end);

/* Memory of the device that the ops walk for: valid to it, though no CPU can address it. */
void inspect_own(struct ptwalk_inspect *out, unsigned long addr, unsigned long pfn,
		 unsigned long entry);

#endif
