/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ops, said once: the module's table, the driver's and the host's are made
 * from these lists. A number stays what it is for good; a new op takes the next.
 */
#ifndef PTWALK_UAPI_OP_H
#define PTWALK_UAPI_OP_H

#ifdef __cplusplus
#define PTWALK_STATIC_ASSERT static_assert
#else
#define PTWALK_STATIC_ASSERT _Static_assert
#endif

/* How an op treats the dev_pagemap of a zone-device entry: X(number, constant, name, summary). */
#define PTWALK_POLICIES(X)                                                                   \
	X(0, NONE, none, "no lookup of the dev_pagemap")                                     \
	X(1, RANGE, range, "one reference cached over the whole call, put at its end")       \
	X(2, BATCH, batch, "one reference cached within a PMD or PUD callback, as v5.3 did") \
	X(3, ENTRY, entry, "get and put for every entry")

/*
 * What an op is. PTWALK_OPFS_BY_KERNEL come and go with the kernel; the others are as in the
 * lists below.
 */
#define PTWALK_OPF_RUNNABLE    (1U << 0)  /* else ptwalk_query_op.reason says why not */
#define PTWALK_OPF_POLICIES    (1U << 1)  /* takes a policy */
#define PTWALK_OPF_PFNS	       (1U << 2)  /* fills a PFN array: sums are returned */
#define PTWALK_OPF_FAULTS      (1U << 3)  /* takes PTWALK_REQ_*; may sleep when given one */
#define PTWALK_OPF_ENTRIES     (1U << 4)  /* the PFN array holds hmm_range_fault()'s entries */
#define PTWALK_OPF_SLEEPS      (1U << 5)  /* may sleep whatever it is asked for */
#define PTWALK_OPF_REFERENCES  (1U << 6)  /* moves page reference counts: they are checked */
#define PTWALK_OPF_CHUNKS      (1U << 7)  /* works in chunks: takes ptwalk_run.chunk */
#define PTWALK_OPF_COLLISIONS  (1U << 8)  /* begins chunks again: takes .collide and .budget */
#define PTWALK_OPF_STAGES      (1U << 9)  /* tells its stages: takes ptwalk_run.stages */
#define PTWALK_OPF_WAITS       (1U << 10) /* sleeps in any case: takes no ptwalk_run.flags */
#define PTWALK_OPF_CALIBRATES  (1U << 11) /* times the window alone, which is taken off all others */
#define PTWALK_OPF_FLOOR       (1U << 12) /* walks, and does nothing with what it meets */
#define PTWALK_OPF_DEFAULT     (1U << 13) /* is timed where none is named */
#define PTWALK_OPF_ZONE_DEVICE (1U << 14) /* has a meaning for ZONE_DEVICE pages alone */
#define PTWALK_OPF_PRIVATE     (1U << 15) /* for device-private pages alone, which it makes valid */
#define PTWALK_OPF_PAGEMAPS    (1U << 16) /* puts a pagemap of its own in the place of the module's */
#define PTWALK_OPF_OWN	       (1U << 17) /* may run own code instead: takes ptwalk_run.own */
#define PTWALK_OPF_MISSES      (1U << 18) /* looks among the pagemaps there are for what is in none */
#define PTWALK_OPF_REFUSED     (1U << 19) /* its call must fail: .told is the errno, no sums are */
#define PTWALK_OPF_MIGRATES    (1U << 20) /* moves pages first that may not stay */
#define PTWALK_OPF_ALLOCATES   (1U << 21) /* the kernel allocates in its window, without being asked to */

#define PTWALK_OPFS_BY_KERNEL (PTWALK_OPF_RUNNABLE | PTWALK_OPF_ALLOCATES)

#define PTWALK_OPFS_WALK (PTWALK_OPF_PFNS | PTWALK_OPF_ENTRIES)
#define PTWALK_OPFS_TAKE                                                                   \
	(PTWALK_OPF_PFNS | PTWALK_OPF_FAULTS | PTWALK_OPF_SLEEPS | PTWALK_OPF_REFERENCES | \
	 PTWALK_OPF_OWN)
#define PTWALK_OPFS_SLOW_PIN (PTWALK_OPFS_TAKE & ~PTWALK_OPF_OWN)
#define PTWALK_OPFS_DROP     (PTWALK_OPF_PFNS | PTWALK_OPF_REFERENCES)
#define PTWALK_OPFS_MIRROR                                                              \
	(PTWALK_OPFS_WALK | PTWALK_OPF_FAULTS | PTWALK_OPF_SLEEPS | PTWALK_OPF_CHUNKS | \
	 PTWALK_OPF_COLLISIONS | PTWALK_OPF_STAGES)
#define PTWALK_OPFS_TEARDOWN (PTWALK_OPF_WAITS | PTWALK_OPF_ZONE_DEVICE | PTWALK_OPF_PAGEMAPS)
#define PTWALK_OPFS_OWNER \
	(PTWALK_OPFS_WALK | PTWALK_OPF_SLEEPS | PTWALK_OPF_WAITS | PTWALK_OPF_PRIVATE)

/*
 * Ops over the whole range at once, in the order in which they are timed:
 * X(number, constant, name, flags, what the kernel is called by in the window, summary). The
 * constant is PTWALK_OP_*.
 */
#define PTWALK_OPS_WHOLE(X)                                                                        \
	X(0, EMPTY, empty, PTWALK_OPF_DEFAULT | PTWALK_OPF_CALIBRATES, "",                         \
	  "nothing: the window's own cost, taken off all others")                                  \
	X(1, BARE, bare, PTWALK_OPF_DEFAULT | PTWALK_OPF_FLOOR | PTWALK_OPF_OWN,                   \
	  "walk_page_range()", "walk_page_range() with callbacks that do nothing: the floor")      \
	X(2, HMM, hmm, PTWALK_OPF_DEFAULT | PTWALK_OPFS_WALK | PTWALK_OPF_FAULTS | PTWALK_OPF_OWN, \
	  "hmm_range_fault()",                                                                     \
	  "hmm_range_fault(), snapshot: the built-in one, or own code under a policy")             \
	X(4, GUP_FAST, gup_fast, PTWALK_OPFS_TAKE, "get_user_pages_fast()",                        \
	  "get_user_pages_fast() of the whole range")                                              \
	X(5, PIN_FAST, pin_fast, PTWALK_OPFS_TAKE, "pin_user_pages_fast()",                        \
	  "pin_user_pages_fast() of the whole range")                                              \
	X(6, GUP, gup, PTWALK_OPFS_TAKE, "get_user_pages()",                                       \
	  "get_user_pages() of the whole range, under the mmap lock")                              \
	X(7, PUT, put, PTWALK_OPFS_DROP, "put_page()",                                             \
	  "put_page() of each page, got before the window")                                        \
	X(8, UNPIN, unpin, PTWALK_OPFS_DROP, "unpin_user_pages()",                                 \
	  "unpin_user_pages() of all pages, pinned before the window")                             \
	X(9, PGMAP_HIT, pgmap_hit, PTWALK_OPFS_WALK | PTWALK_OPF_ZONE_DEVICE, "get_dev_pagemap()", \
	  "get_dev_pagemap() and put for each page, found anew each time")                         \
	X(10, PGMAP_CACHED, pgmap_cached, PTWALK_OPFS_WALK | PTWALK_OPF_ZONE_DEVICE,               \
	  "get_dev_pagemap()", "get_dev_pagemap() for each page, given the reference held")        \
	X(11, PGMAP_MISS, pgmap_miss, PTWALK_OPF_MISSES, "get_dev_pagemap()",                      \
	  "get_dev_pagemap() of a PFN that is no pagemap's, once a page")                          \
	X(15, UNDER_LOCK, page_under_lock,                                                         \
	  PTWALK_OPFS_WALK | PTWALK_OPF_STAGES | PTWALK_OPF_ZONE_DEVICE, "hmm_range_fault()",      \
	  "hmm, then page->pgmap of each page under a driver's lock")                              \
	X(16, TEARDOWN, teardown, PTWALK_OPFS_TEARDOWN, "memunmap_pages()",                        \
	  "memunmap_pages() of a pagemap of the range that was not used")                          \
	X(17, TEARDOWN_WALKED, teardown_walked, PTWALK_OPFS_TEARDOWN, "memunmap_pages()",          \
	  "the same of one whose pages were mapped and walked")                                    \
	X(18, TEARDOWN_HELD, teardown_held, PTWALK_OPFS_TEARDOWN | PTWALK_OPF_POLICIES,            \
	  "memunmap_pages()", "the time it takes while a walker holds what its policy holds")      \
	X(19, OWNER_ONE, owner_one, PTWALK_OPFS_OWNER, "hmm_range_fault()",                        \
	  "hmm_range_fault() that brings another device's private pages back")                     \
	X(20, OWNER_TWO, owner_two, PTWALK_OPFS_OWNER, "hmm_range_fault()",                        \
	  "hmm_range_fault(), a look at each page's owner, a walk for the others'")                \
	X(21, DMA_MAP, dma_map, PTWALK_OPFS_WALK, "dma_map_page()",                                \
	  "dma_map_page() of each page, found before the window")                                  \
	X(22, DMA_UNMAP, dma_unmap, PTWALK_OPFS_WALK, "dma_unmap_page()",                          \
	  "dma_unmap_page() of each page, mapped before the window")                               \
	X(23, HMM_DMA_MAP, hmm_dma_map, PTWALK_OPFS_WALK, "hmm_dma_map_pfn()",                     \
	  "hmm_dma_map_pfn() of each page, found before the window")                               \
	X(24, PIN, pin, PTWALK_OPFS_SLOW_PIN, "pin_user_pages()",                                  \
	  "pin_user_pages() of the whole range, under the mmap lock")                              \
	X(25, PIN_LONGTERM, pin_longterm, PTWALK_OPFS_SLOW_PIN | PTWALK_OPF_MIGRATES,              \
	  "pin_user_pages()", "the same for long (FOLL_LONGTERM), as RDMA and vfio pin")

#define PTWALK_OPFS_REFUSED \
	(PTWALK_OPF_PFNS | PTWALK_OPF_FAULTS | PTWALK_OPF_SLEEPS | PTWALK_OPF_REFUSED)

/* Ops, each of which the host has under names of its own, with what it asks of them. */
#define PTWALK_OPS_NAMED(X)                                                               \
	X(12, HMM_CHUNKS, hmm_chunks,                                                     \
	  PTWALK_OPFS_WALK | PTWALK_OPF_SLEEPS | PTWALK_OPF_CHUNKS | PTWALK_OPF_STAGES,   \
	  "hmm_range_fault()", "hmm_range_fault() in chunks, each with its own notifier") \
	X(13, MIRROR, mirror, PTWALK_OPFS_MIRROR, "hmm_range_fault()",                    \
	  "a driver's protocol: walk, lock, test, fill, again on collision")              \
	X(14, MIRROR_ONCE, mirror_once, PTWALK_OPFS_MIRROR, "hmm_range_fault()",          \
	  "the same, the sequence read once before a chunk's loop: wrong")                \
	X(26, HMM_REFUSED, hmm_refused, PTWALK_OPFS_REFUSED, "hmm_range_fault()",         \
	  "hmm_range_fault() asked for what cannot be had")                               \
	X(27, GUP_REFUSED, gup_refused, PTWALK_OPFS_REFUSED, "get_user_pages()",          \
	  "get_user_pages() asked for what cannot be had")

#define PTWALK_OPS(X) PTWALK_OPS_WHOLE(X) PTWALK_OPS_NAMED(X)

/* Numbers of ops that are gone, and what they were: X(number, name). No op takes them again. */
#define PTWALK_OPS_GONE(X) X(3, walk)

enum {
#define X(number, constant, ...) PTWALK_POLICY_##constant = (number),
	PTWALK_POLICIES(X)
#undef X
#define X(number, constant, ...) PTWALK_OP_##constant = (number),
	PTWALK_OPS(X)
#undef X
};

/* How many there are. Numbers, with those of ops that are gone, have no gaps. */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a sum is made of them */
#define X(...) +1
enum {
	PTWALK_NR_POLICIES = 0 PTWALK_POLICIES(X),
	PTWALK_NR_OPS = 0 PTWALK_OPS(X),
	PTWALK_NR_OP_NUMBERS = PTWALK_NR_OPS PTWALK_OPS_GONE(X)
};
#undef X
/* NOLINTNEXTLINE(bugprone-macro-parentheses): and here a set */
#define X(number, ...) | 1ULL << (number)
PTWALK_STATIC_ASSERT((0 PTWALK_POLICIES(X)) == (1ULL << PTWALK_NR_POLICIES) - 1, "policies");
PTWALK_STATIC_ASSERT((0 PTWALK_OPS(X) PTWALK_OPS_GONE(X)) == (1ULL << PTWALK_NR_OP_NUMBERS) - 1,
		     "ops");
#undef X

#endif /* PTWALK_UAPI_OP_H */
