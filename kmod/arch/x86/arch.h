/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel does otherwise on x86. arch/arm64 has the same names. */
#ifndef PTWALK_ARCH_H
#define PTWALK_ARCH_H

#include <linux/hugetlb.h>
#include <asm/cacheflush.h>
#include <asm/tsc.h>

#include "compat/symbols.h"

/* The clock of the stamp, in order with what is around it. */
#define arch_ticks() rdtsc_ordered()

/* Write back and drop every line of @len bytes, fewer than 4 GiB. */
#define arch_flush(from, len) clflush_cache_range(from, len)

/* Interrupts that the kernel does not count among those of devices: timer, IPIs, NMIs. */
#define ARCH_IRQS_NEEDS COMPAT_NEEDS(arch_irq_stat_cpu)
#define arch_irqs(cpu)	compat_call(arch_irq_stat_cpu)(cpu)

/* As the kernel's own, of whatever arguments it takes. */
#define ARCH_HUGE_PTEP_GET_NEEDS 0
#define arch_huge_ptep_get(...)	 huge_ptep_get(__VA_ARGS__)

/* PTEs that the kernel makes one block; is an entry of one, and how many entries has that? */
#define ARCH_BLOCK_PTES		  0
#define arch_in_block(pte)	  false
#define arch_block_entries(level) 0

#endif
