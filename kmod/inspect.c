// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "arch.h"
#include "compat/compat.h"
#include "compat/device.h"
#include "device.h"
#include "entry.h"
#include "inspect.h"
#include "inspect_met.h"
#include "memory.h"

#define INSPECT_NEEDS									\
	(COMPAT_NEEDS(walk_page_range) | COMPAT_NEEDS_PTE_MAP | COMPAT_NEEDS_HUGE_PTE)

/* An entry that is not present may all the same hold a page: of a device's private memory. */
static void inspect_absent_pte(struct mm_walk *walk, unsigned long addr, pte_t pte)
{
	struct inspect *inspect = walk->private;
	struct page *page = compat_device_private_page(pte);

	if (page)
		inspect->out->device_private_pages++;
	if (!page || compat_page_pgmap(page)->owner != device_owner(PTWALK_MEMORY_OWN)) {
		inspect_absent(walk, addr, addr + PAGE_SIZE);
		return;
	}
	inspect->out->nonpresent_pages++;
	inspect_own(inspect->out, addr, page_to_pfn(page),
		    entry_flags(walk->vma, true, compat_device_private_write(pte), 0));
}

/* A present leaf of @n pages: is it of a block? */
static void inspect_block(struct inspect *inspect, unsigned int level, pte_t pte, u32 n)
{
	if (inspect->blocks && arch_in_block(pte))
		inspect->blocks->pages[level] += n;
}

static void inspect_pte(struct mm_walk *walk, unsigned long addr, pte_t pte)
{
	struct inspect *inspect = walk->private;
	unsigned long pfn;

	if (pte_none(pte)) {
		inspect_hole(addr, addr + PAGE_SIZE, -1, walk);
	} else if (!pte_present(pte)) {
		inspect_absent_pte(walk, addr, pte);
	} else {
		pfn = pte_pfn(pte);
		inspect_page(inspect, pfn, 1);
		inspect_leaf(inspect, PTWALK_LEVEL_PTE, addr, addr + PAGE_SIZE, pfn,
			     entry_of_pte(walk->vma, pte));
		inspect_block(inspect, PTWALK_LEVEL_PTE, pte, 1);
		if (is_zero_pfn(pfn))
			inspect->out->zero_pages++;
	}
}

/* Like the next: false where it is another one, or none, by now. */
static bool inspect_pte_table(struct mm_walk *walk, pmd_t *pmdp, pmd_t pmd, unsigned long addr,
			      unsigned long end)
{
	pte_t *ptep = compat_pte_offset_map(pmdp, addr), *at = ptep;
	spinlock_t *lock = pte_lockptr(walk->mm, &pmd);
	bool same;

	if (!ptep)
		return false;
	spin_lock(lock);
	same = pmd_same(pmd, compat_pmdp_get_lockless(pmdp));
	for (; same && addr < end; addr += PAGE_SIZE)
		inspect_pte(walk, addr, ptep_get(at++));
	spin_unlock(lock);
	compat_pte_unmap(ptep);
	return same;
}

/* Without CONFIG_KALLSYMS_ALL its frame has no name: of anonymous memory it is what is nobody's. */
static bool inspect_is_huge_zero(struct vm_area_struct *vma, pmd_t pmd)
{
	if (compat_huge_zero_pfn)
		return pmd_pfn(pmd) == READ_ONCE(*compat_huge_zero_pfn);
	return vma && vma_is_anonymous(vma) && !PageAnon(pmd_page(pmd));
}

static bool inspect_pmd_leaf(struct mm_walk *walk, pmd_t *pmdp, pmd_t pmd, unsigned long addr,
			     unsigned long end)
{
	unsigned long pfn = pmd_pfn(pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT);
	struct inspect *inspect = walk->private;
	spinlock_t *lock = pmd_lock(walk->mm, pmdp);
	bool same = pmd_same(pmd, *pmdp), zero = false;

	if (same) {
		inspect_page(inspect, pfn, (end - addr) >> PAGE_SHIFT);
		zero = inspect_is_huge_zero(walk->vma, pmd);
	}
	spin_unlock(lock);
	if (!same)
		return false;
	inspect_leaf(inspect, PTWALK_LEVEL_PMD, addr, end, pfn, entry_of_pmd(walk->vma, pmd));
	if (zero)
		inspect->out->zero_pages += (end - addr) >> PAGE_SHIFT;
	return true;
}

static int inspect_pmd(pmd_t *pmdp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	bool leaf, met;
	pmd_t pmd;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	do {
		pmd = compat_pmdp_get_lockless(pmdp);
		leaf = compat_pmd_is_leaf(pmd);
		if (pmd_none(pmd))
			return inspect_hole(addr, end, -1, walk);
		if (!pmd_present(pmd) || (!leaf && pmd_bad(pmd))) {
			inspect_absent(walk, addr, end);
			return 0;
		}
		met = leaf ? inspect_pmd_leaf(walk, pmdp, pmd, addr, end) :
			     inspect_pte_table(walk, pmdp, pmd, addr, end);
	} while (!met);
	if (!leaf)
		inspect_table(walk->private, PTWALK_LEVEL_PTE, pmd_page(pmd));
	return 0;
}

static int inspect_pud(pud_t *pudp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;
	unsigned long pfn;
	spinlock_t *lock;
	pud_t pud;

	cond_resched();
	lock = pud_lock(walk->mm, pudp);
	pud = READ_ONCE(*pudp);
	pfn = pud_pfn(pud) + ((addr & ~PUD_MASK) >> PAGE_SHIFT);
	/* Where this is no table the walker must go no further: it would split it. */
	if (pud_none(pud) || !pud_present(pud) || pud_leaf(pud))
		walk->action = ACTION_CONTINUE;
	else
		inspect_table(inspect, PTWALK_LEVEL_PMD, virt_to_page(pud_pgtable(pud)));
	if (pud_present(pud) && pud_leaf(pud))
		inspect_page(inspect, pfn, (end - addr) >> PAGE_SHIFT);
	spin_unlock(lock);

	if (pud_none(pud))
		return inspect_hole(addr, end, -1, walk);
	if (!pud_present(pud))
		inspect_absent(walk, addr, end);
	else if (pud_leaf(pud))
		inspect_leaf(inspect, PTWALK_LEVEL_PUD, addr, end, pfn,
			     entry_of_pud(walk->vma, pud));
	return 0;
}

static int inspect_p4d(p4d_t *p4dp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	inspect_table(walk->private, PTWALK_LEVEL_PUD, virt_to_page(p4d_pgtable(READ_ONCE(*p4dp))));
	return 0;
}

/* The walker shows of hugetlb only the leaf: find the tables above it here. */
static void inspect_hugetlb_tables(struct inspect *inspect, struct mm_struct *mm,
				   unsigned long addr, unsigned int level)
{
	p4d_t *p4dp = p4d_offset(pgd_offset(mm, addr), addr);
	pud_t pud;
	pmd_t pmd;

	inspect_table(inspect, PTWALK_LEVEL_PUD, virt_to_page(p4d_pgtable(READ_ONCE(*p4dp))));
	if (level == PTWALK_LEVEL_PUD)
		return;
	pud = READ_ONCE(*pud_offset(p4dp, addr));
	if (!pud_present(pud) || pud_leaf(pud))
		return;
	inspect_table(inspect, PTWALK_LEVEL_PMD, virt_to_page(pud_pgtable(pud)));
	pmd = READ_ONCE(*pmd_offset(&pud, addr));
	if (level == PTWALK_LEVEL_PTE && pmd_present(pmd) && !compat_pmd_is_leaf(pmd))
		inspect_table(inspect, PTWALK_LEVEL_PTE, pmd_page(pmd));
}

/* Where the entries of a huge page are: several of one level may be one page. */
static unsigned int inspect_hugetlb_level(struct hstate *hstate)
{
	if (huge_page_shift(hstate) >= PUD_SHIFT)
		return PTWALK_LEVEL_PUD;
	return huge_page_shift(hstate) >= PMD_SHIFT ? PTWALK_LEVEL_PMD : PTWALK_LEVEL_PTE;
}

static int inspect_hugetlb(pte_t *ptep, unsigned long mask, unsigned long addr, unsigned long end,
			   struct mm_walk *walk)
{
	struct hstate *hstate = hstate_vma(walk->vma);
	struct inspect *inspect = walk->private;
	unsigned int level = inspect_hugetlb_level(hstate);
	unsigned long pfn;
	spinlock_t *lock;
	pte_t pte;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	lock = huge_pte_lock(hstate, walk->mm, ptep);
	pte = compat_huge_ptep_get(walk->mm, addr, ptep);
	pfn = pte_pfn(pte) + ((addr & ~mask) >> PAGE_SHIFT);
	if (!huge_pte_none(pte) && pte_present(pte))
		inspect_page(inspect, pfn, (end - addr) >> PAGE_SHIFT);
	spin_unlock(lock);

	inspect_hugetlb_tables(inspect, walk->mm, addr, level);
	if (huge_pte_none(pte))
		return inspect_hole(addr, end, -1, walk);
	if (!pte_present(pte)) {
		inspect_absent(walk, addr, end);
		return 0;
	}
	inspect_leaf(inspect, level, addr, end, pfn, entry_of_hugetlb(walk->vma, pte));
	inspect_block(inspect, level, pte, (end - addr) >> PAGE_SHIFT);
	return 0;
}

/* Walk every VMA, also those that the walker skips by itself. */
static int inspect_test(unsigned long start, unsigned long end, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;

	if (inspect->out->flags & PTWALK_INSPECT_HASH)
		inspect->out->vmas++;
	return 0;
}

static const struct mm_walk_ops inspect_ops = {
	.p4d_entry = inspect_p4d,
	.pud_entry = inspect_pud,
	.pmd_entry = inspect_pmd,
	.pte_hole = inspect_hole,
	.hugetlb_entry = inspect_hugetlb,
	.test_walk = inspect_test,
	COMPAT_WALK_RDLOCK
};

static int inspect_walk(struct inspect *inspect, u64 addr, u64 len)
{
	struct mm_struct *mm = current->mm;
	int ret;

	if (compat_symbols_missing(INSPECT_NEEDS, NULL, 0))
		return -EOPNOTSUPP;
	*inspect->out = (struct ptwalk_inspect){ .addr = addr, .len = len,
						 .flags = inspect->out->flags, .pfn_min = ~0ULL };
	ret = mmap_read_lock_killable(mm);
	if (ret)
		return ret;
	ret = compat_call(walk_page_range)(mm, addr, addr + len, &inspect_ops, inspect);
	mmap_read_unlock(mm);
	return ret;
}

int inspect_range(struct ptwalk_inspect *out)
{
	struct inspect inspect = { .out = out };
	int ret;

	if (out->flags & ~PTWALK_INSPECT_HASH || out->vmas || out->error_pages)
		return -EINVAL;
	ret = memory_check(out->addr, out->len);
	return ret ? ret : inspect_walk(&inspect, out->addr, out->len);
}

/* Sums are of no interest then, as to inspect_meet(). */
int inspect_blocks(struct ptwalk_blocks *out)
{
	struct inspect inspect = { .blocks = out, .meets.arg = out };
	const u64 addr = out->addr, len = out->len;
	unsigned int level;
	bool some = false;
	int ret = memory_check(addr, len);

	if (ret || out->flags || memchr_inv(out->reserved, 0, sizeof(out->reserved)))
		return -EINVAL;
	*out = (struct ptwalk_blocks){ .addr = addr, .len = len };
	for (level = 0; level < PTWALK_NR_LEVELS; level++) {
		out->entries[level] = arch_block_entries(level);
		some |= out->entries[level];
	}
	/* Of an architecture that has none there are none. */
	if (!some)
		return 0;
	inspect.out = kzalloc(sizeof(*inspect.out), GFP_KERNEL);
	ret = inspect.out ? inspect_walk(&inspect, addr, len) : -ENOMEM;
	kfree(inspect.out);
	return ret;
}

int inspect_meet(u64 addr, u64 len, const struct inspect_meets *meets)
{
	struct inspect inspect = { .meets = *meets };
	int ret;

	inspect.out = kzalloc(sizeof(*inspect.out), GFP_KERNEL);
	ret = inspect.out ? inspect_walk(&inspect, addr, len) : -ENOMEM;
	kfree(inspect.out);
	return ret;
}
