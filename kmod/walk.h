/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The replica of hmm_range_fault() (mm/hmm.c), with a policy for dev_pagemaps.
 *
 * Included once by each walk_*.c, which defines WALK_NAME and WALK_POLICY. A
 * file of its own for each policy leaves gcc the same choices of inlining that
 * it has in mm/hmm.c: functions are inline where gcc finds them so, the policy is
 * the file's constant, and what stops at an entry returns from within the loop.
 * Each of these, done otherwise, made loops that count differently (docs/method.md).
 */
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>

#include "compat/compat.h"
#include "compat/softleaf.h"
#include "policy.h"
#include "replica.h"
#include "walk_request.h"

static unsigned long walk_order(unsigned int order)
{
	return (unsigned long)order << HMM_PFN_ORDER_SHIFT;
}

static unsigned long walk_has(bool write)
{
	return write ? HMM_PFN_VALID | HMM_PFN_WRITE : HMM_PFN_VALID;
}

static unsigned long walk_pte_has(pte_t pte)
{
	if (pte_none(pte) || !pte_present(pte) || pte_protnone(pte))
		return 0;
	return walk_has(pte_write(pte));
}

static int walk_pmd_leaf(struct mm_walk *mm_walk, unsigned long addr, unsigned long end,
			 unsigned long *pfns, pmd_t pmd)
{
	struct walk *walk = mm_walk->private;
	bool devmap = WALK_POLICY != PTWALK_POLICY_NONE && compat_vma_says_devmap(mm_walk->vma);
	unsigned long pfn, has = 0;
	unsigned int need;
	int ret;

	if (!pmd_protnone(pmd))
		has = walk_has(pmd_write(pmd)) | walk_order(PMD_SHIFT - PAGE_SHIFT);
	need = walk_need_any(walk, pfns, (end - addr) >> PAGE_SHIFT, has);
	if (need)
		return walk_fault(mm_walk, addr, end, need);

	pfn = pmd_pfn(pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT);
	for (; addr < end; addr += PAGE_SIZE, pfn++) {
		if (WALK_POLICY != PTWALK_POLICY_NONE && compat_pmd_is_devmap(pmd, devmap)) {
			ret = policy_meet(&walk->pgmap, pfn, WALK_POLICY);
			if (ret)
				return ret;
		}
		compat_hmm_set(pfns++, pfn | has);
	}
	policy_end_batch(&walk->pgmap, WALK_POLICY);
	return 0;
}

/* One PTE that maps nothing present; as walk_pte(). */
static int walk_pte_absent(struct mm_walk *mm_walk, unsigned long addr, unsigned long end,
			   pmd_t *pmdp, pte_t *ptep, unsigned long *entry, pte_t pte)
{
	struct walk *walk = mm_walk->private;
	compat_softleaf_t leaf = compat_softleaf_from_pte(pte);
	unsigned int need;

	if (compat_softleaf_is_device_private(leaf) &&
	    compat_page_pgmap(compat_softleaf_to_page(leaf))->owner ==
	    walk->range->dev_private_owner) {
		compat_hmm_set(entry, compat_softleaf_to_pfn(leaf) |
				      walk_has(compat_softleaf_is_device_private_write(leaf)));
		return 0;
	}
	need = walk_need(walk, *entry, 0);
	if (!need) {
		compat_hmm_set(entry, 0);
		return 0;
	}
	compat_pte_unmap(ptep);
	if (compat_softleaf_is_swap(leaf) || compat_softleaf_is_device_private(leaf) ||
	    compat_softleaf_is_device_exclusive(leaf))
		return walk_fault(mm_walk, addr, end, need);
	if (!compat_softleaf_is_migration(leaf))
		return -EFAULT;
	walk->last = addr;
	compat_call(migration_entry_wait)(mm_walk->mm, pmdp, addr);
	return -EBUSY;
}

/* One PTE. 0, or what ends the walk: its table is unmapped then. */
static int walk_pte(struct mm_walk *mm_walk, unsigned long addr, unsigned long end, pmd_t *pmdp,
		    pte_t *ptep, unsigned long *entry, bool devmap)
{
	struct walk *walk = mm_walk->private;
	pte_t pte = compat_ptep_get(ptep);
	unsigned long asked = *entry;
	unsigned long has;
	unsigned int need;
	int ret;

	if (compat_pte_is_nothing(pte)) {
		need = walk_need(walk, asked, 0);
		if (need)
			goto fault;
		compat_hmm_set(entry, 0);
		return 0;
	}
	if (!pte_present(pte))
		return walk_pte_absent(mm_walk, addr, end, pmdp, ptep, entry, pte);

	has = walk_pte_has(pte);
	need = walk_need(walk, asked, has);
	if (need)
		goto fault;
	if (WALK_POLICY != PTWALK_POLICY_NONE && compat_pte_is_devmap(pte, devmap)) {
		ret = policy_meet(&walk->pgmap, pte_pfn(pte), WALK_POLICY);
		if (ret)
			goto stop;
	}
	if (!compat_call(vm_normal_page)(mm_walk->vma, addr, pte) &&
	    !compat_pte_is_special_devmap(pte) && !is_zero_pfn(pte_pfn(pte))) {
		ret = -EFAULT;
		if (walk_need(walk, asked, 0))
			goto stop;
		compat_hmm_set(entry, HMM_PFN_ERROR);
		return 0;
	}
	compat_hmm_set(entry, pte_pfn(pte) | has);
	return 0;

fault:
	compat_pte_unmap(ptep);
	return walk_fault(mm_walk, addr, end, need);
stop:
	compat_pte_unmap(ptep);
	return ret;
}

static int walk_pmd(pmd_t *pmdp, unsigned long start, unsigned long end, struct mm_walk *mm_walk)
{
	struct walk *walk = mm_walk->private;
	bool devmap = WALK_POLICY != PTWALK_POLICY_NONE && compat_vma_says_devmap(mm_walk->vma);
	unsigned long *pfns = walk_pfns(walk, start);
	unsigned long addr = start;
	pte_t *ptep;
	pmd_t pmd;
	int ret;

again:
	pmd = compat_pmdp_get_lockless(pmdp);
	if (pmd_none(pmd))
		return walk_hole(start, end, -1, mm_walk);
	if (compat_pmd_is_migration(pmd)) {
		if (!walk_need_any(walk, pfns, (end - start) >> PAGE_SHIFT, 0))
			return walk_fill(walk, start, end, 0);
		walk->last = start;
		compat_call(pmd_migration_entry_wait)(mm_walk->mm, pmdp);
		return -EBUSY;
	}
	if (!pmd_present(pmd))
		return walk_broken(walk, start, end);
	if (compat_pmd_is_leaf(pmd)) {
		/* No lock: a split of the leaf shows in the notifier's sequence. */
		pmd = compat_pmdp_get_lockless(pmdp);
		barrier();
		if (!compat_pmd_is_leaf(pmd))
			goto again;
		return walk_pmd_leaf(mm_walk, start, end, pfns, pmd);
	}
	if (pmd_bad(pmd))
		return walk_broken(walk, start, end);

	ptep = compat_pte_offset_map(pmdp, start);
	if (compat_pte_table_gone(ptep))
		goto again;
	for (; addr < end; addr += PAGE_SIZE, ptep++, pfns++) {
		ret = walk_pte(mm_walk, addr, end, pmdp, ptep, pfns, devmap);
		if (ret)
			return ret;
	}
	policy_end_batch(&walk->pgmap, WALK_POLICY);
	compat_pte_unmap(ptep);
	return 0;
}

static int walk_pud(pud_t *pudp, unsigned long start, unsigned long end, struct mm_walk *mm_walk)
{
	struct walk *walk = mm_walk->private;
	unsigned long nr_pages = (end - start) >> PAGE_SHIFT;
	unsigned long *pfns, pfn, has, i;
	unsigned int need;
	spinlock_t *lock;
	int ret = 0;
	pud_t pud;

	lock = compat_pud_trans_huge_lock(pudp, mm_walk->vma);
	if (!lock)
		return 0;
	__acquire(lock);
	mm_walk->action = ACTION_CONTINUE;
	pud = READ_ONCE(*pudp);
	if (!pud_present(pud)) {
		spin_unlock(lock);
		return walk_hole(start, end, -1, mm_walk);
	}
	if (!compat_pud_is_hmm_leaf(pud)) {
		mm_walk->action = ACTION_SUBTREE;
		goto out;
	}

	pfns = walk_pfns(walk, start);
	has = walk_has(pud_write(pud)) | walk_order(PUD_SHIFT - PAGE_SHIFT);
	need = walk_need_any(walk, pfns, nr_pages, has);
	if (need) {
		spin_unlock(lock);
		return walk_fault(mm_walk, start, end, need);
	}
	pfn = pud_pfn(pud) + ((start & ~PUD_MASK) >> PAGE_SHIFT);
	for (i = 0; i < nr_pages; i++, pfn++) {
		ret = policy_meet(&walk->pgmap, pfn, WALK_POLICY);
		if (ret)
			break;
		compat_hmm_set(&pfns[i], pfn | has);
	}
	policy_end_batch(&walk->pgmap, WALK_POLICY);
out:
	spin_unlock(lock);
	return ret;
}

static int walk_hugetlb(pte_t *ptep, unsigned long mask, unsigned long start, unsigned long end,
			struct mm_walk *mm_walk)
{
	struct walk *walk = mm_walk->private;
	struct hstate *hstate = hstate_vma(mm_walk->vma);
	unsigned long addr = start, pfn, has, i;
	unsigned int need;
	spinlock_t *lock;
	pte_t pte;
	int ret;

	lock = huge_pte_lock(hstate, mm_walk->mm, ptep);
	pte = compat_huge_ptep_get(mm_walk->mm, addr, ptep);
	has = walk_pte_has(pte) | walk_order(huge_page_order(hstate));
	need = walk_need(walk, *walk_pfns(walk, start), has);
	if (need) {
		spin_unlock(lock);
		/* The fault takes the VMA lock itself. */
		compat_hugetlb_walk_unlock(mm_walk->vma);
		ret = walk_fault(mm_walk, start, end, need);
		compat_hugetlb_walk_lock(mm_walk->vma);
		return ret;
	}
	pfn = pte_pfn(pte) + ((start & ~mask) >> PAGE_SHIFT);
	for (i = (start - walk->range->start) >> PAGE_SHIFT; addr < end; addr += PAGE_SIZE)
		compat_hmm_set(&walk->range->hmm_pfns[i++], pfn++ | has);
	spin_unlock(lock);
	return 0;
}

/* 1 keeps a VMA from being walked: device memory, or not readable. */
static int walk_test(unsigned long start, unsigned long end, struct mm_walk *mm_walk)
{
	unsigned long flags = mm_walk->vma->vm_flags;

	if (!(flags & (VM_IO | VM_PFNMAP)) && flags & VM_READ)
		return 0;
	return walk_broken(mm_walk->private, start, end) ?: 1;
}

static const struct mm_walk_ops walk_ops = { .pud_entry = walk_pud,
					     .pmd_entry = walk_pmd,
					     .pte_hole = walk_hole,
					     .hugetlb_entry = walk_hugetlb,
					     .test_walk = walk_test,
					     COMPAT_WALK_RDLOCK };

int WALK_NAME(struct hmm_range *range)
{
	struct walk walk = {
		.range = range,
		.last = range->start,
	};
	struct mm_struct *mm = range->notifier->mm;
	int ret;

	lockdep_assert_held(&mm->mmap_lock);
	do {
		ret = -EAGAIN;
		if (mmu_interval_check_retry(range->notifier, range->notifier_seq))
			break;
		ret = compat_call(walk_page_range)(mm, walk.last, range->end, &walk_ops, &walk);
	} while (ret == -EBUSY);
	policy_end_call(&walk.pgmap, WALK_POLICY);
	/* Begin again from the start, as after a collision. */
	return ret == -EAGAIN ? -EBUSY : ret;
}
