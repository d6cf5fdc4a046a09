// SPDX-License-Identifier: GPL-2.0-only
/*
 * memunmap_pages() of one pagemap over the whole range: of one that was never used, of
 * one that was walked, and of one to which a walker holds a reference.
 *
 * The first two are timed while they run, and not while they sleep, which they do for
 * RCU. The third is timed whole: how long it waits is what it tells.
 */
#include <linux/minmax.h>
#include <linux/pgtable.h>

#include "op.h"
#include "teardown.h"

DEFINE_WINDOW(window_whole, teardown_now(window))

static int window_awake(struct window *window)
{
	int ret;

	teardown_count_sleep(window);
	ret = window_whole(window);
	window->ticks -= teardown_slept(window);
	return ret;
}

/* A walker has just taken the reference, and has @pages to walk before it puts it. */
static int window_held(struct window *window, unsigned long pages)
{
	int ret = teardown_hold(window, (u64)pages * PTWALK_HOLD_NS);

	return ret ? ret : window_whole(window);
}

static int window_held_range(struct window *window)
{
	return window_held(window, window->nr_pages);
}

/* As many as one callback is given. */
static int window_held_batch(struct window *window)
{
	return window_held(window, min_t(unsigned long, window->nr_pages, PTRS_PER_PTE));
}

static int window_held_entry(struct window *window)
{
	return window_held(window, 1);
}

#define TEARDOWN(name_, constant_, prepare_, ...)					\
const struct op op_##name_ = {								\
	OP(constant_),									\
	.lacks = TEARDOWN_LACKS,							\
	.unlocked = true,								\
	.open = teardown_open,								\
	.close = teardown_close,							\
	.prepare = prepare_,								\
	.finish = teardown_finish,							\
	.windows = { __VA_ARGS__ },							\
}

TEARDOWN(teardown, TEARDOWN, teardown_prepare, window_awake);
TEARDOWN(teardown_walked, TEARDOWN_WALKED, teardown_prepare_walked, window_awake);
TEARDOWN(teardown_held, TEARDOWN_HELD, teardown_prepare,
	 [PTWALK_POLICY_NONE] = window_whole,
	 [PTWALK_POLICY_RANGE] = window_held_range,
	 [PTWALK_POLICY_BATCH] = window_held_batch,
	 [PTWALK_POLICY_ENTRY] = window_held_entry);
