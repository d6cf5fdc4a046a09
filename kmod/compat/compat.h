/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One form for what differs between kernels. Names are the kernel's own newest
 * ones with compat_ before them.
 */
#ifndef PTWALK_COMPAT_COMPAT_H
#define PTWALK_COMPAT_COMPAT_H

#include <linux/mm.h>
#include <linux/dax.h>
#include <linux/fs.h>
#include <linux/hmm.h>
#include <linux/hugetlb.h>
#include <linux/memremap.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>

#include "arch.h"
#include "compat/symbols.h"

#if COMPAT_HAS_VMA_CACHE
#include <linux/vmacache.h>
#endif

#ifndef CONFIG_ZONE_DEVICE
/* Nothing is registered there, and nobody says so but memremap_pages(). */
static inline void memunmap_pages(struct dev_pagemap *pgmap)
{
}
#endif

/* What these inlines need. */
#define COMPAT_NEEDS_PTE_MAP COMPAT_NEEDS(pte_map)
#define COMPAT_NEEDS_HUGE_PTE ARCH_HUGE_PTEP_GET_NEEDS
#define COMPAT_NEEDS_INVALIDATE								\
	(COMPAT_NEEDS(invalidate_range_start) | COMPAT_NEEDS(invalidate_range_end))

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

/* Ends with compat_pte_unmap(). NULL where the table has gone meanwhile, since 6.5. */
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

/* Is it a leaf? */
#if COMPAT_HAS_DEVMAP
#define compat_pmd_is_leaf(pmd) (pmd_devmap(pmd) || pmd_trans_huge(pmd))
#else
#define compat_pmd_is_leaf(pmd) pmd_trans_huge(pmd)
#endif

static __always_inline pte_t compat_huge_ptep_get(struct mm_struct *mm, unsigned long addr,
						   pte_t *ptep)
{
#if COMPAT_HAS_HUGE_PTEP_GET_MM
	return arch_huge_ptep_get(mm, addr, ptep);
#else
	return arch_huge_ptep_get(ptep);
#endif
}

/*
 * The VMA at @addr is found as soon as it is every other time: of the four that a task remembers,
 * it alone is left. Which they are goes by the faults before. Under the mmap lock.
 */
static inline void compat_vma_remember(struct mm_struct *mm, unsigned long addr)
{
#if COMPAT_HAS_VMA_CACHE
	vmacache_flush(current);
	find_vma(mm, addr);
#endif
}

/* Why get_dev_pagemap() of the kernel cannot be timed with a reference that is held, or NULL. */
#if COMPAT_HAS_PGMAP_CACHED
#define COMPAT_PGMAP_CACHED_LACKS NULL
#else
#define COMPAT_PGMAP_CACHED_LACKS							\
	"this kernel's get_dev_pagemap() takes no reference that is held"
#endif

/* Of a ZONE_DEVICE page. A tail page has its head where others have their pagemap. */
static __always_inline struct dev_pagemap *compat_page_pgmap(struct page *page)
{
#if COMPAT_HAS_PAGE_PGMAP
	return page_pgmap(page);
#else
	return compound_head(page)->pgmap;
#endif
}

/*
 * Tell the notifiers of @mm what they are told when this range is unmapped; nothing is. -EAGAIN:
 * one of them would have to sleep; the kernel has ended what was begun itself.
 */
static __always_inline int compat_invalidate(struct mm_struct *mm, unsigned long start,
					       unsigned long end)
{
	struct mmu_notifier_range range = {
		.mm = mm,
		.start = start,
		.end = end,
		.event = MMU_NOTIFY_CLEAR,
	};

	if (compat_call(invalidate_range_start)(&range))
		return -EAGAIN;
#if COMPAT_HAS_INVALIDATE_ONLY_END
	compat_call(invalidate_range_end)(&range, true);
#else
	compat_call(invalidate_range_end)(&range);
#endif
	return 0;
}

/*
 * The pagemap of @pfn, with a reference: @cached where that serves, which is put
 * where it does not. Where the kernel does not look at it, its caller has to.
 */
static __always_inline struct dev_pagemap *compat_get_dev_pagemap(unsigned long pfn,
								   struct dev_pagemap *cached)
{
#if COMPAT_HAS_PGMAP_CACHED
	return get_dev_pagemap(pfn, cached);
#else
	if (cached) {
		if (pfn >= PHYS_PFN(cached->range.start) && pfn <= PHYS_PFN(cached->range.end))
			return cached;
		put_dev_pagemap(cached);
	}
	return get_dev_pagemap(pfn);
#endif
}

#endif
