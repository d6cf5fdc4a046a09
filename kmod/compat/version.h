/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, one line a difference, named after what is
 * there. Nothing outside this folder knows a kernel's version.
 *
 * A new kernel: widen the range, add the lines that it needs, and give
 * compat.h the two forms of whatever they switch.
 */
#ifndef PTWALK_COMPAT_VERSION_H
#define PTWALK_COMPAT_VERSION_H

#include <linux/version.h>

#define COMPAT_SINCE(major, minor) (LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

#if !COMPAT_SINCE(5, 10) || COMPAT_SINCE(7, 3)
#error "ptwalk supports the kernels 5.10 to 7.2"
#elif COMPAT_SINCE(5, 11) && !COMPAT_SINCE(6, 1)
#error "ptwalk supports the kernel 5.10, and none between it and 6.1"
#endif

#if !defined(CONFIG_X86_64) && !defined(CONFIG_ARM64)
#error "ptwalk supports x86-64 and arm64 only"
#endif

#ifndef CONFIG_MMU_NOTIFIER
#error "ptwalk needs a kernel with CONFIG_MMU_NOTIFIER"
#endif

/* vm_operations_struct.split() became .may_split(). */
#define COMPAT_HAS_MAY_SPLIT COMPAT_SINCE(5, 11)

/* Swap entries of device-private memory tell page and access under their later names. */
#define COMPAT_HAS_PFN_SWAP_ENTRY COMPAT_SINCE(5, 14)

/* With FOLL_NOFAULT no function of get_user_pages() faults anything in. */
#define COMPAT_HAS_FOLL_NOFAULT COMPAT_SINCE(5, 16)

/* A pagemap may have compound pages. */
#define COMPAT_HAS_VMEMMAP_SHIFT COMPAT_SINCE(5, 17)

/* struct dev_pagemap holds its reference count, and does not point to one. */
#define COMPAT_HAS_PGMAP_REF COMPAT_SINCE(5, 17)

/* Folios hold the reference count and the pins of a compound page. */
#define COMPAT_HAS_FOLIOS COMPAT_SINCE(5, 18)

/* An anonymous page says whether it is its task's alone; a pin of another one unshares it. */
#define COMPAT_HAS_ANON_EXCLUSIVE COMPAT_SINCE(5, 19)

/* Devices may have memory that is coherent, and addressable by the CPU. */
#define COMPAT_HAS_DEVICE_COHERENT COMPAT_SINCE(5, 19)

/* A pin for long has a list of VMAs made, one for each page. */
#define COMPAT_LONGTERM_ALLOCATES (!COMPAT_SINCE(5, 11))

/* A task remembers VMAs that it found, and finds them sooner the second time. */
#define COMPAT_HAS_VMA_CACHE (!COMPAT_SINCE(6, 1))

/* pmdp_get_lockless() took over from a plain read and pmd_read_atomic(). */
#define COMPAT_HAS_PMDP_GET_LOCKLESS COMPAT_SINCE(6, 2)

/* pte_offset_map() opens an RCU section, may answer NULL, and is not exported. */
#define COMPAT_HAS_PTE_MAP_RCU COMPAT_SINCE(6, 5)

/* get_user_pages() can return the VMAs too. */
#define COMPAT_HAS_GUP_VMAS (!COMPAT_SINCE(6, 5))

/* struct mm_walk_ops says which lock the walk holds. */
#define COMPAT_HAS_WALK_LOCK COMPAT_SINCE(6, 5)

/* Who ends an invalidation says whether callbacks without a start are left out. */
#define COMPAT_HAS_INVALIDATE_ONLY_END (!COMPAT_SINCE(6, 6))

/* A fault may hold its VMA's lock alone; release_fault_lock() lets go of what it holds. */
#define COMPAT_HAS_FAULT_LOCK COMPAT_SINCE(6, 6)

/* vm_operations_struct.huge_fault() is given an order, not an enum page_entry_size. */
#define COMPAT_HAS_FAULT_ORDER COMPAT_SINCE(6, 6)

/* huge_ptep_get() takes the mm and the address too. */
#define COMPAT_HAS_HUGE_PTEP_GET_MM COMPAT_SINCE(6, 11)

/* hrtimer_setup() took over from hrtimer_init(). */
#define COMPAT_HAS_HRTIMER_SETUP COMPAT_SINCE(6, 13)

/* page_pgmap() took over from page->pgmap. */
#define COMPAT_HAS_PAGE_PGMAP COMPAT_SINCE(6, 15)

/* hmm_dma_map_pfn() maps what a walk found for a device. */
#define COMPAT_HAS_HMM_DMA_MAP COMPAT_SINCE(6, 16)

/* CPUID has a header of its own, which others leave out. */
#define COMPAT_HAS_CPUID_API COMPAT_SINCE(6, 16)

/* Entries of device memory are marked: pte_devmap() and its like. */
#define COMPAT_HAS_DEVMAP (!COMPAT_SINCE(6, 17))

/* get_dev_pagemap() takes the reference that is held, and returns it where it serves. */
#define COMPAT_HAS_PGMAP_CACHED (!COMPAT_SINCE(6, 18))

/* Entries that are not present are softleaf_t. */
#define COMPAT_HAS_SOFTLEAF COMPAT_SINCE(6, 19)

/* A dev_pagemap frees folios, and zone_device_page_init() is told the dev_pagemap. */
#define COMPAT_HAS_ZONE_DEVICE_FOLIOS COMPAT_SINCE(6, 19)

#endif
