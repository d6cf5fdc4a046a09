/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel does otherwise on arm64. arch/x86 has the same names. */
#ifndef PTWALK_ARCH_H
#define PTWALK_ARCH_H

#include <linux/kconfig.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#include "compat/symbols.h"
#include "uapi/inspect.h"

/* The clock of the stamp, in order with what is around it. */
static inline u64 arch_ticks(void)
{
	u64 now;

	isb();
	now = read_sysreg(cntvct_el0);
	isb();
	return now;
}

/* Write back and drop every line of @len bytes, as far as the memory. */
static inline void arch_flush(void *from, u64 len)
{
	/* CTR_EL0.DminLine: the smallest line of all data caches, as a power of two of words. */
	const u64 line = 4UL << ((read_sysreg(ctr_el0) >> 16) & 15);
	u64 at;

	for (at = (u64)from & ~(line - 1); at < (u64)from + len; at += line)
		asm volatile("dc civac, %0" : : "r"(at) : "memory");
	dsb(sy);
}

/* The kernel counts all interrupts among those of devices. */
#define ARCH_IRQS_NEEDS 0
#define arch_irqs(cpu)	0

/* As the kernel's own, of whatever arguments it takes: not exported here. */
#define ARCH_HUGE_PTEP_GET_NEEDS COMPAT_NEEDS(read_huge_pte)
#define arch_huge_ptep_get(...)	 compat_call(read_huge_pte)(__VA_ARGS__)

/* PTEs that the kernel makes one block; is an entry of one, and how many entries has that? */
#define ARCH_BLOCK_PTES		  (IS_ENABLED(CONFIG_ARM64_CONTPTE) ? CONT_PTES : 0)
#define arch_in_block(pte)	  pte_cont(pte)
#define arch_block_entries(level)							\
	((level) == PTWALK_LEVEL_PTE ? CONT_PTES : (level) == PTWALK_LEVEL_PMD ? CONT_PMDS : 0)

#endif
