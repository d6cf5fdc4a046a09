/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timed window, and nothing else.
 *
 * Both ends are stamped alike: a fence, a mark that an emulator's plugin can see, the clock. What
 * lies in [mark, mark) is then as many instructions as what lies in [clock, clock). The stamp is
 * whole in assembly (arch/), so that an empty window holds the same few instructions whatever
 * surrounds it.
 */
#ifndef PTWALK_WINDOW_H
#define PTWALK_WINDOW_H

#include <linux/hmm.h>
#include <linux/mm_types.h>
#include <linux/types.h>

#include "stamp.h"
#include "uapi/ptwalk.h"

#define WINDOW_BEGIN 0x50545701
#define WINDOW_END   0x50545702

/**
 * struct window - what an op is given, and what its window read
 * @mm:		(in) the caller's, locked for reading
 * @range:	(in) where to walk, and the array for what is found
 * @ticks:	(out) from stamp to stamp
 * @nr_pages:	(in) pages of the range
 * @kept:	(in) flags of entries that are set before the window, and that the walk has to keep
 * @gup_flags:	(in) FOLL_*, for an op that takes page references
 * @got:	page references held in the array, or what taking them answered
 * @asked:	(in) the run that it is a window of
 * @devices:	(in) of the file, for an op that migrates
 * @private:	the op's own, from its open() to its close(), or from its prepare()
 *		to its finish()
 * @mark:	when the stage began that is under way
 * @retries:	(out) times that a part of the op was begun again
 * @stages:	(out) what an op with PTWALK_OPF_STAGES did
 * @at:		(out) PTWALK_AT_*, and @told as in struct ptwalk_run, where something fails
 */
struct window {
	struct mm_struct *mm;
	struct hmm_range range;
	u64 ticks;
	unsigned long nr_pages;
	unsigned long kept;
	unsigned int gup_flags;
	long got;
	const struct ptwalk_run *asked;
	struct devices *devices;
	void *private;
	u64 mark;
	u32 retries;
	struct ptwalk_stages stages;
	u32 at;
	u32 told;
};

/* Something fails there, for so many pages: @error, for who returns it. */
static inline int window_fails(struct window *window, u32 at, u64 told, int error)
{
	window->at = at;
	window->told = told < U32_MAX ? told : U32_MAX;
	return error;
}

/*
 * Define `static int fn(struct window *window)`: the window around one op,
 * which is called directly and may use @window.
 */
#define DEFINE_WINDOW(fn, op)								\
static noinline int fn(struct window *window)						\
{											\
	u64 begin, end;									\
	int ret;									\
											\
	begin = window_stamp(WINDOW_BEGIN);						\
	ret = (op);									\
	end = window_stamp(WINDOW_END);							\
	window->ticks = end - begin;							\
	return ret;									\
}

#endif
