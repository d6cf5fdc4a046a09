/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One form for what differs between kernels. Names are the kernel's own newest
 * ones with compat_ before them.
 */
#ifndef PTWALK_COMPAT_COMPAT_H
#define PTWALK_COMPAT_COMPAT_H

#include <linux/mm.h>
#include <linux/hugetlb.h>
#include <linux/memremap.h>
#include <linux/pagewalk.h>
#include <linux/swapops.h>

#include "compat/symbols.h"

/* What these inlines and the walk through them need. */
#define COMPAT_NEEDS_PTE_MAP COMPAT_NEEDS(pte_map)
#define COMPAT_NEEDS_HUGETLB_LOCK							\
	(COMPAT_NEEDS(hugetlb_vma_lock_read) | COMPAT_NEEDS(hugetlb_vma_unlock_read))

#if COMPAT_HAS_WALK_LOCK
#define COMPAT_WALK_RDLOCK .walk_lock = PGWALK_RDLOCK,
#else
#define COMPAT_WALK_RDLOCK
#endif

static __always_inline pmd_t compat_pmdp_get_lockless(pmd_t *pmdp)
{
#if COMPAT_HAS_PMDP_GET_LOCKLESS
	return pmdp_get_lockless(pmdp);
#else
	return READ_ONCE(*pmdp);
#endif
}

/* NULL where the table has gone meanwhile: read the PMD again. Ends with compat_pte_unmap(). */
static __always_inline pte_t *compat_pte_offset_map(pmd_t *pmdp, unsigned long addr)
{
#if COMPAT_HAS_PTE_MAP_RCU
	return compat_call(pte_map)(pmdp, addr, NULL);
#else
	return pte_offset_map(pmdp, addr);
#endif
}

static __always_inline void compat_pte_unmap(pte_t *ptep)
{
#if COMPAT_HAS_PTE_MAP_RCU
	/* The section was opened out of sparse's sight. */
	__acquire(RCU);
#endif
	pte_unmap(ptep);
}

static __always_inline bool compat_pmd_is_leaf(pmd_t pmd)
{
	return pmd_devmap(pmd) || pmd_trans_huge(pmd);
}

/* The PUD's lock, held, where it is a leaf of THP or DAX; else NULL. */
static __always_inline spinlock_t *compat_pud_trans_huge_lock(pud_t *pudp,
							       struct vm_area_struct *vma)
{
	if (pud_trans_huge(*pudp) || pud_devmap(*pudp))
		return compat_call(pud_huge_lock)(pudp, vma);
	return NULL;
}

static __always_inline pte_t compat_huge_ptep_get(struct mm_struct *mm, unsigned long addr,
						   pte_t *ptep)
{
#if COMPAT_HAS_HUGE_PTEP_GET_MM
	return huge_ptep_get(mm, addr, ptep);
#else
	return huge_ptep_get(ptep);
#endif
}

/* Put down and take up the lock that the walker holds around hugetlb_entry(). */
static __always_inline void compat_hugetlb_walk_unlock(struct vm_area_struct *vma)
{
#if COMPAT_HAS_HUGETLB_WALK_LOCK
	compat_call(hugetlb_vma_unlock_read)(vma);
#endif
}

static __always_inline void compat_hugetlb_walk_lock(struct vm_area_struct *vma)
{
#if COMPAT_HAS_HUGETLB_WALK_LOCK
	compat_call(hugetlb_vma_lock_read)(vma);
#endif
}

static __always_inline long compat_get_user_pages(unsigned long start, unsigned long nr_pages,
						   unsigned int gup_flags, struct page **pages)
{
#if COMPAT_HAS_GUP_VMAS
	return get_user_pages(start, nr_pages, gup_flags, pages, NULL);
#else
	return get_user_pages(start, nr_pages, gup_flags, pages);
#endif
}

static __always_inline struct dev_pagemap *compat_get_dev_pagemap(unsigned long pfn,
								   struct dev_pagemap *cached)
{
	return get_dev_pagemap(pfn, cached);
}

#endif
