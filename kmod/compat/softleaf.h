/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries that are not present: swapped, under migration, device-private. Macros, as in compat.h. */
#ifndef PTWALK_COMPAT_SOFTLEAF_H
#define PTWALK_COMPAT_SOFTLEAF_H

#include <linux/mm.h>
#include <linux/memremap.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "compat/version.h"

#if COMPAT_HAS_SOFTLEAF

#include <linux/leafops.h>

#define compat_softleaf_t				softleaf_t
#define compat_softleaf_from_pte(pte)			softleaf_from_pte(pte)
#define compat_softleaf_is_swap(leaf)			softleaf_is_swap(leaf)
#define compat_softleaf_is_migration(leaf)		softleaf_is_migration(leaf)
#define compat_softleaf_is_device_exclusive(leaf)	softleaf_is_device_exclusive(leaf)
#define compat_softleaf_is_device_private(leaf)		softleaf_is_device_private(leaf)
#define compat_softleaf_is_device_private_write(leaf)	softleaf_is_device_private_write(leaf)
#define compat_softleaf_to_pfn(leaf)			softleaf_to_pfn(leaf)
#define compat_softleaf_to_page(leaf)			softleaf_to_page(leaf)
#define compat_pmd_is_migration(pmd)			pmd_is_migration_entry(pmd)

#else

#define compat_softleaf_t				swp_entry_t
#define compat_softleaf_from_pte(pte)			pte_to_swp_entry(pte)
#define compat_softleaf_is_swap(leaf)			(!non_swap_entry(leaf))
#define compat_softleaf_is_migration(leaf)		is_migration_entry(leaf)
#define compat_softleaf_is_device_private(leaf)		is_device_private_entry(leaf)
#define compat_pmd_is_migration(pmd)							\
	(thp_migration_supported() && is_pmd_migration_entry(pmd))

#if COMPAT_HAS_PFN_SWAP_ENTRY
#define compat_softleaf_is_device_exclusive(leaf)	is_device_exclusive_entry(leaf)
#define compat_softleaf_is_device_private_write(leaf)	is_writable_device_private_entry(leaf)
#define compat_softleaf_to_pfn(leaf)			swp_offset_pfn(leaf)
#define compat_softleaf_to_page(leaf)			pfn_swap_entry_to_page(leaf)
#else
#define compat_softleaf_is_device_exclusive(leaf)	false
#define compat_softleaf_is_device_private_write(leaf)	is_write_device_private_entry(leaf)
#define compat_softleaf_to_pfn(leaf)			device_private_entry_to_pfn(leaf)
#define compat_softleaf_to_page(leaf)			device_private_entry_to_page(leaf)
#endif

#endif

#if COMPAT_HAS_PAGE_PGMAP
#define compat_page_pgmap(page)				page_pgmap(page)
#else
#define compat_page_pgmap(page)				((page)->pgmap)
#endif

#endif
