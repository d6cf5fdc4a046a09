/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_ARCH_X86_TICKS_H
#define PTWALK_ARCH_X86_TICKS_H

#include <stdint.h>
#include <x86intrin.h>

/* The TSC, in no order: a fence is the caller's. */
static inline uint64_t arch_ticks(void)
{
	return __rdtsc();
}

/* What stands before it is done before what stands after it begins. */
static inline void arch_ticks_fence(void)
{
	_mm_lfence();
}

#endif
