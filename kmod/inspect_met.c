// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/mmzone.h>

#include "compat/compat.h"
#include "compat/device.h"
#include "entry.h"
#include "inspect_met.h"
#include "pages.h"

static void inspect_node(struct inspect *inspect, __u64 *nodes, const struct page *page, u64 n)
{
	int node = page_to_nid(page);

	if (node < PTWALK_MAX_NODES)
		nodes[node] += n;
	else
		inspect->out->nodes_beyond += n;
}

void inspect_table(struct inspect *inspect, unsigned int level, const struct page *table)
{
	if (inspect->table[level] == table)
		return;
	inspect->table[level] = table;
	if (inspect->meets.table)
		inspect->meets.table(inspect->meets.arg, table);
	inspect->out->tables[level]++;
	inspect_node(inspect, inspect->out->table_nodes, table, 1);
}

static void inspect_pgmap(struct inspect *inspect, struct dev_pagemap *pgmap)
{
	if (inspect->pgmap == pgmap)
		return;
	inspect->pgmap = pgmap;
	inspect->out->pagemap_runs++;
	if (inspect->out->flags & PTWALK_INSPECT_HASH)
		inspect->out->pagemap_refs += pagemap_refs_of(pgmap);
	if (inspect->meets.pagemap)
		inspect->meets.pagemap(inspect->meets.arg, pgmap);
}

static u64 inspect_term(const struct ptwalk_inspect *out, u64 pfn, u64 place)
{
	return out->flags & PTWALK_INSPECT_HASH ? ptwalk_hash(pfn, place) : pfn * (2 * place + 1);
}

/*
 * Frames from @pfn on, from the @first page of the range on, as hmm_range_fault() gives them:
 * where that is an error, none.
 */
static void inspect_sums(struct ptwalk_inspect *out, u64 first, u64 n, unsigned long pfn,
			 unsigned long entry)
{
	const bool hash = out->flags & PTWALK_INSPECT_HASH, error = entry == HMM_PFN_ERROR;
	u64 i;

	for (i = 0; i < n && !error; i++)
		out->pfn_sum += inspect_term(out, pfn + i, first + i);
	for (i = 0; i < n && hash; i++)
		out->entry_sum += ptwalk_hash(error ? entry : entry | (pfn + i), first + i);
	if (hash && error)
		out->error_pages += n;
}

/* Pages from @addr on that have no frame of their own. */
static void inspect_no_frames(struct ptwalk_inspect *out, unsigned long addr, unsigned long end,
			      unsigned long entry)
{
	if (!(out->flags & PTWALK_INSPECT_HASH))
		return;
	if (entry == HMM_PFN_ERROR)
		out->error_pages += (end - addr) >> PAGE_SHIFT;
	for (; addr < end; addr += PAGE_SIZE)
		out->entry_sum += ptwalk_hash(entry, (addr - out->addr) >> PAGE_SHIFT);
}

void inspect_page(struct inspect *inspect, unsigned long pfn, u64 n)
{
	struct page *page = pfn_to_page(pfn);

	/* Device memory mapped by hand has no struct page. */
	if (!pfn_valid(pfn))
		return;
	inspect_node(inspect, inspect->out->page_nodes, page, n);
	if (inspect->meets.pages)
		inspect->meets.pages(inspect->meets.arg, page, n);
	if (is_zone_device_page(page)) {
		inspect->out->zone_device_leaves++;
		inspect->out->zone_device_pages += n;
		inspect_pgmap(inspect, compat_page_pgmap(compound_head(page)));
		if (compat_is_device_coherent_page(page))
			inspect->out->device_coherent_pages += n;
	}
}

/* Entries of @level that the range touches. */
static u64 inspect_entries(unsigned int level, unsigned long addr, unsigned long end)
{
	static const unsigned int shift[] = { PAGE_SHIFT, PMD_SHIFT, PUD_SHIFT };

	return ((end - 1) >> shift[level]) - (addr >> shift[level]) + 1;
}

void inspect_leaf(struct inspect *inspect, unsigned int level, unsigned long addr,
		  unsigned long end, unsigned long pfn, unsigned long entry)
{
	struct ptwalk_inspect *out = inspect->out;
	u64 n = (end - addr) >> PAGE_SHIFT;

	out->leaves[level] += inspect_entries(level, addr, end);
	out->leaf_pages[level] += n;
	out->pfn_min = min_t(u64, out->pfn_min, pfn);
	out->pfn_max = max_t(u64, out->pfn_max, pfn + n - 1);
	if (!inspect->meets.arg)
		inspect_sums(out, (addr - out->addr) >> PAGE_SHIFT, n, pfn, entry);
}

int inspect_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk)
{
	struct inspect *inspect = walk->private;

	inspect->out->hole_pages += (end - addr) >> PAGE_SHIFT;
	inspect_no_frames(inspect->out, addr, end, entry_of_none(walk->vma));
	return 0;
}

void inspect_absent(struct mm_walk *walk, unsigned long addr, unsigned long end)
{
	struct inspect *inspect = walk->private;

	inspect->out->nonpresent_pages += (end - addr) >> PAGE_SHIFT;
	inspect_no_frames(inspect->out, addr, end, entry_of_none(walk->vma));
}

void inspect_own(struct ptwalk_inspect *out, unsigned long addr, unsigned long pfn,
		 unsigned long entry)
{
	u64 place = (addr - out->addr) >> PAGE_SHIFT;

	out->device_own_pages++;
	out->device_own_sum += inspect_term(out, pfn, place);
	inspect_no_frames(out, addr, addr + PAGE_SIZE,
			  entry == HMM_PFN_ERROR ? entry : entry | pfn);
}
