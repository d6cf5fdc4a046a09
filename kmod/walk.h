/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The replica of hmm_range_fault() (mm/hmm.c), with a policy for dev_pagemaps.
 *
 * Included once by each walk_*.c, which defines WALK_NAME and WALK_POLICY. A
 * file of its own for each policy leaves gcc the same choices of inlining that
 * it has in mm/hmm.c.
 */
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>

#include "compat/compat.h"
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

static __always_inline int walk_pmd_leaf(struct mm_walk *mm_walk, unsigned long addr,
					 unsigned long end, unsigned long *pfns, pmd_t pmd,
					 const unsigned int policy)
{
	struct walk *walk = mm_walk->private;
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
		if (policy != PTWALK_POLICY_NONE && pmd_devmap(pmd)) {
			ret = policy_meet(&walk->pgmap, pfn, policy);
			if (ret)
				return ret;
		}
		*pfns++ = pfn | has;
	}
	policy_end_batch(&walk->pgmap, policy);
	return 0;
}

/*
 * An entry that is not present. WALK_FAULT_* where it must be faulted (then, and
 * on an error, nothing was stored), else 0 or a negative errno. The caller unmaps.
 */
static __always_inline int walk_pte_absent(struct walk *walk, pte_t pte, unsigned long *pfns,
					   bool *migrating)
{
	swp_entry_t entry = pte_to_swp_entry(pte);
	unsigned int need;

	if (is_device_private_entry(entry) &&
	    pfn_swap_entry_to_page(entry)->pgmap->owner == walk->range->dev_private_owner) {
		*pfns = swp_offset_pfn(entry) | walk_has(is_writable_device_private_entry(entry));
		return 0;
	}
	need = walk_need(walk, *pfns, 0);
	if (!need) {
		*pfns = 0;
		return 0;
	}
	if (!non_swap_entry(entry) || is_device_private_entry(entry) ||
	    is_device_exclusive_entry(entry))
		return need;
	*migrating = is_migration_entry(entry);
	return *migrating ? -EBUSY : -EFAULT;
}

/* One PTE; unmaps the table where it does not answer 0. */
static __always_inline int walk_pte(struct mm_walk *mm_walk, unsigned long addr,
				    unsigned long end, pmd_t *pmdp, pte_t *ptep,
				    unsigned long *pfns, const unsigned int policy)
{
	struct walk *walk = mm_walk->private;
	bool migrating = false;
	pte_t pte = ptep_get(ptep);
	unsigned long asked = *pfns, has;
	int ret;

	if (pte_none_mostly(pte)) {
		ret = walk_need(walk, asked, 0);
		if (ret)
			goto out;
		*pfns = 0;
		return 0;
	}
	if (!pte_present(pte)) {
		ret = walk_pte_absent(walk, pte, pfns, &migrating);
		if (ret)
			goto out;
		return 0;
	}

	has = walk_pte_has(pte);
	ret = walk_need(walk, asked, has);
	if (ret)
		goto out;
	if (policy != PTWALK_POLICY_NONE && pte_devmap(pte)) {
		ret = policy_meet(&walk->pgmap, pte_pfn(pte), policy);
		if (ret)
			goto out;
	}
	if (!compat_call(vm_normal_page)(mm_walk->vma, addr, pte) && !pte_devmap(pte) &&
	    !is_zero_pfn(pte_pfn(pte))) {
		if (walk_need(walk, asked, 0)) {
			ret = -EFAULT;
			goto out;
		}
		*pfns = HMM_PFN_ERROR;
		return 0;
	}
	*pfns = pte_pfn(pte) | has;
	return 0;

out:
	pte_unmap(ptep);
	policy_end_batch(&walk->pgmap, policy);
	if (ret > 0)
		return walk_fault(mm_walk, addr, end, ret);
	if (migrating) {
		walk->last = addr;
		compat_call(migration_entry_wait)(mm_walk->mm, pmdp, addr);
	}
	return ret;
}

static __always_inline int walk_pmd(pmd_t *pmdp, unsigned long start, unsigned long end,
				    struct mm_walk *mm_walk, const unsigned int policy)
{
	struct walk *walk = mm_walk->private;
	unsigned long *pfns = walk_pfns(walk, start);
	unsigned long addr = start;
	pte_t *ptep;
	pmd_t pmd;
	int ret;

again:
	pmd = compat_pmdp_get_lockless(pmdp);
	if (pmd_none(pmd))
		return walk_hole(start, end, -1, mm_walk);
	if (thp_migration_supported() && is_pmd_migration_entry(pmd)) {
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
		return walk_pmd_leaf(mm_walk, start, end, pfns, pmd, policy);
	}
	if (pmd_bad(pmd))
		return walk_broken(walk, start, end);

	ptep = compat_pte_offset_map(pmdp, start);
	if (!ptep)
		goto again;
	for (; addr < end; addr += PAGE_SIZE, ptep++, pfns++) {
		ret = walk_pte(mm_walk, addr, end, pmdp, ptep, pfns, policy);
		if (ret)
			return ret;
	}
	policy_end_batch(&walk->pgmap, policy);
	pte_unmap(ptep - 1);
	return 0;
}

static __always_inline int walk_pud(pud_t *pudp, unsigned long start, unsigned long end,
				    struct mm_walk *mm_walk, const unsigned int policy)
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
	mm_walk->action = ACTION_CONTINUE;
	pud = READ_ONCE(*pudp);
	if (!pud_present(pud)) {
		spin_unlock(lock);
		return walk_hole(start, end, -1, mm_walk);
	}
	if (!pud_leaf(pud) || !pud_devmap(pud)) {
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
		ret = policy_meet(&walk->pgmap, pfn, policy);
		if (ret)
			break;
		pfns[i] = pfn | has;
	}
	policy_end_batch(&walk->pgmap, policy);
out:
	spin_unlock(lock);
	return ret;
}

static int walk_hugetlb(pte_t *ptep, unsigned long mask, unsigned long start, unsigned long end,
			struct mm_walk *mm_walk)
{
	struct walk *walk = mm_walk->private;
	struct hstate *hstate = hstate_vma(mm_walk->vma);
	unsigned long *pfns = walk_pfns(walk, start);
	unsigned long addr = start, pfn, has;
	unsigned int need;
	spinlock_t *lock;
	pte_t pte;
	int ret;

	lock = huge_pte_lock(hstate, mm_walk->mm, ptep);
	pte = compat_huge_ptep_get(mm_walk->mm, addr, ptep);
	has = walk_pte_has(pte) | walk_order(huge_page_order(hstate));
	need = walk_need(walk, *pfns, has);
	if (need) {
		spin_unlock(lock);
		/* The fault takes the VMA lock itself. */
		compat_hugetlb_walk_unlock(mm_walk->vma);
		ret = walk_fault(mm_walk, start, end, need);
		compat_hugetlb_walk_lock(mm_walk->vma);
		return ret;
	}
	pfn = pte_pfn(pte) + ((start & ~mask) >> PAGE_SHIFT);
	for (; addr < end; addr += PAGE_SIZE, pfn++)
		*pfns++ = pfn | has;
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

static int walk_pmd_stamped(pmd_t *pmdp, unsigned long start, unsigned long end,
			    struct mm_walk *mm_walk)
{
	return walk_pmd(pmdp, start, end, mm_walk, WALK_POLICY);
}

static int walk_pud_stamped(pud_t *pudp, unsigned long start, unsigned long end,
			    struct mm_walk *mm_walk)
{
	return walk_pud(pudp, start, end, mm_walk, WALK_POLICY);
}

static const struct mm_walk_ops walk_ops = {
	.pud_entry = walk_pud_stamped,
	.pmd_entry = walk_pmd_stamped,
	.pte_hole = walk_hole,
	.hugetlb_entry = walk_hugetlb,
	.test_walk = walk_test,
	COMPAT_WALK_RDLOCK
};

int WALK_NAME(struct hmm_range *range)
{
	struct walk walk = {
		.range = range,
		.last = range->start,
	};
	struct mm_struct *mm = range->notifier->mm;
	int ret;

	mmap_assert_locked(mm);
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
