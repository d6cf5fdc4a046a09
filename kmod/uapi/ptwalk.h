/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of /dev/ptwalk, for both sides. docs/abi.md is the prose.
 *
 * Every field is fixed in width and marked (in) or (out), with its unit.
 * Reserved fields must be zero on the way in (-EINVAL otherwise) and are zero
 * on the way out. An ioctl that is not known is -ENOTTY.
 *
 * Errors all ioctls share: -EFAULT (an argument cannot be read or written),
 * -EINVAL (a field is out of its range, a reserved field or an unknown flag is
 * set), -EPERM (open without CAP_SYS_ADMIN), -EINTR (a fatal signal).
 */
#ifndef PTWALK_UAPI_H
#define PTWALK_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "event.h"
#include "inspect.h"
#include "op.h"

PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_event) == 16, "struct ptwalk_event");
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_event_config) == 32, "struct ptwalk_event_config");

/* Raised when a struct changes its meaning; a struct never changes its size. */
#define PTWALK_ABI 1

#define PTWALK_DEVICE "/dev/ptwalk"

/* The parts of an op with PTWALK_OPF_STAGES. Indexes of struct ptwalk_stages' arrays. */
#define PTWALK_STAGE_INSERT  0 /* the interval notifier is inserted */
#define PTWALK_STAGE_BEGIN   1 /* the notifier's sequence is read */
#define PTWALK_STAGE_WALK    2 /* the mmap lock and hmm_range_fault() */
#define PTWALK_STAGE_TEST    3 /* the driver's lock is taken, where it has one; the test for retry */
#define PTWALK_STAGE_FILL    4 /* the device page table is filled */
#define PTWALK_STAGE_TOUCH   5 /* page->pgmap is read and its owner compared, for each page */
#define PTWALK_STAGE_RELEASE 6 /* the driver's lock is released */
#define PTWALK_STAGE_REMOVE  7 /* the interval notifier is removed */
#define PTWALK_STAGE_INJECT  8 /* the module itself invalidates; not part of ptwalk_sample.ticks */
#define PTWALK_NR_STAGES     9

#define PTWALK_MAX_STAGES     16
#define PTWALK_MAX_BUDGET     65536
#define PTWALK_MAX_BUDGET_NS  10000000000ULL
#define PTWALK_MAX_ITERATIONS 65536
#define PTWALK_MAX_PAGES      (1ULL << 29) /* 2 TiB: the result array is 8 bytes a page */

/* What of this page a module knows that older ones of the same ABI do not. */
#define PTWALK_FEATURE_EVENT_CONFIGS (1U << 0) /* ptwalk_run.event_configs */
#define PTWALK_FEATURE_TSC_LEAVES    (1U << 1) /* ptwalk_query.tsc_cpuid_khz and the next */
#define PTWALK_FEATURE_KEEP	     (1U << 2) /* PTWALK_RUN_KEEP */
#define PTWALK_FEATURE_COLD	     (1U << 3) /* PTWALK_RUN_COLD */
#define PTWALK_FEATURE_OWN	     (1U << 4) /* PTWALK_IOC_QUERY_OWN and ptwalk_run.own */
#define PTWALK_FEATURE_TELL	     (1U << 5) /* PTWALK_RUN_TELL */
#define PTWALK_FEATURE_HASH	     (1U << 6) /* PTWALK_*_HASH; ptwalk_run.at, .told */
#define PTWALK_FEATURE_VMAS	     (1U << 7) /* ptwalk_inspect.vmas, .error_pages */
#define PTWALK_FEATURE_BUDGET_NS     (1U << 8) /* ptwalk_run.budget_ns */
#define PTWALK_FEATURE_PAGES	     (1U << 9) /* ptwalk_query.page_size, PTWALK_IOC_BLOCKS */
#define PTWALK_FEATURE_RACE	     (1U << 10) /* race.h */

/**
 * struct ptwalk_query - what this module and this kernel are
 * @abi:	(in) the caller's PTWALK_ABI; (out) the module's. A caller whose
 *		ABI is newer is refused with -EPROTONOSUPPORT.
 * @nr_ops:	(out) how many ops PTWALK_IOC_QUERY_OP knows
 * @tsc_khz:	(out) frequency of the clock of samples in kHz, as the kernel has it: of the TSC, or
 *		of arm64's virtual counter
 * @max_pages:	(out) most pages in one run or inspect
 * @max_iterations: (out) most iterations in one run
 * @max_events:	(out) most perf events in one run
 * @nr_nodes:	(out) nodes possible on this machine
 * @features:	(out) PTWALK_FEATURE_*; 0 of a module that knows none
 * @release:	(out) kernel release, NUL-terminated
 * @compiler:	(out) what compiled the module, NUL-terminated
 * @tsc_cpuid_khz: (out) TSC frequency in kHz by CPUID leaf 0x15; 0: the CPU does not say
 * @tsc_hypervisor_khz: (out) the same by the hypervisor's leaf 0x40000010; 0: none does
 * @page_size:	(out) bytes of a page, and under a PTE; 0 of a module without PTWALK_FEATURE_PAGES:
 *		4096
 * @block_ptes:	(out) PTEs that the kernel makes one block, where as many pages of one folio lie
 *		behind aligned addresses (arm64's contiguous bit); 0: it does not
 */
struct ptwalk_query {
	__u32 abi;
	__u32 nr_ops;
	__u64 tsc_khz;
	__u64 max_pages;
	__u32 max_iterations;
	__u32 max_events;
	__u32 nr_nodes;
	__u32 features;
	char release[64];
	char compiler[64];
	__u64 tsc_cpuid_khz;
	__u64 tsc_hypervisor_khz;
	__u32 page_size;
	__u32 block_ptes;
	__u64 reserved[5];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_query) == 232, "struct ptwalk_query");

/* PTWALK_OP_TEARDOWN_HELD: how long a walker takes for a page, in nanoseconds. */
#define PTWALK_HOLD_NS 100

/**
 * struct ptwalk_query_op - one op, by its place in the list
 * @index:	(in) 0 .. nr_ops - 1, else -EINVAL
 * @op:		(out) PTWALK_OP_*
 * @flags:	(out) PTWALK_OPF_*
 * @reserved0:	zero
 * @name:	(out) as in DESIGN: "hmm", "walk", ...
 * @reason:	(out) why it cannot run on this kernel; empty where it can
 */
struct ptwalk_query_op {
	__u32 index;
	__u32 op;
	__u32 flags;
	__u32 reserved0;
	char name[16];
	char reason[96];
	__u64 reserved[2];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_query_op) == 144, "struct ptwalk_query_op");

/**
 * struct ptwalk_query_own - one op with the kernel's own code in the built-in's place
 * @index:	(in) from 0; -EINVAL behind the last
 * @op:		(out) PTWALK_OP_*
 * @own:	(out) what ptwalk_run.own takes for it
 * @reserved0:	zero
 * @name:	(out) its policy: "range"; "own" is the kernel's source as it is
 */
struct ptwalk_query_own {
	__u32 index;
	__u32 op;
	__u32 own;
	__u32 reserved0;
	char name[32];
	__u64 reserved[2];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_query_own) == 64, "struct ptwalk_query_own");

#define PTWALK_SAMPLE_IRQS_OFF	(1U << 0) /* interrupts were off in the window */
/* Any count below is not 0, or the CPU changed; a chunk that is begun again disturbs nothing. */
#define PTWALK_SAMPLE_DISTURBED (1U << 1)

/**
 * struct ptwalk_sample - one window's reading
 * @ticks:	(out) TSC ticks from stamp to stamp, the window's own cost
 *		(PTWALK_OP_EMPTY) included; instructions on the exact machine. For
 *		an op with PTWALK_OPF_STAGES without the marks between the stages,
 *		and without PTWALK_STAGE_INJECT; of PTWALK_OP_TEARDOWN and _WALKED
 *		without those that the caller slept
 * @events:	(out) counts, in the order of ptwalk_run.events
 * @enabled_ns:	(out) time each event was enabled
 * @running_ns:	(out) time it really counted: less than enabled if multiplexed
 * @flags:	(out) PTWALK_SAMPLE_*
 * @interrupts:	(out) interrupts this CPU took in the window
 * @switches:	(out) context switches of the caller in the window
 * @retries:	(out) times the op was begun again (collision, -EBUSY); for an op
 *		with PTWALK_OPF_COLLISIONS, times that a chunk was, too
 * @faults:	(out) page faults accounted to the caller in the window
 * @cpu:	(out) CPU the window ended on
 */
struct ptwalk_sample {
	__u64 ticks;
	__u64 events[PTWALK_MAX_EVENTS];
	__u64 enabled_ns[PTWALK_MAX_EVENTS];
	__u64 running_ns[PTWALK_MAX_EVENTS];
	__u32 flags;
	__u32 interrupts;
	__u32 switches;
	__u32 retries;
	__u32 faults;
	__u32 cpu;
	__u64 reserved[2];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_sample) == 144, "struct ptwalk_sample");

/**
 * struct ptwalk_stages - what an op with PTWALK_OPF_STAGES did in one window
 * @ticks:	(out) of each stage, over all chunks and passes, without its marks.
 *		Those of all stages but PTWALK_STAGE_INJECT add up to the sample's
 * @times:	(out) how often each stage ended; 0: it did not happen
 * @chunks:	(out) chunks that were begun
 * @injected:	(out) collisions that the module made, as ptwalk_run.collide asks
 * @collided:	(out) chunks of which a pass came to nothing, as the range had changed
 * @stuck:	(out) of those, chunks that were given up: @budget was spent
 * @futile:	(out) passes that were begun again with a sequence out of date
 *		already, and so could not succeed
 * @owned:	(out) PTWALK_OP_UNDER_LOCK: pages whose pagemap's owner is the one
 *		that was looked for
 * @mapped:	(out) entries of the device page table when the window closed
 */
struct ptwalk_stages {
	__u64 ticks[PTWALK_MAX_STAGES];
	__u32 times[PTWALK_MAX_STAGES];
	__u32 chunks;
	__u32 injected;
	__u32 collided;
	__u32 stuck;
	__u64 futile;
	__u64 owned;
	__u64 mapped;
	__u64 reserved[3];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_stages) == 256, "struct ptwalk_stages");

/*
 * Interrupts off in the window. -EINVAL where the op may sleep (PTWALK_REQ_*,
 * PTWALK_OPF_SLEEPS), unless PTWALK_RUN_POPULATED is set as well; and for an op
 * with PTWALK_OPF_WAITS in any case.
 */
#define PTWALK_RUN_IRQS_OFF (1U << 0)
/*
 * The caller says that nothing has to be faulted in, so that an op that may
 * sleep need not. It is verified before each window, interrupts off already:
 * -EFAULT where it is not so. -EINVAL without PTWALK_RUN_IRQS_OFF or for an op
 * that never sleeps; -EOPNOTSUPP while more than one CPU is online.
 */
#define PTWALK_RUN_POPULATED (1U << 1)
/*
 * The result array is poisoned before the last window alone: for profilers, which
 * would find little but that between short windows. Needs PTWALK_FEATURE_KEEP.
 */
#define PTWALK_RUN_KEEP (1U << 3)

/* Page tables and result array are dropped from the caches before each window: docs/abi.md. */
#define PTWALK_RUN_COLD (1U << 2)

/*
 * Before the first window an emulator's plugin is told, as in tell.h, where page tables, struct
 * pages and the result array are. Needs PTWALK_FEATURE_TELL.
 */
#define PTWALK_RUN_TELL (1U << 4)

/* ptwalk_run.pfn_sum and .entry_sum are of hashes, as with PTWALK_INSPECT_HASH. Needs PTWALK_FEATURE_HASH. */
#define PTWALK_RUN_HASH (1U << 5)

/* What the walk asks of each page; 0 is a snapshot. */
#define PTWALK_REQ_FAULT (1U << 0) /* fault in what is not present */
#define PTWALK_REQ_WRITE (1U << 1) /* and writable; needs PTWALK_REQ_FAULT */

/* Where a run failed: ptwalk_run.at. */
#define PTWALK_AT_ASKED	   0 /* nowhere, or before all else: what was asked for cannot be had */
#define PTWALK_AT_PREPARE  1 /* what is done before a window */
#define PTWALK_AT_LOOK	   2 /* right before it, interrupts off: would the op sleep? */
#define PTWALK_AT_WINDOW   3 /* in the window */
#define PTWALK_AT_FINISH   4 /* what is done after it */
#define PTWALK_AT_COUNTS   5 /* the reading of the pages' reference counts */
/* Every window is whole, and what was done in them is wrong. All are -EIO but the first, -EBADE. */
#define PTWALK_AT_TABLE	   6 /* a device page table holds what the walk did not find */
#define PTWALK_AT_ARRAY	   7 /* entries of the array were never written */
#define PTWALK_AT_PAGES	   8 /* the pages' reference counts are not back where they were */
#define PTWALK_AT_PAGEMAPS 9 /* the dev_pagemaps' are not; own code's are put back */
#define PTWALK_AT_KERNEL   (1U << 31) /* a function of the kernel's answered it; else the module did */

/**
 * struct ptwalk_run - time one op over a range of the caller's memory
 * @op:		(in) PTWALK_OP_*
 * @policy:	(in) PTWALK_POLICY_*; PTWALK_POLICY_NONE where the op takes none
 * @addr:	(in) first byte, page aligned
 * @len:	(in) bytes, a multiple of the page size, not 0; the range lies
 *		below TASK_SIZE (-EINVAL) but need not be mapped
 * @iterations:	(in) windows to time, 1 .. PTWALK_MAX_ITERATIONS (-E2BIG)
 * @flags:	(in) PTWALK_RUN_*
 * @req:	(in) PTWALK_REQ_*
 * @nr_events:	(in) entries of @events in use
 * @events:	(in) perf events to count; the rest zero. What perf answers to
 *		an event it cannot count is returned as is (-ENOENT, -EOPNOTSUPP).
 * @samples:	(in) user address of @iterations struct ptwalk_sample
 * @done:	(out) samples written: all of them, or as many as came before
 *		the error that the ioctl returns
 * @result_node: (out) NUMA node of the result array; -1: its pages are on
 *		several, or the op has none
 * @valid_pages: (out) entries of the last window's PFN array that are valid
 * @error_pages: (out) entries that are marked as errors
 * @pfn_sum:	(out) as in struct ptwalk_inspect, over the valid entries
 * @entry_sum:	(out) the same over whole entries, flags and order included
 *		(equal between ops of one kernel, not between kernels); 0 for an
 *		op without PTWALK_OPF_ENTRIES
 * @result_want: (in) NUMA node to take the result array from, plus one; 0: no
 *		wish. A node that has no memory is -EINVAL. The kernel takes
 *		another where that one is full: @result_node tells.
 * @at:		(out) where the ioctl fails: PTWALK_AT_*, with PTWALK_AT_KERNEL or without
 * @stages:	(in) user address of @iterations struct ptwalk_stages, or 0: they
 *		are not asked for; needs PTWALK_OPF_STAGES
 * @chunk:	(in) pages a chunk, not 0; 0 without PTWALK_OPF_CHUNKS
 * @collide:	(in) the module invalidates a page of every @collide-th chunk, the
 *		first among them, between its first walk and the test for retry; 0: of
 *		none. Needs PTWALK_OPF_COLLISIONS
 * @budget:	(in) times that a chunk may be begun again, 1 .. PTWALK_MAX_BUDGET
 *		(-E2BIG); 0 without PTWALK_OPF_COLLISIONS
 * @mark_ticks:	(out) what one mark between stages costs, which is taken off
 * @event_configs: (in) user address of @nr_events struct ptwalk_event_config, or 0: all
 *		are zero. Needs PTWALK_FEATURE_EVENT_CONFIGS
 * @cold_bytes:	(out) what PTWALK_RUN_COLD puts out of the caches; 0 without it
 * @own:	(in) 0: the op's built-in function; else that of own code, as of
 *		PTWALK_IOC_QUERY_OWN (-EINVAL where that is none of @op). Needs
 *		PTWALK_FEATURE_OWN
 * @budget_ns:	(in) nanoseconds after which a chunk is not begun again, up to PTWALK_MAX_BUDGET_NS
 *		(-E2BIG); 0: @budget alone says when. Needs PTWALK_OPF_COLLISIONS and
 *		PTWALK_FEATURE_BUDGET_NS
 * @told:	(out) how many entries, references or pages @at is about; 0: that is not known. Of
 *		an op with PTWALK_OPF_REFUSED that did what it must: the errno that its last call
 *		answered; 0: it gave some of the pages, and none
 *
 * @valid_pages to @entry_sum are 0 for an op without PTWALK_OPF_PFNS.
 * Also -EOPNOTSUPP: the op cannot run here (struct ptwalk_query_op says why);
 * -ENOMEM: no room for the arrays; -EBUSY: retried too often; -ENXIO: a page
 * that the op needs a dev_pagemap of has none; -EIO: all samples are taken, but
 * what the op did is wrong, as @at says.
 */
struct ptwalk_run {
	__u32 op;
	__u32 policy;
	__u64 addr;
	__u64 len;
	__u32 iterations;
	__u32 flags;
	__u32 req;
	__u32 nr_events;
	struct ptwalk_event events[PTWALK_MAX_EVENTS];
	__u64 samples;
	__u32 done;
	__s32 result_node;
	__u64 valid_pages;
	__u64 error_pages;
	__u64 pfn_sum;
	__u64 entry_sum;
	__u32 result_want;
	__u32 at;
	__u64 stages;
	__u32 chunk;
	__u32 collide;
	__u32 budget;
	__u32 mark_ticks;
	__u64 event_configs;
	__u64 cold_bytes;
	__u32 own;
	__u32 told;
	__u64 budget_ns;
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_run) == 216, "struct ptwalk_run");

#define PTWALK_IOC_MAGIC    0xb7
#define PTWALK_IOC_QUERY    _IOWR(PTWALK_IOC_MAGIC, 0, struct ptwalk_query)
#define PTWALK_IOC_QUERY_OP _IOWR(PTWALK_IOC_MAGIC, 1, struct ptwalk_query_op)
#define PTWALK_IOC_INSPECT  _IOWR(PTWALK_IOC_MAGIC, 2, struct ptwalk_inspect)
#define PTWALK_IOC_RUN	    _IOWR(PTWALK_IOC_MAGIC, 3, struct ptwalk_run)

/* 4 to 6 are in memory.h, 9 to 14 in race.h. */
#define PTWALK_IOC_QUERY_OWN _IOWR(PTWALK_IOC_MAGIC, 7, struct ptwalk_query_own)
#define PTWALK_IOC_BLOCKS    _IOWR(PTWALK_IOC_MAGIC, 8, struct ptwalk_blocks)

#endif /* PTWALK_UAPI_H */
