// SPDX-License-Identifier: GPL-2.0-only
/* Calls that must fail: what says that memory cannot be had, and at what cost. */
#include <linux/mm.h>

#include "compat/gup.h"
#include "memory.h"
#include "op.h"
#include "pages.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
#define refused_walk(window) hmm_range_fault(&(window)->range)
#else
#define refused_walk(window) (-EOPNOTSUPP)
#endif

/* Is it refused there, whatever the page is: for want of a mapping that may be walked, or written? */
static bool refused_at(struct window *window, unsigned long i)
{
	const struct hmm_range *range = &window->range;
	unsigned long addr = range->start + (i << PAGE_SHIFT);
	struct vm_area_struct *vma = find_vma(window->mm, addr);

	if (range->hmm_pfns[i] & HMM_PFN_ERROR || !vma || vma->vm_start > addr)
		return true;
	return range->default_flags & HMM_PFN_REQ_WRITE && !(vma->vm_flags & VM_WRITE);
}

/* op.check: up to what is refused all must be there, or a fault would bring it, and sleep. */
static int refused_check(struct window *window)
{
	struct hmm_range *range = &window->range;
	unsigned long asked = range->default_flags, has = HMM_PFN_VALID, i = 0;
	int ret;

	if (asked & HMM_PFN_REQ_WRITE)
		has |= HMM_PFN_WRITE;
	range->default_flags = 0;
	ret = refused_walk(window);
	range->default_flags = asked;
	if (ret)
		return window_fails(window, PTWALK_AT_LOOK | PTWALK_AT_KERNEL, 0, ret);
	while (i < window->nr_pages && (range->hmm_pfns[i] & has) == has)
		i++;
	if (i == window->nr_pages)
		return window_fails(window, PTWALK_AT_LOOK, 0, -ENODATA);
	return refused_at(window, i) ? 0 : window_fails(window, PTWALK_AT_LOOK, 1, -EFAULT);
}

/* The answer is what the window was opened for: it goes to the caller as it is. */
static int refused_tell(struct window *window)
{
	long got = window->got;

	window->got = 0;
	if (got == -EBUSY || got == -EINTR)
		return got;
	if (!window->at)
		window->told = got < 0 ? -got : 0;
	return 0;
}

/* Also where the window was not opened. */
static int hmm_refused_finish(struct window *window)
{
	if (!window->at && !window->got)
		return window_fails(window, PTWALK_AT_FINISH, 0, -ENODATA);
	return refused_tell(window);
}

static int gup_refused_finish(struct window *window)
{
	long got = window->got;

	if (got > 0)
		pages_put(window);
	if (got == window->nr_pages)
		return window_fails(window, PTWALK_AT_FINISH, 0, -ENODATA);
	return refused_tell(window);
}

static int refused_prepare(struct window *window)
{
	window->got = 0;
	return 0;
}

DEFINE_WINDOW(window_hmm_refused, (window->got = refused_walk(window), 0))

const struct op op_hmm_refused = {
	OP(HMM_REFUSED),
	.lacks = PAGES_LACKS,
	.warm_ups = 1, /* up to 6.0 the first finds no VMA in the task's cache */
	.prepare = refused_prepare,
	.check = refused_check,
	.finish = hmm_refused_finish,
	.windows = { window_hmm_refused },
};

DEFINE_WINDOW(window_gup_refused,
	      (window->got = compat_call_gup(get_user_pages, window->range.start,
					     window->nr_pages, window->gup_flags,
					     pages_array(window)), 0))

const struct op op_gup_refused = {
	OP(GUP_REFUSED),
	.lacks = PAGES_LACKS,
	.warm_ups = 8, /* pages before what is refused are marked as accessed, step by step */
	.prepare = refused_prepare,
	.check = refused_check,
	.finish = gup_refused_finish,
	.windows = { window_gup_refused },
};
