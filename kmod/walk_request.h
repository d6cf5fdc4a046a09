/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the replica that no policy touches: what the caller asks of each
 * page, and what is done where the page tables do not give it.
 */
#ifndef PTWALK_WALK_REQUEST_H
#define PTWALK_WALK_REQUEST_H

#include <linux/hmm.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>

#include "compat/compat.h"

#define WALK_FAULT	 BIT(0)
#define WALK_FAULT_WRITE BIT(1)
#define WALK_FAULT_ALL	 (WALK_FAULT | WALK_FAULT_WRITE)

/**
 * struct walk - one call
 * @range:	what was asked for, and the array for what is found
 * @last:	where to begin again after -EBUSY: entries before it are done
 * @pgmap:	the reference that a caching policy holds
 */
struct walk {
	struct hmm_range *range;
	unsigned long last;
	struct dev_pagemap *pgmap;
};

static unsigned long *walk_pfns(struct walk *walk, unsigned long addr)
{
	return &walk->range->hmm_pfns[(addr - walk->range->start) >> PAGE_SHIFT];
}

static int walk_fill(struct walk *walk, unsigned long addr, unsigned long end, unsigned long entry)
{
	unsigned long *pfns = walk_pfns(walk, addr);

	for (; addr < end; addr += PAGE_SIZE)
		compat_hmm_set(pfns++, entry);
	return 0;
}

/* What must be faulted for one page: asked for is @entry, the page table gives @has. */
static unsigned int walk_need(const struct walk *walk, unsigned long entry, unsigned long has)
{
	unsigned long asked;

	asked = (entry & walk->range->pfn_flags_mask) | walk->range->default_flags;
	if (!(asked & HMM_PFN_REQ_FAULT))
		return 0;
	if ((asked & HMM_PFN_REQ_WRITE) && !(has & HMM_PFN_WRITE))
		return WALK_FAULT_ALL;
	return has & HMM_PFN_VALID ? 0 : WALK_FAULT;
}

/* The same for many pages, of which the page table gives the same. */
static unsigned int walk_need_any(const struct walk *walk, const unsigned long *pfns,
				  unsigned long nr_pages, unsigned long has)
{
	const struct hmm_range *range = walk->range;
	unsigned int need = 0;
	unsigned long i;

	if (!((range->default_flags | range->pfn_flags_mask) & HMM_PFN_REQ_FAULT))
		return 0;
	for (i = 0; i < nr_pages && need != WALK_FAULT_ALL; i++)
		need |= walk_need(walk, pfns[i], has);
	return need;
}

/* Fault pages in; the walk then begins again at the first of them. */
static int walk_fault(struct mm_walk *mm_walk, unsigned long addr, unsigned long end,
		      unsigned int need)
{
	struct walk *walk = mm_walk->private;
	struct vm_area_struct *vma = mm_walk->vma;
	unsigned int flags = FAULT_FLAG_REMOTE;

	walk->last = addr;
	if (need & WALK_FAULT_WRITE) {
		if (!(vma->vm_flags & VM_WRITE))
			return -EPERM;
		flags |= FAULT_FLAG_WRITE;
	}
	for (; addr < end; addr += PAGE_SIZE)
		if (handle_mm_fault(vma, addr, flags, NULL) & VM_FAULT_ERROR)
			return -EFAULT;
	return -EBUSY;
}

/* No table, or nothing in it. */
static int walk_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *mm_walk)
{
	struct walk *walk = mm_walk->private;
	unsigned int need;

	need = walk_need_any(walk, walk_pfns(walk, addr), (end - addr) >> PAGE_SHIFT, 0);
	if (!mm_walk->vma)
		return need ? -EFAULT : walk_fill(walk, addr, end, HMM_PFN_ERROR);
	if (need)
		return walk_fault(mm_walk, addr, end, need);
	return walk_fill(walk, addr, end, 0);
}

/* An entry that can neither be walked nor be mended. */
static int walk_broken(struct walk *walk, unsigned long start, unsigned long end)
{
	if (walk_need_any(walk, walk_pfns(walk, start), (end - start) >> PAGE_SHIFT, 0))
		return -EFAULT;
	return walk_fill(walk, start, end, HMM_PFN_ERROR);
}

#endif
