/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What page tables hold, as ptwalk.h's inspect tells it. */
#ifndef PTWALK_UAPI_INSPECT_H
#define PTWALK_UAPI_INSPECT_H

#include <linux/types.h>

#include "op.h"

/* Where leaf entries are. Indexes of the arrays below. */
#define PTWALK_LEVEL_PTE 0
#define PTWALK_LEVEL_PMD 1
#define PTWALK_LEVEL_PUD 2
#define PTWALK_NR_LEVELS 3

#define PTWALK_MAX_NODES 64

/*
 * Sums over an array, and over what should be in it, are then of ptwalk_hash() of each entry and its
 * place; without, of the entry times its place as @pfn_sum says, which says less: over an even
 * number of entries those weights sum to a square, and high bits vanish.
 */
#define PTWALK_INSPECT_HASH (1U << 0)

/* All bits of both change half of those of the hash: what is summed may be added up, or xored. */
static inline __u64 ptwalk_hash(__u64 entry, __u64 place)
{
	__u64 x = entry ^ (place + 1) * 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

/**
 * struct ptwalk_inspect - what the caller's page tables hold over a range
 * @addr:	(in) first byte, page aligned
 * @len:	(in) bytes, a multiple of the page size, not 0
 * @flags:	(in) PTWALK_INSPECT_HASH, where the module has PTWALK_FEATURE_HASH; else zero
 * @leaves:	(out) leaf entries met, by level (of hugetlb all that are one page)
 * @leaf_pages:	(out) pages of the range under those, by level
 * @hole_pages:	(out) pages with no entry, mapped by a VMA or not
 * @nonpresent_pages: (out) pages whose entry is not present
 * @zone_device_leaves: (out) leaf entries whose page is ZONE_DEVICE
 * @zone_device_pages: (out) pages under those
 * @zero_pages:	(out) pages mapped to a zero page (small or huge)
 * @pfn_min:	(out) lowest PFN; ~0 where none is mapped
 * @pfn_max:	(out) highest PFN; 0 where none is mapped
 * @pfn_sum:	(out) sum over present pages of pfn * (2 * i + 1), modulo 2^64,
 *		i being the page's index within the range; with PTWALK_INSPECT_HASH of
 *		ptwalk_hash(pfn, i)
 * @tables:	(out) page-table pages met, by the level of entry they hold
 * @table_nodes: (out) the same by NUMA node
 * @page_nodes:	(out) pages present, by NUMA node
 * @nodes_beyond: (out) pages and tables on nodes past PTWALK_MAX_NODES
 * @pagemap_runs: (out) runs of ZONE_DEVICE leaves, in order of address, that have
 *		one dev_pagemap: 1 where there is but one, 0 where there is none
 * @device_private_pages: (out) of @nonpresent_pages, those in the private memory of a device
 * @device_own_pages: (out) of those, those of the device that the ops walk for: to
 *		hmm_range_fault() their entries are valid
 * @device_own_sum: (out) @pfn_sum over those
 * @device_coherent_pages: (out) of @zone_device_pages, those of a device's coherent memory
 * @entry_sum:	(out) with PTWALK_INSPECT_HASH: the sum over all pages, present or not, of
 *		ptwalk_hash(entry, i), where entry is what a snapshot of hmm_range_fault() has to
 *		give of what is mapped there: frame, flags and order. Else 0
 * @pagemap_refs: (out) with PTWALK_INSPECT_HASH: references to the dev_pagemaps of @pagemap_runs,
 *		to each as often as it is met; only differences mean something. Else 0
 * @vmas:	(out) with PTWALK_INSPECT_HASH, and where the module has PTWALK_FEATURE_VMAS: mappings
 *		(VMAs) that the range touches. Else 0
 * @error_pages: (out) under the same terms: pages of which a snapshot of hmm_range_fault() has to
 *		say HMM_PFN_ERROR, present or not: those of no mapping, of one that it does not walk, and
 *		of entries that have no page of their own. @pfn_sum leaves them out
 *
 * Pages are the kernel's, of ptwalk_query.page_size.
 */
struct ptwalk_inspect {
	__u64 addr;
	__u64 len;
	__u64 flags;
	__u64 leaves[PTWALK_NR_LEVELS];
	__u64 leaf_pages[PTWALK_NR_LEVELS];
	__u64 hole_pages;
	__u64 nonpresent_pages;
	__u64 zone_device_leaves;
	__u64 zone_device_pages;
	__u64 zero_pages;
	__u64 pfn_min;
	__u64 pfn_max;
	__u64 pfn_sum;
	__u64 tables[PTWALK_NR_LEVELS];
	__u64 nodes_beyond;
	__u64 table_nodes[PTWALK_MAX_NODES];
	__u64 page_nodes[PTWALK_MAX_NODES];
	__u64 pagemap_runs;
	__u64 device_private_pages;
	__u64 device_own_pages;
	__u64 device_own_sum;
	__u64 device_coherent_pages;
	__u64 entry_sum;
	__u64 pagemap_refs;
	__u32 vmas;
	__u32 error_pages;
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_inspect) == 1256, "struct ptwalk_inspect");

/**
 * struct ptwalk_blocks - leaf entries that are of blocks, over a range of the caller's page tables
 * @addr:	(in) first byte, page aligned
 * @len:	(in) bytes, a multiple of the page size, not 0
 * @flags:	(in) zero
 * @pages:	(out) pages of the range under entries of blocks, by level
 * @entries:	(out) entries of a block, by level; 0 where the architecture has none there
 *
 * A block is as many entries, one after another, as a CPU may keep as one: those with arm64's
 * contiguous bit. Needs PTWALK_FEATURE_PAGES.
 */
struct ptwalk_blocks {
	__u64 addr;
	__u64 len;
	__u64 flags;
	__u64 pages[PTWALK_NR_LEVELS];
	__u64 entries[PTWALK_NR_LEVELS];
	__u64 reserved[3];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_blocks) == 96, "struct ptwalk_blocks");

#endif /* PTWALK_UAPI_INSPECT_H */
