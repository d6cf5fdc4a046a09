/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_ARCH_ARM64_TICKS_H
#define PTWALK_ARCH_ARM64_TICKS_H

#include <stdint.h>

/* The virtual counter, in no order: a fence is the caller's. */
static inline uint64_t arch_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

/* What stands before it is done before what stands after it begins. */
static inline void arch_ticks_fence(void)
{
	__asm__ volatile("isb" : : : "memory");
}

#endif
