/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a snapshot of hmm_range_fault() has to give of an entry of the page tables, said once
 * more, from its documentation: shares no code with it. HMM_PFN_ERROR alone, or the flags and
 * the order that come with the entry's frame.
 */
#ifndef PTWALK_ENTRY_H
#define PTWALK_ENTRY_H

#include <linux/hmm.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "compat/version.h"

/* Does it walk there? What has no page behind it, or may not be read, is an error to it. */
static inline bool entry_is_walked(const struct vm_area_struct *vma)
{
	return vma && vma->vm_flags & VM_READ && !(vma->vm_flags & (VM_IO | VM_PFNMAP));
}

/* Of an entry that is none, or not present. */
static inline unsigned long entry_of_none(const struct vm_area_struct *vma)
{
	return entry_is_walked(vma) ? 0 : HMM_PFN_ERROR;
}

static inline unsigned long entry_flags(const struct vm_area_struct *vma, bool readable,
					bool writable, unsigned int order)
{
	if (!entry_is_walked(vma))
		return HMM_PFN_ERROR;
	if (!readable)
		return 0;
	return HMM_PFN_VALID | (writable ? HMM_PFN_WRITE : 0) |
	       (unsigned long)order << HMM_PFN_ORDER_SHIFT;
}

#if COMPAT_HAS_DEVMAP
#define entry_is_devmap(pte) pte_devmap(pte)
#else
#define entry_is_devmap(pte) false
#endif

static inline unsigned long entry_of_pte(const struct vm_area_struct *vma, pte_t pte)
{
	if (pte_special(pte) && !entry_is_devmap(pte) && !is_zero_pfn(pte_pfn(pte)))
		return HMM_PFN_ERROR;
	return entry_flags(vma, !pte_protnone(pte), pte_write(pte) && !pte_uffd_wp(pte), 0);
}

static inline unsigned long entry_of_pmd(const struct vm_area_struct *vma, pmd_t pmd)
{
	return entry_flags(vma, !pmd_protnone(pmd), pmd_write(pmd) && !pmd_uffd_wp(pmd),
			   PMD_SHIFT - PAGE_SHIFT);
}

static inline unsigned long entry_of_pud(const struct vm_area_struct *vma, pud_t pud)
{
	return entry_flags(vma, true, pud_write(pud), PUD_SHIFT - PAGE_SHIFT);
}

static inline unsigned long entry_of_hugetlb(struct vm_area_struct *vma, pte_t pte)
{
	return entry_flags(vma, !pte_protnone(pte), pte_write(pte),
			   huge_page_order(hstate_vma(vma)));
}

#endif
