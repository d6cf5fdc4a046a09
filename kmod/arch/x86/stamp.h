/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stamp of x86: a fence, a long NOP whose displacement is the mark, the time stamp counter.
 * An empty window holds seven instructions: rdtsc, lfence, shl, or, mov, lfence, nopl. The fence
 * behind rdtsc keeps the op from beginning before the stamp is read.
 */
#ifndef PTWALK_ARCH_STAMP_H
#define PTWALK_ARCH_STAMP_H

#include <linux/types.h>

#define window_stamp(mark)								\
({											\
	u64 tsc_;									\
	asm volatile("lfence\n\t"							\
		     "nopl %c[disp](%%rax, %%rax, 1)\n\t"				\
		     "rdtsc\n\t"							\
		     "lfence\n\t"							\
		     "shl $32, %%rdx\n\t"						\
		     "or %%rdx, %%rax\n\t"						\
		     "mov %%rax, %[tsc]"						\
		     : [tsc] "=r"(tsc_)							\
		     : [disp] "i"(mark)							\
		     : "rax", "rdx", "cc", "memory");					\
	tsc_;										\
})

/* @mark: WINDOW_STAGE; what is read, kept and added is of stages_mark(). */
#define stages_mark(window, stage)							\
	asm volatile("lfence\n\t"							\
		     "nopl %c[disp](%%rax, %%rax, 1)\n\t"				\
		     "rdtsc\n\t"							\
		     "lfence\n\t"							\
		     "shl $32, %%rdx\n\t"						\
		     "or %%rax, %%rdx\n\t"						\
		     "mov %%rdx, %%rax\n\t"						\
		     "sub %[mark], %%rax\n\t"						\
		     "add %%rax, %[ticks]\n\t"						\
		     "mov %%rdx, %[mark]\n\t"						\
		     "incl %[times]"							\
		     : [mark] "+m"((window)->mark),					\
		       [ticks] "+m"((window)->stages.ticks[stage]),			\
		       [times] "+m"((window)->stages.times[stage])			\
		     : [disp] "i"(WINDOW_STAGE)						\
		     : "rax", "rdx", "cc", "memory")

#endif
