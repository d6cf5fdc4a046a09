// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "compat/compat.h"
#include "compat/device.h"
#include "device.h"
#include "inspect.h"
#include "memory.h"

#define INSPECT_NEEDS									\
	(COMPAT_NEEDS(walk_page_range) | COMPAT_NEEDS(huge_zero_pfn) | COMPAT_NEEDS_PTE_MAP)

/**
 * struct inspect - one walk
 * @out:	what was met so far
 * @table:	the table met last at each level: two VMAs may share one
 * @pgmap:	of the ZONE_DEVICE page met last
 * @met:	NULL, or told of each table, with @arg
 */
struct inspect {
	struct ptwalk_inspect *out;
	const struct page *table[PTWALK_NR_LEVELS];
	const struct dev_pagemap *pgmap;
	void (*met)(void *arg, const struct page *table);
	void *arg;
};

static void inspect_node(struct inspect *inspect, __u64 *nodes, const struct page *page, u64 n)
{
	int node = page_to_nid(page);

	if (node < PTWALK_MAX_NODES)
		nodes[node] += n;
	else
		inspect->out->nodes_beyond += n;
}

static void inspect_table(struct inspect *inspect, unsigned int level, const struct page *table)
{
	if (inspect->table[level] == table)
		return;
	inspect->table[level] = table;
	if (inspect->met)
		inspect->met(inspect->arg, table);
	inspect->out->tables[level]++;
	inspect_node(inspect, inspect->out->table_nodes, table, 1);
}

static void inspect_pgmap(struct inspect *inspect, const struct dev_pagemap *pgmap)
{
	if (inspect->pgmap == pgmap)
		return;
	inspect->pgmap = pgmap;
	inspect->out->pagemap_runs++;
}

/* A present leaf; @pfn is @addr's, and all of the leaf's pages lie on one node. */
static void inspect_leaf(struct inspect *inspect, unsigned int level, unsigned long addr,
			 unsigned long end, unsigned long pfn)
{
	struct ptwalk_inspect *out = inspect->out;
	u64 i, first = (addr - out->addr) >> PAGE_SHIFT;
	u64 n = (end - addr) >> PAGE_SHIFT;

	out->leaves[level]++;
	out->leaf_pages[level] += n;
	out->pfn_min = min_t(u64, out->pfn_min, pfn);
	out->pfn_max = max_t(u64, out->pfn_max, pfn + n - 1);
	for (i = 0; i < n; i++)
		out->pfn_sum += (pfn + i) * (2 * (first + i) + 1);
	/* Device memory mapped by hand has no struct page. */
	if (!pfn_valid(pfn))
		return;
	inspect_node(inspect, out->page_nodes, pfn_to_page(pfn), n);
	if (is_zone_device_page(pfn_to_page(pfn))) {
		out->zone_device_leaves++;
		out->zone_device_pages += n;
		inspect_pgmap(inspect, compat_page_pgmap(compound_head(pfn_to_page(pfn))));
		if (compat_is_device_coherent_page(pfn_to_page(pfn)))
			out->device_coherent_pages += n;
	}
}

static int inspect_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;

	inspect->out->hole_pages += (end - addr) >> PAGE_SHIFT;
	return 0;
}

static void inspect_absent(struct inspect *inspect, unsigned long addr, unsigned long end)
{
	inspect->out->nonpresent_pages += (end - addr) >> PAGE_SHIFT;
}

/* An entry that is not present may all the same hold a page: of a device's private memory. */
static void inspect_absent_pte(struct inspect *inspect, unsigned long addr, pte_t pte)
{
	struct ptwalk_inspect *out = inspect->out;
	struct page *page = compat_device_private_page(pte);

	out->nonpresent_pages++;
	if (!page)
		return;
	out->device_private_pages++;
	if (compat_page_pgmap(page)->owner != device_owner(PTWALK_MEMORY_OWN))
		return;
	out->device_own_pages++;
	out->device_own_sum += page_to_pfn(page) * (2 * ((addr - out->addr) >> PAGE_SHIFT) + 1);
}

static void inspect_pte(struct inspect *inspect, unsigned long addr, pte_t pte)
{
	unsigned long pfn;

	if (pte_none(pte)) {
		inspect->out->hole_pages++;
	} else if (!pte_present(pte)) {
		inspect_absent_pte(inspect, addr, pte);
	} else {
		pfn = pte_pfn(pte);
		inspect_leaf(inspect, PTWALK_LEVEL_PTE, addr, addr + PAGE_SIZE, pfn);
		if (is_zero_pfn(pfn))
			inspect->out->zero_pages++;
	}
}

/* Tables of a VMA stay while the mmap lock is held; entries may change under us. */
static bool inspect_pte_table(struct inspect *inspect, pmd_t *pmdp, unsigned long addr,
			      unsigned long end)
{
	pte_t *ptep = compat_pte_offset_map(pmdp, addr);

	if (!ptep)
		return false;
	for (; addr < end; addr += PAGE_SIZE, ptep++)
		inspect_pte(inspect, addr, ptep_get(ptep));
	compat_pte_unmap(ptep - 1);
	return true;
}

static int inspect_pmd(pmd_t *pmdp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;
	unsigned long pfn;
	pmd_t pmd;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	do {
		pmd = compat_pmdp_get_lockless(pmdp);
		if (pmd_none(pmd))
			return inspect_hole(addr, end, -1, walk);
		if (!pmd_present(pmd) || (!compat_pmd_is_leaf(pmd) && pmd_bad(pmd))) {
			inspect_absent(inspect, addr, end);
			return 0;
		}
		if (compat_pmd_is_leaf(pmd)) {
			pfn = pmd_pfn(pmd);
			inspect_leaf(inspect, PTWALK_LEVEL_PMD, addr, end,
				     pfn + ((addr & ~PMD_MASK) >> PAGE_SHIFT));
			if (pfn == READ_ONCE(*compat_huge_zero_pfn))
				inspect->out->zero_pages += (end - addr) >> PAGE_SHIFT;
			return 0;
		}
	} while (!inspect_pte_table(inspect, pmdp, addr, end));
	inspect_table(inspect, PTWALK_LEVEL_PTE, pmd_page(pmd));
	return 0;
}

static int inspect_pud(pud_t *pudp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;
	spinlock_t *lock = pud_lock(walk->mm, pudp);
	pud_t pud = READ_ONCE(*pudp);

	/* Where this is no table the walker must go no further: it would split it. */
	if (pud_none(pud) || !pud_present(pud) || pud_leaf(pud))
		walk->action = ACTION_CONTINUE;
	else
		inspect_table(inspect, PTWALK_LEVEL_PMD, virt_to_page(pud_pgtable(pud)));
	spin_unlock(lock);

	if (pud_none(pud))
		return inspect_hole(addr, end, -1, walk);
	if (!pud_present(pud))
		inspect_absent(inspect, addr, end);
	else if (pud_leaf(pud))
		inspect_leaf(inspect, PTWALK_LEVEL_PUD, addr, end,
			     pud_pfn(pud) + ((addr & ~PUD_MASK) >> PAGE_SHIFT));
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

	inspect_table(inspect, PTWALK_LEVEL_PUD, virt_to_page(p4d_pgtable(READ_ONCE(*p4dp))));
	if (level == PTWALK_LEVEL_PUD)
		return;
	pud = READ_ONCE(*pud_offset(p4dp, addr));
	if (pud_present(pud) && !pud_leaf(pud))
		inspect_table(inspect, PTWALK_LEVEL_PMD, virt_to_page(pud_pgtable(pud)));
}

static int inspect_hugetlb(pte_t *ptep, unsigned long mask, unsigned long addr, unsigned long end,
			   struct mm_walk *walk)
{
	struct hstate *hstate = hstate_vma(walk->vma);
	struct inspect *inspect = walk->private;
	unsigned int level = huge_page_shift(hstate) >= PUD_SHIFT ? PTWALK_LEVEL_PUD :
								      PTWALK_LEVEL_PMD;
	spinlock_t *lock;
	pte_t pte;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	lock = huge_pte_lock(hstate, walk->mm, ptep);
	pte = compat_huge_ptep_get(walk->mm, addr, ptep);
	spin_unlock(lock);

	inspect_hugetlb_tables(inspect, walk->mm, addr, level);
	if (huge_pte_none(pte))
		return inspect_hole(addr, end, -1, walk);
	if (!pte_present(pte))
		inspect_absent(inspect, addr, end);
	else
		inspect_leaf(inspect, level, addr, end,
			     pte_pfn(pte) + ((addr & ~mask) >> PAGE_SHIFT));
	return 0;
}

/* Walk every VMA, also those that the walker skips by itself. */
static int inspect_test(unsigned long start, unsigned long end, struct mm_walk *walk)
{
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
	*inspect->out = (struct ptwalk_inspect){ .addr = addr, .len = len, .pfn_min = ~0ULL };
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

	if (out->flags || memchr_inv(out->reserved, 0, sizeof(out->reserved)))
		return -EINVAL;
	ret = memory_check(out->addr, out->len);
	return ret ? ret : inspect_walk(&inspect, out->addr, out->len);
}

int inspect_tables(u64 addr, u64 len, void (*met)(void *arg, const struct page *table), void *arg)
{
	struct ptwalk_inspect *out = kzalloc(sizeof(*out), GFP_KERNEL);
	struct inspect inspect = { .out = out, .met = met, .arg = arg };
	int ret = out ? inspect_walk(&inspect, addr, len) : -ENOMEM;

	kfree(out);
	return ret;
}
