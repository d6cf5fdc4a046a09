/* SPDX-License-Identifier: GPL-2.0-only */
/* Registering device memory and mapping it, as device-dax does; timers of teardowns. */
#ifndef PTWALK_COMPAT_DEVICE_MAP_H
#define PTWALK_COMPAT_DEVICE_MAP_H

#include <linux/hrtimer.h>
#include <linux/huge_mm.h>
#include <linux/memremap.h>
#include <linux/mm.h>

#include "compat/version.h"

#if COMPAT_HAS_DEVMAP
#include <linux/pfn_t.h>
#endif

/* What vm_operations_struct.huge_fault() is told of the size of the entry. */
#if COMPAT_HAS_FAULT_ORDER
#define COMPAT_FAULT_SIZE unsigned int
#define COMPAT_FAULT_PMD  (PMD_SHIFT - PAGE_SHIFT)
#else
#define COMPAT_FAULT_SIZE enum page_entry_size
#define COMPAT_FAULT_PMD  PE_SIZE_PMD
#endif

#if COMPAT_HAS_MAY_SPLIT
#define COMPAT_MAY_SPLIT .may_split
#else
#define COMPAT_MAY_SPLIT .split
#endif

/* Map a ZONE_DEVICE page, or with _pmd 2 MiB of them by one entry. */
#if COMPAT_HAS_DEVMAP
#define COMPAT_DEVICE_MAP_LACKS NULL

static inline vm_fault_t compat_insert_device_pte(struct vm_fault *vmf, unsigned long pfn)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				phys_to_pfn_t(PFN_PHYS(pfn), PFN_DEV | PFN_MAP));
}

static inline vm_fault_t compat_insert_device_pmd(struct vm_fault *vmf, unsigned long pfn)
{
	return vmf_insert_pfn_pmd(vmf, phys_to_pfn_t(PFN_PHYS(pfn), PFN_DEV | PFN_MAP),
				  vmf->flags & FAULT_FLAG_WRITE);
}
#else
/* Such entries are counted there as those of files are. */
#define COMPAT_DEVICE_MAP_LACKS "does not map device memory of its own on 6.18 and later"

static inline vm_fault_t compat_insert_device_pte(struct vm_fault *vmf, unsigned long pfn)
{
	return VM_FAULT_SIGBUS;
}

static inline vm_fault_t compat_insert_device_pmd(struct vm_fault *vmf, unsigned long pfn)
{
	return VM_FAULT_SIGBUS;
}
#endif

/* Before a fault that may be begun again waits; its VMA may be gone then. */
static inline void compat_fault_unlock(struct vm_fault *vmf)
{
#if COMPAT_HAS_FAULT_LOCK
	release_fault_lock(vmf);
#else
	mmap_read_unlock(vmf->vma->vm_mm);
#endif
}

/* Pages of 2^@order are one folio, where the kernel has such. */
static inline void compat_pgmap_set_order(struct dev_pagemap *pgmap, unsigned int order)
{
#if COMPAT_HAS_VMEMMAP_SHIFT
	pgmap->vmemmap_shift = order;
#endif
}

static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#if COMPAT_HAS_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

#endif
