// SPDX-License-Identifier: GPL-2.0-only
#include "base/str.h"
#include "bench/op/op.h"
#include "kmod/uapi/ptwalk.h"

/* The walk in chunks of so many pages, each with a notifier's insert and remove. */
#define HMM_CHUNKS(nr)                                                                     \
	{                                                                                  \
		.name = "hmm_" #nr,                                                        \
		.summary = "hmm in chunks of " #nr " pages, each with its own notifier",   \
		.id = PTWALK_OP_HMM_CHUNKS, .pfns = true, .entries = true, .sleeps = true, \
		.stages = true, .chunk = (nr),                                             \
	}

/* A driver's protocol, right or wrong as @id_ says, while the range changes or does not. */
#define MIRROR(id_, name_, changes_, summary_)                                               \
	{                                                                                    \
		.name = (name_), .summary = (summary_), .id = (id_), .pfns = true,           \
		.entries = true, .sleeps = true, .stages = true, .chunk = 512, .budget = 64, \
		.changes = (changes_), .req = PTWALK_REQ_FAULT,                              \
	}

const struct op ops[] = {
	{
		.name = "empty",
		.summary = "nothing: the window's own cost, taken off all others",
		.id = PTWALK_OP_EMPTY,
		.by_default = true,
	},
	{
		.name = "bare",
		.summary = "walk_page_range() with callbacks that do nothing: the floor",
		.id = PTWALK_OP_BARE,
		.by_default = true,
	},
	{
		.name = "hmm",
		.summary = "the kernel's own hmm_range_fault(), snapshot",
		.id = PTWALK_OP_HMM,
		.by_default = true,
		.pfns = true,
		.entries = true,
	},
	{
		.name = "walk",
		.summary = "the module's replica of hmm_range_fault(), one per policy",
		.id = PTWALK_OP_WALK,
		.by_default = true,
		.policies = true,
		.pfns = true,
		.entries = true,
	},
	{
		.name = "hmm_fault",
		.summary = "hmm_range_fault() asked to fault in pages that are all present",
		.id = PTWALK_OP_HMM,
		.pfns = true,
		.entries = true,
		.sleeps = true,
		.req = PTWALK_REQ_FAULT,
	},
	{
		.name = "hmm_write",
		.summary = "the same, asked to make pages writable that all are",
		.id = PTWALK_OP_HMM,
		.pfns = true,
		.entries = true,
		.sleeps = true,
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE,
	},
	HMM_CHUNKS(64),
	HMM_CHUNKS(512),
	HMM_CHUNKS(4096),
	{
		.name = "gup_fast",
		.summary = "get_user_pages_fast() of the whole range",
		.id = PTWALK_OP_GUP_FAST,
		.pfns = true,
		.sleeps = true,
	},
	{
		.name = "pin_fast",
		.summary = "pin_user_pages_fast() of the whole range",
		.id = PTWALK_OP_PIN_FAST,
		.pfns = true,
		.sleeps = true,
	},
	{
		.name = "gup",
		.summary = "get_user_pages() of the whole range, under the mmap lock",
		.id = PTWALK_OP_GUP,
		.pfns = true,
		.sleeps = true,
	},
	{
		.name = "put",
		.summary = "put_page() of each page, got before the window",
		.id = PTWALK_OP_PUT,
		.pfns = true,
	},
	{
		.name = "unpin",
		.summary = "unpin_user_pages() of all pages, pinned before the window",
		.id = PTWALK_OP_UNPIN,
		.pfns = true,
	},
	{
		.name = "pgmap_hit",
		.summary = "get_dev_pagemap() and put for each page, found anew each time",
		.id = PTWALK_OP_PGMAP_HIT,
		.pfns = true,
		.entries = true,
		.zone_device = true,
	},
	{
		.name = "pgmap_cached",
		.summary = "get_dev_pagemap() for each page, given the reference held",
		.id = PTWALK_OP_PGMAP_CACHED,
		.pfns = true,
		.entries = true,
		.zone_device = true,
	},
	{
		.name = "pgmap_miss",
		.summary = "get_dev_pagemap() of a PFN that is no pagemap's, once a page",
		.id = PTWALK_OP_PGMAP_MISS,
	},
	MIRROR(PTWALK_OP_MIRROR, "mirror", OP_CHANGES_NOT,
	       "a driver's protocol in chunks of 512 pages: walk, lock, test for retry, fill"),
	MIRROR(PTWALK_OP_MIRROR, "mirror_rare", OP_CHANGES_RARE,
	       "the same while the range changes now and then"),
	MIRROR(PTWALK_OP_MIRROR, "mirror_constant", OP_CHANGES_CONSTANT,
	       "the same while it changes all the time"),
	MIRROR(PTWALK_OP_MIRROR_ONCE, "mirror_once", OP_CHANGES_NOT,
	       "mirror, the sequence read once before a chunk's retries: wrong"),
	MIRROR(PTWALK_OP_MIRROR_ONCE, "mirror_once_rare", OP_CHANGES_RARE,
	       "the same while the range changes now and then"),
	MIRROR(PTWALK_OP_MIRROR_ONCE, "mirror_once_constant", OP_CHANGES_CONSTANT,
	       "the same while it changes all the time"),
	{
		.name = "page_under_lock",
		.summary = "hmm, then page->pgmap of each page under a driver's lock",
		.id = PTWALK_OP_UNDER_LOCK,
		.pfns = true,
		.entries = true,
		.stages = true,
		.zone_device = true,
	},
	/* Last: others find the layout as it was laid out, and need no second one. */
	{
		.name = "hmm_populate",
		.summary = "hmm_range_fault() that faults in every page, none being there",
		.id = PTWALK_OP_HMM,
		.pfns = true,
		.entries = true,
		.sleeps = true,
		.populates = true,
		.req = PTWALK_REQ_FAULT,
	},
	{
		.name = "hmm_populate_write",
		.summary = "the same for writing",
		.id = PTWALK_OP_HMM,
		.pfns = true,
		.entries = true,
		.sleeps = true,
		.populates = true,
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE,
	},
	{
		.name = "teardown",
		.summary = "memunmap_pages() of a pagemap of the range that was not used",
		.id = PTWALK_OP_TEARDOWN,
		.waits = true,
		.zone_device = true,
		.pagemaps = true,
	},
	{
		.name = "teardown_walked",
		.summary = "the same of one whose pages were mapped and walked",
		.id = PTWALK_OP_TEARDOWN_WALKED,
		.waits = true,
		.zone_device = true,
		.pagemaps = true,
	},
	{
		.name = "teardown_held",
		.summary = "the time it takes while a walker holds what its policy holds",
		.id = PTWALK_OP_TEARDOWN_HELD,
		.policies = true,
		.waits = true,
		.zone_device = true,
		.pagemaps = true,
	},
	{
		.name = "owner_one",
		.summary = "hmm_range_fault() that brings another device's private pages back",
		.id = PTWALK_OP_OWNER_ONE,
		.private = true,
		.waits = true,
	},
	{
		.name = "owner_two",
		.summary = "hmm_range_fault(), a look at each page's owner, a walk for the others'",
		.id = PTWALK_OP_OWNER_TWO,
		.private = true,
		.waits = true,
	},
	{
		.name = "dma_map",
		.summary = "dma_map_page() of each page, found before the window",
		.id = PTWALK_OP_DMA_MAP,
		.pfns = true,
		.entries = true,
	},
	{
		.name = "dma_unmap",
		.summary = "dma_unmap_page() of each page, mapped before the window",
		.id = PTWALK_OP_DMA_UNMAP,
		.pfns = true,
		.entries = true,
	},
	{
		.name = "hmm_dma_map",
		.summary = "hmm_dma_map_pfn() of each page, found before the window",
		.id = PTWALK_OP_HMM_DMA_MAP,
		.pfns = true,
		.entries = true,
	},
};

const size_t nr_ops = ARRAY_SIZE(ops);

const struct policy policies[] = {
	{
		.name = "none",
		.summary = "no lookup of the dev_pagemap",
		.id = PTWALK_POLICY_NONE,
	},
	{
		.name = "range",
		.summary = "one reference cached over the whole call, put at its end",
		.id = PTWALK_POLICY_RANGE,
	},
	{
		.name = "batch",
		.summary = "one reference cached within a PMD or PUD callback, as v5.3 did",
		.id = PTWALK_POLICY_BATCH,
	},
	{
		.name = "entry",
		.summary = "get and put for every entry",
		.id = PTWALK_POLICY_ENTRY,
	},
};

const size_t nr_policies = ARRAY_SIZE(policies);
