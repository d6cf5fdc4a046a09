/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory of devices: its pages, and the entries that hold them. */
#ifndef PTWALK_COMPAT_DEVICE_H
#define PTWALK_COMPAT_DEVICE_H

#include <linux/memremap.h>
#include <linux/mm.h>

#include "compat/softleaf.h"

/* The page of an entry that is neither none nor present: NULL where it is not device-private. */
static inline struct page *compat_device_private_page(pte_t pte)
{
	compat_softleaf_t leaf = compat_softleaf_from_pte(pte);

	return compat_softleaf_is_device_private(leaf) ? compat_softleaf_to_page(leaf) : NULL;
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
