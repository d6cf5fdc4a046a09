/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be timed: a const struct op for each of the list in uapi/op.h, called op_NAME. */
#ifndef PTWALK_OP_H
#define PTWALK_OP_H

#include "uapi/ptwalk.h"
#include "window.h"

/* What the list of ops says of one. */
#define OP(constant) .id = PTWALK_OP_##constant, .flags = OP_FLAGS_##constant

enum {
#define X(number, constant, name, flags, ...) OP_FLAGS_##constant = (flags),
	PTWALK_OPS(X)
#undef X
};

/**
 * struct op - one thing to time
 * @id:		PTWALK_OP_*; this and the next by OP()
 * @flags:	PTWALK_OPF_*
 * @needs:	COMPAT_NEEDS() of the unexported symbols it calls
 * @lacks:	why this build cannot run it, or NULL
 * @unlocked:	its window is opened without the mmap lock, which it takes itself
 * @retries:	it tests whether the range changed, and begins again, by itself
 * @allocates:	on this kernel its window allocates memory, by no wish of the caller's
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
 * @limited:	the same of an op with PTWALK_OPF_COLLISIONS, where ptwalk_run.budget_ns is given
 */
struct op {
	u32 id;
	u32 flags;
	unsigned long needs;
	const char *lacks;
	bool unlocked;
	bool retries;
	bool allocates;
	unsigned int warm_ups;
	int (*open)(struct window *window);
	void (*close)(struct window *window);
	int (*prepare)(struct window *window);
	int (*check)(struct window *window);
	int (*finish)(struct window *window);
	int (*windows[PTWALK_NR_POLICIES])(struct window *window);
	int (*limited)(struct window *window);
};

#define X(number, constant, name, ...) extern const struct op op_##name;
PTWALK_OPS(X)
#undef X

/* The callbacks of op_bare. */
extern const struct mm_walk_ops bare_ops;

/* By its place in the list, and what it is called there; NULL where there is none. */
const struct op *op_at(u32 index, const char **name);
const struct op *op_find(u32 id);

/* Can it run here? Where not, @reason (may be NULL) says why. */
bool op_runnable(const struct op *op, char *reason, size_t size);

/* The device that there is not, for whom pages are mapped (op_dma.c). 0, or what the driver core answers. */
int dma_init(void);
void dma_exit(void);

#endif
