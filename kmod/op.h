/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be timed: one const struct op a file, all of them in one list. */
#ifndef PTWALK_OP_H
#define PTWALK_OP_H

#include "uapi/ptwalk.h"
#include "window.h"

/* In the order in which PTWALK_IOC_QUERY_OP shows them. */
#define PTWALK_OPS(X)									\
	X(empty) X(bare) X(hmm) X(walk)							\
	X(gup_fast) X(pin_fast) X(gup) X(put) X(unpin)					\
	X(pgmap_hit) X(pgmap_cached) X(pgmap_miss)					\
	X(hmm_chunks) X(mirror) X(mirror_once) X(under_lock)				\
	X(teardown) X(teardown_walked) X(teardown_held)					\
	X(owner_one) X(owner_two) X(dma_map) X(dma_unmap) X(hmm_dma_map)

/**
 * struct op - one thing to time
 * @name:	as in the ABI's prose
 * @id:		PTWALK_OP_*
 * @flags:	PTWALK_OPF_*, without PTWALK_OPF_RUNNABLE
 * @needs:	COMPAT_NEEDS() of the unexported symbols it calls
 * @lacks:	why this build cannot run it, or NULL
 * @unlocked:	its window is opened without the mmap lock, which it takes itself
 * @retries:	it tests whether the range changed, and begins again, by itself
 * @warm_ups:	windows before the first sample, with PTWALK_RUN_POPULATED: until
 *		then they change what the next one meets
 * @open:	before the first window, the array made already: makes what the op
 *		keeps, in window->private; may sleep; may be NULL
 * @close:	after the last window, where @open succeeded
 * @prepare:	before each window, without any lock; may sleep; may be NULL
 * @check:	right before a window with interrupts off, and they are off already:
 *		0, or why it must not be opened; may be NULL
 * @finish:	after each window whose @prepare succeeded, whether it was opened or
 *		not; may sleep; may be NULL
 * @windows:	its timed windows by PTWALK_POLICY_*; an op without policies
 *		has the first alone. They answer as hmm_range_fault() does.
 */
struct op {
	const char *name;
	u32 id;
	u32 flags;
	unsigned long needs;
	const char *lacks;
	bool unlocked;
	bool retries;
	unsigned int warm_ups;
	int (*open)(struct window *window);
	void (*close)(struct window *window);
	int (*prepare)(struct window *window);
	int (*check)(struct window *window);
	int (*finish)(struct window *window);
	int (*windows[PTWALK_NR_POLICIES])(struct window *window);
};

#define X(name) extern const struct op op_##name;
PTWALK_OPS(X)
#undef X

/* NULL where there is none. */
const struct op *op_at(u32 index);
const struct op *op_find(u32 id);

/* Can it run here? Where not, @reason (may be NULL) says why. */
bool op_runnable(const struct op *op, char *reason, size_t size);

#endif
