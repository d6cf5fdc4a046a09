/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Races: a file that is a driver mirroring a range, walked by one thread while others take the
 * memory away, phase by phase; after each phase what the driver holds is checked.
 */
#ifndef PTWALK_UAPI_RACE_H
#define PTWALK_UAPI_RACE_H

#include "ptwalk.h"

/* Phases of a teardown, which the module tells by itself; the caller names those from there on. */
#define PTWALK_PHASE_DISABLE	0 /* no fault maps a page any more: they wait */
#define PTWALK_PHASE_INVALIDATE 1 /* all that is mapped is unmapped */
#define PTWALK_PHASE_DRAIN	2 /* pages are waited for, then memunmap_pages() */
#define PTWALK_PHASE_RESTORE	3 /* it is registered again, and faults go on */
#define PTWALK_PHASE_OWN	4
#define PTWALK_NR_PHASES	16

#define PTWALK_RACE_MAX_DELAY	 100000 /* microseconds */
#define PTWALK_RACE_MAX_WALK	 10000	/* milliseconds */
#define PTWALK_RACE_MAX_PATIENCE 60000	/* milliseconds */

/*
 * Drivers' protocols that the module has: X(name, what is wrong with it). Only the first must not
 * fail; the others show that a race finds them.
 */
#define PTWALK_PROTOCOLS(X)                                                                     \
	X(right, "")                                                                            \
	X(no_retry, "it never tests whether the range has changed")                             \
	X(retry_unlocked, "it tests before it takes the lock")                                  \
	X(invalidate_unlocked, "its invalidate() does not take the lock")                       \
	X(sequence_once, "it reads the sequence once, before all passes")                       \
	X(touch_unlocked, "it looks at page->pgmap when it has let go of the lock")

/**
 * struct ptwalk_protocol - a driver's protocol that the module has, by its place
 * @index:	(in) from 0; -EINVAL behind the last; -ENOEXEC: it lacks a name, map() or
 *		invalidate(), and cannot be followed
 * @flags:	(out) PTWALK_PROTOCOL_*
 * @name:	(out) "right"
 * @wrong:	(out) what is wrong with it; empty: nothing is known to be
 */
struct ptwalk_protocol {
	__u32 index;
	__u32 flags;
	char name[32];
	char wrong[96];
	__u64 reserved[2];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_protocol) == 152, "struct ptwalk_protocol");

#define PTWALK_PROTOCOL_OWN (1U << 0) /* of a file that the module was built with */

/**
 * struct ptwalk_race_driver - make this open file a driver
 * @addr:	(in) first byte of the range of the caller's that it mirrors
 * @len:	(in) bytes, a multiple of the page size
 * @op:		(in) how it walks: PTWALK_OP_HMM; or PTWALK_OP_GUP_FAST, PTWALK_OP_PIN_FAST,
 *		which hold pages for a while and follow no protocol
 * @own:	(in) as in struct ptwalk_run
 * @req:	(in) PTWALK_REQ_*
 * @protocol:	(in) index of a struct ptwalk_protocol
 * @chunk:	(in) pages that are walked at once, not 0
 * @budget:	(in) times that a chunk may be begun again, 1 .. PTWALK_MAX_BUDGET
 * @delay:	(in) at most so many microseconds are slept at one point of each pass, which is
 *		drawn anew each time; up to PTWALK_RACE_MAX_DELAY. 0: nowhere
 * @seed:	(in) of what is drawn
 *
 * -EBUSY: it is one already; -EOPNOTSUPP: the op cannot run here. It is one until it is closed.
 */
struct ptwalk_race_driver {
	__u64 addr;
	__u64 len;
	__u32 op;
	__u32 own;
	__u32 req;
	__u32 protocol;
	__u32 chunk;
	__u32 budget;
	__u32 delay;
	__u32 flags;
	__u64 seed;
	__u64 reserved[4];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_race_driver) == 88, "struct ptwalk_race_driver");

/**
 * struct ptwalk_race_phase - what a driver met in one phase
 * @rounds:	(out) times that it began
 * @overlaps:	(out) of these, times that a pass was under way in it
 * @checks:	(out) entries of the device page table that were looked at behind it
 * @stale:	(out) of these, entries that the CPU's do not bear out; of a driver that holds
 *		pages, those that it still holds when drain has ended
 * @retries:	(out) passes begun again, of those chunks that were begun in it
 * @pass_ns:	(out) the longest that a chunk took that was begun in it
 * @took_ns:	(out) the longest that the phase itself took
 */
struct ptwalk_race_phase {
	__u64 rounds;
	__u64 overlaps;
	__u64 checks;
	__u64 stale;
	__u64 retries;
	__u64 pass_ns;
	__u64 took_ns;
	__u64 reserved;
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_race_phase) == 64, "struct ptwalk_race_phase");

/**
 * struct ptwalk_race_told - what a driver did since it became one
 * @chunks:	(out) that were begun
 * @mapped:	(out) pages that it entered into its table, or held
 * @retries:	(out) passes that were begun again
 * @futile:	(out) of these, with a sequence that was out of date already: they cannot succeed
 * @stuck:	(out) chunks that were given up after such passes
 * @gave_up:	(out) chunks that were given up though each pass might have succeeded
 * @late:	(out) looks at a page after the invalidation of its range had returned
 * @errors:	(out) walks that answered an error, as one over a hole does
 * @ns:		(out) time spent in all chunks
 * @phases:	(out) by PTWALK_PHASE_*
 */
struct ptwalk_race_told {
	__u64 chunks;
	__u64 mapped;
	__u64 retries;
	__u64 futile;
	__u64 stuck;
	__u64 gave_up;
	__u64 late;
	__u64 errors;
	__u64 ns;
	__u64 reserved[7];
	struct ptwalk_race_phase phases[PTWALK_NR_PHASES];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_race_told) == 1152, "struct ptwalk_race_told");

#define PTWALK_MARK_BEGIN 0
#define PTWALK_MARK_END	  1 /* every driver of the address space is checked */

/**
 * struct ptwalk_race_mark - a phase of the caller's begins, or has ended
 * @phase:	(in) PTWALK_PHASE_OWN .. PTWALK_NR_PHASES - 1
 * @mark:	(in) PTWALK_MARK_*
 * @drivers:	(out) how many there are
 * @stale:	(out) with PTWALK_MARK_END, what was found
 *
 * It is of the address space that the file is a driver of; else of the caller's. Of a process that
 * has ended, and whose drivers walk no more, none may hold anything.
 */
struct ptwalk_race_mark {
	__u32 phase;
	__u32 mark;
	__u32 drivers;
	__u32 reserved0;
	__u64 stale;
	__u64 reserved[2];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_race_mark) == 40, "struct ptwalk_race_mark");

/**
 * struct ptwalk_race_teardown - tear this file's pagemaps down and bring them back
 * @delay:	(in) at most so many microseconds are slept between two phases
 * @patience:	(in) milliseconds that pages and pagemaps are waited for, 1 .. PTWALK_RACE_MAX_PATIENCE
 * @seed:	(in) of what is drawn
 * @stale:	(out) entries of drivers that were, in all phases
 * @gained:	(out) page references that were got after the invalidation
 * @undead:	(out) 1: the pagemap was still found when drain had ended
 * @held:	(out) 1: they were still held when patience ended: nothing was torn down
 *
 * Also -ENXIO: the file has none.
 */
struct ptwalk_race_teardown {
	__u32 delay;
	__u32 patience;
	__u64 seed;
	__u64 stale;
	__u64 gained;
	__u32 undead;
	__u32 held;
	__u64 reserved[3];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_race_teardown) == 64, "struct ptwalk_race_teardown");

#define PTWALK_IOC_QUERY_PROTOCOL _IOWR(PTWALK_IOC_MAGIC, 9, struct ptwalk_protocol)
#define PTWALK_IOC_RACE_DRIVER	  _IOW(PTWALK_IOC_MAGIC, 10, struct ptwalk_race_driver)

/*
 * Walk for so many milliseconds, up to PTWALK_RACE_MAX_WALK, or until a signal comes. The address space
 * may be another process's.
 * -EINVAL: it is no driver, or one that holds pages and is another's; -ESRCH: its address space is gone.
 */
#define PTWALK_IOC_RACE_WALK	 _IOW(PTWALK_IOC_MAGIC, 11, __u32)
#define PTWALK_IOC_RACE_TELL	 _IOR(PTWALK_IOC_MAGIC, 12, struct ptwalk_race_told)
#define PTWALK_IOC_RACE_MARK	 _IOWR(PTWALK_IOC_MAGIC, 13, struct ptwalk_race_mark)
#define PTWALK_IOC_RACE_TEARDOWN _IOWR(PTWALK_IOC_MAGIC, 14, struct ptwalk_race_teardown)

#endif /* PTWALK_UAPI_RACE_H */
