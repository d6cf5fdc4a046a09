/* SPDX-License-Identifier: GPL-2.0-only */
/* What the ops share that walk as a driver does, chunk by chunk, taking the mmap lock themselves. */
#ifndef PTWALK_PROTOCOL_H
#define PTWALK_PROTOCOL_H

#include <linux/kconfig.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "stages.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
#define PROTOCOL_LACKS NULL
#else
#define PROTOCOL_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#endif

/*
 * op.check: would the windows sleep? 0, -EBUSY (who has the mmap lock must be let run
 * first), or -EFAULT: with PTWALK_REQ_*, a page is not there as it asks. With
 * interrupts off and no other CPU, that stands until the window is closed.
 */
int protocol_check(struct window *window);

/* The chunk at @start: where to walk, and its part of the result array. */
static __always_inline void protocol_chunk(const struct window *window, unsigned long start,
					   struct hmm_range *range)
{
	const struct hmm_range *whole = &window->range;
	unsigned long len = (unsigned long)window->asked->chunk << PAGE_SHIFT;

	*range = *whole;
	range->start = start;
	range->end = start + min(len, whole->end - start);
	range->hmm_pfns += (start - whole->start) >> PAGE_SHIFT;
}

static __always_inline int protocol_walk(struct window *window, struct hmm_range *range)
{
	int ret = -EOPNOTSUPP;

#if IS_ENABLED(CONFIG_HMM_MIRROR)
	mmap_read_lock(window->mm);
	ret = hmm_range_fault(range);
	mmap_read_unlock(window->mm);
#endif
	return ret;
}

#endif
