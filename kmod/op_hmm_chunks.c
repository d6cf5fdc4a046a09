// SPDX-License-Identifier: GPL-2.0-only
/*
 * hmm_range_fault() over the range in chunks. Each has an interval notifier of
 * its own, inserted before it and removed after it, as a driver has that mirrors
 * what its device happens to touch.
 */
#include <linux/mmu_notifier.h>

#include "op.h"
#include "protocol.h"
#include "result.h"

static __always_inline int chunks_one(struct window *window, struct hmm_range *range)
{
	struct mmu_interval_notifier *notifier = range->notifier;
	int ret;

	ret = mmu_interval_notifier_insert(notifier, window->mm, range->start,
					   range->end - range->start, &result_notifier_ops);
	if (ret)
		return ret;
	stages_mark(window, PTWALK_STAGE_INSERT);
	range->notifier_seq = mmu_interval_read_begin(notifier);
	stages_mark(window, PTWALK_STAGE_BEGIN);
	ret = protocol_walk(window, range);
	stages_mark(window, PTWALK_STAGE_WALK);
	if (!ret && mmu_interval_read_retry(notifier, range->notifier_seq))
		ret = -EBUSY;
	stages_mark(window, PTWALK_STAGE_TEST);
	mmu_interval_notifier_remove(notifier);
	stages_mark(window, PTWALK_STAGE_REMOVE);
	return ret;
}

static noinline int chunks_all(struct window *window)
{
	struct mmu_interval_notifier notifier;
	unsigned long start = window->range.start;
	struct hmm_range range;
	int ret = 0;

	for (; start < window->range.end && !ret; start = range.end) {
		protocol_chunk(window, start, &range);
		range.notifier = &notifier;
		window->stages.chunks++;
		ret = chunks_one(window, &range);
	}
	return ret;
}

DEFINE_STAGED_WINDOW(window_hmm_chunks, chunks_all(window), PTWALK_STAGE_REMOVE)

const struct op op_hmm_chunks = {
	OP(HMM_CHUNKS),
	.lacks = PROTOCOL_LACKS,
	.unlocked = true,
	.warm_ups = 1, /* up to 6.0 the first finds no VMA in the task's cache */
	.check = protocol_check,
	.windows = { window_hmm_chunks },
};
