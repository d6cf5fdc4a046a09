/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stamp of arm64: a fence, a move to the zero register whose 16 bits are the mark's low ones,
 * the virtual counter. An empty window holds four instructions: mrs, isb, isb, movz. The fence
 * behind mrs keeps the op from beginning before the counter is read.
 */
#ifndef PTWALK_ARCH_STAMP_H
#define PTWALK_ARCH_STAMP_H

#include <linux/types.h>

#define STAMP_READ									\
	"isb\n\t"									\
	"movz xzr, %[low]\n\t"								\
	"mrs %[now], cntvct_el0\n\t"							\
	"isb\n\t"

#define window_stamp(mark)								\
({											\
	u64 now_;									\
	asm volatile(STAMP_READ								\
		     : [now] "=r"(now_)							\
		     : [low] "i"((mark) & 0xffff)					\
		     : "memory");							\
	now_;										\
})

/* PTWALK_STAGE_@stage ends here, and the next begins. */
#define stages_mark(window, stage)							\
do {											\
	u64 now_, since_, sum_;								\
	u32 n_;										\
	asm volatile(STAMP_READ								\
		     "ldr %[since], %[begun]\n\t"					\
		     "ldr %[sum], %[ticks]\n\t"						\
		     "sub %[since], %[now], %[since]\n\t"				\
		     "add %[sum], %[sum], %[since]\n\t"					\
		     "str %[sum], %[ticks]\n\t"						\
		     "str %[now], %[begun]\n\t"						\
		     "ldr %w[n], %[times]\n\t"						\
		     "add %w[n], %w[n], #1\n\t"						\
		     "str %w[n], %[times]"						\
		     : [now] "=&r"(now_), [since] "=&r"(since_), [sum] "=&r"(sum_),	\
		       [n] "=&r"(n_), [begun] "+m"((window)->mark),			\
		       [ticks] "+m"((window)->stages.ticks[stage]),			\
		       [times] "+m"((window)->stages.times[stage])			\
		     : [low] "i"(WINDOW_STAGE & 0xffff)					\
		     : "memory");							\
} while (0)

#endif
