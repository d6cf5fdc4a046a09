/* SPDX-License-Identifier: GPL-2.0-only */
/* The array that an op fills, and the notifier that says whether the range changed meanwhile. */
#ifndef PTWALK_RESULT_H
#define PTWALK_RESULT_H

#include <linux/mmu_notifier.h>

#include "op.h"

/**
 * struct result - of one run
 * @notifier:	over the whole range
 * @nr_pages:	of the array, which is window->range.hmm_pfns; 0: the op has none
 */
struct result {
	struct mmu_interval_notifier notifier;
	unsigned long nr_pages;
};

/* A notifier that says that something changed, and does no more. */
extern const struct mmu_interval_notifier_ops result_notifier_ops;

/*
 * Make both, for an op that fills an array, and tell @window of them; the array is
 * from where @out asks, and @out is told where it is. 0, -ENOMEM, or what the
 * notifier's insert answers; after 0 they are ended with result_release().
 */
int result_init(struct result *result, struct window *window, const struct op *op,
		struct ptwalk_run *out);
void result_release(struct result *result, struct window *window);

/*
 * What no walk writes: a frame that there is not, and no flag; nor does any walk take it for a
 * request, or keep a part of it. What a walk has to keep stands beside it: @kept of the window.
 */
#define RESULT_POISON 0x000a5a5a5a5a5a5aUL

/* Fill the array with it, if there is one: what a window never writes is found. */
void result_poison(struct window *window);

/*
 * Would an hmm_range_fault() that may fault find all that it asks for? @walk is
 * one, and is called to take a snapshot: 0, -EFAULT, or what it answers.
 */
int result_check_present(struct window *window, int (*walk)(struct window *window));

/*
 * What the last window left in the array: the sums that the ABI returns, added to @out's. 0, or
 * -EIO where entries of it were never written.
 */
int result_sum(const struct result *result, struct window *window, const struct op *op,
	       struct ptwalk_run *out);

#endif
