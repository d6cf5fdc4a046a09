/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a window. A stage goes from the mark before it, or the window's
 * begin, to its own mark. A mark is whole in assembly, so that it costs the same
 * everywhere; what all marks cost is taken off when the window is closed.
 */
#ifndef PTWALK_STAGES_H
#define PTWALK_STAGES_H

#include <linux/kconfig.h>

#include "window.h"

/* Every op with stages has a walk of the kernel's among them. */
#if IS_ENABLED(CONFIG_HMM_MIRROR)
#define STAGES_LACKS NULL
#else
#define STAGES_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#endif

#define WINDOW_STAGE 0x50545703

/*
 * As DEFINE_WINDOW(), around an op that marks its stages; what comes after its
 * last mark belongs to stage @last.
 */
#define DEFINE_STAGED_WINDOW(fn, op, last)						\
static noinline int fn(struct window *window)						\
{											\
	u64 begin, end;									\
	int ret;									\
											\
	begin = window_stamp(WINDOW_BEGIN);						\
	window->mark = begin;								\
	ret = (op);									\
	end = window_stamp(WINDOW_END);							\
	window->stages.ticks[last] += end - window->mark;				\
	window->ticks = end - begin;							\
	return ret;									\
}

/* Ticks of one mark, as of now. */
u32 stages_mark_ticks(struct window *window);

/* Forget the last window's. */
void stages_clear(struct window *window);

/* The window is closed: take its marks off its stages, and what is no op's off its ticks. */
void stages_settle(struct window *window, u32 mark_ticks);

#endif
