/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory of devices: its pages, and the entries that hold them. */
#ifndef PTWALK_COMPAT_DEVICE_H
#define PTWALK_COMPAT_DEVICE_H

#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/swap.h> /* for the two below, which do not include it in every 7.2 */

#include "compat/version.h"

#if COMPAT_HAS_SOFTLEAF
#include <linux/leafops.h>
#else
#include <linux/swapops.h>
#endif

/* hmm_dma_map_pfn() and what belongs to it. */
#if COMPAT_HAS_HMM_DMA_MAP
#include <linux/hmm-dma.h>
#include <linux/pci-p2pdma.h>
#endif

/* Flags that hmm_range_fault() hands on as they came. */
#if COMPAT_HAS_HMM_DMA_MAP
#define COMPAT_HMM_PFN_KEPT ((unsigned long)HMM_PFN_DMA_MAPPED)
#else
#define COMPAT_HMM_PFN_KEPT 0UL
#endif

#if COMPAT_HAS_PAGE_PGMAP
#define compat_page_pgmap(page)	page_pgmap(page)
#else
#define compat_page_pgmap(page)	((page)->pgmap)
#endif

/* The page of an entry that is neither none nor present: NULL where it is not device-private. */
static inline struct page *compat_device_private_page(pte_t pte)
{
#if COMPAT_HAS_SOFTLEAF
	softleaf_t leaf = softleaf_from_pte(pte);

	return softleaf_is_device_private(leaf) ? softleaf_to_page(leaf) : NULL;
#else
	swp_entry_t entry = pte_to_swp_entry(pte);

	if (!is_device_private_entry(entry))
		return NULL;
#if COMPAT_HAS_PFN_SWAP_ENTRY
	return pfn_swap_entry_to_page(entry);
#else
	return device_private_entry_to_page(entry);
#endif
#endif
}

/* May the CPU write to it, once it is back? Of an entry that holds a device-private page. */
static inline bool compat_device_private_write(pte_t pte)
{
#if COMPAT_HAS_SOFTLEAF
	return softleaf_is_device_private_write(softleaf_from_pte(pte));
#elif COMPAT_HAS_PFN_SWAP_ENTRY
	return is_writable_device_private_entry(pte_to_swp_entry(pte));
#else
	return is_write_device_private_entry(pte_to_swp_entry(pte));
#endif
}

/* The reference count of a pagemap. */
static inline struct percpu_ref *compat_pagemap_ref(struct dev_pagemap *pagemap)
{
#if COMPAT_HAS_PGMAP_REF
	return &pagemap->ref;
#else
	return pagemap->ref;
#endif
}

static inline bool compat_is_device_coherent_page(const struct page *page)
{
#if COMPAT_HAS_DEVICE_COHERENT
	return is_device_coherent_page(page);
#else
	return false;
#endif
}

#if IS_ENABLED(CONFIG_DEVICE_MIGRATION)

/* Take a page of a device into use: locked, and one reference. */
static inline void compat_zone_device_page_init(struct page *page, struct dev_pagemap *pagemap)
{
#if COMPAT_HAS_ZONE_DEVICE_FOLIOS
	zone_device_page_init(page, pagemap, 0);
#else
	zone_device_page_init(page);
#endif
}

/*
 * Define @fn for the operation COMPAT_PAGE_FREE of dev_pagemap_ops, of a function
 * that takes the page that is free.
 */
#if COMPAT_HAS_ZONE_DEVICE_FOLIOS
#define COMPAT_PAGE_FREE folio_free
#define COMPAT_DEFINE_PAGE_FREE(fn, free)						\
static void fn(struct folio *folio)							\
{											\
	free(&folio->page);								\
}
#else
#define COMPAT_PAGE_FREE page_free
#define COMPAT_DEFINE_PAGE_FREE(fn, free)						\
static void fn(struct page *page)							\
{											\
	free(page);									\
}
#endif

#endif

#endif
