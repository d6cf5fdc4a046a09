/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions and data of the kernel that are not exported. They are looked up
 * once; functions become static calls, so that a call is a direct one and
 * costs what it costs within the kernel.
 */
#ifndef PTWALK_COMPAT_SYMBOLS_H
#define PTWALK_COMPAT_SYMBOLS_H

#include <linux/mm_types.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>
#include <linux/static_call.h>
#include <linux/types.h>

#include "compat/version.h"
#include "functions.h"

/* X(name here, name in the kernel, returned type, arguments) */
#define COMPAT_FUNCTIONS_COMMON(X)							\
	X(cpu_vm_stats_fold, cpu_vm_stats_fold, void, (int cpu))			\
	X(invalidate_range_start, __mmu_notifier_invalidate_range_start, int,		\
	  (struct mmu_notifier_range *range))						\
	X(lru_add_drain_all, lru_add_drain_all, void, (void))				\
	X(walk_page_range, walk_page_range, int,					\
	  (struct mm_struct *mm, unsigned long start, unsigned long end,		\
	   const struct mm_walk_ops *ops, void *private))

#if COMPAT_HAS_PTE_MAP_RCU
#define COMPAT_FUNCTIONS_PTE_MAP(X)							\
	X(pte_map, __pte_offset_map, pte_t *,						\
	  (pmd_t *pmd, unsigned long addr, pmd_t *pmdvalp))
#else
#define COMPAT_FUNCTIONS_PTE_MAP(X)
#endif

#if COMPAT_HAS_INVALIDATE_ONLY_END
#define COMPAT_FUNCTIONS_INVALIDATE(X)							\
	X(invalidate_range_end, __mmu_notifier_invalidate_range_end, void,		\
	  (struct mmu_notifier_range *range, bool only_end))
#else
#define COMPAT_FUNCTIONS_INVALIDATE(X)							\
	X(invalidate_range_end, __mmu_notifier_invalidate_range_end, void,		\
	  (struct mmu_notifier_range *range))
#endif

#define COMPAT_FUNCTIONS(X)								\
	ARCH_FUNCTIONS(X)								\
	COMPAT_FUNCTIONS_COMMON(X)							\
	COMPAT_FUNCTIONS_INVALIDATE(X)							\
	COMPAT_FUNCTIONS_PTE_MAP(X)

/* X(name here, name in the kernel, type) */
#define COMPAT_DATA(X)									\
	X(huge_zero_pfn, huge_zero_pfn, unsigned long)

/* A symbol that this kernel's version does not need is never missing. */
enum compat_symbol {
#define X(name, kernel_name, ...) COMPAT_SYMBOL_##name,
	COMPAT_FUNCTIONS(X)
	COMPAT_DATA(X)
#undef X
	COMPAT_NR_SYMBOLS,
#if !COMPAT_HAS_PTE_MAP_RCU
	COMPAT_SYMBOL_pte_map,
#endif
};

#define COMPAT_NEEDS(name) (1UL << COMPAT_SYMBOL_##name)

#define X(name, kernel_name, type, args)						\
	type compat_##name args;							\
	DECLARE_STATIC_CALL(compat_call_##name, compat_##name);
COMPAT_FUNCTIONS(X)
#undef X

#define X(name, kernel_name, type) extern type *compat_##name;
COMPAT_DATA(X)
#undef X

/* Call a function of the list above, directly. */
#define compat_call(name) static_call(compat_call_##name)

/* Look all symbols up. Cannot fail: what was not found is missing. */
void compat_symbols_find(void);

/**
 * compat_symbols_missing - what of this does the kernel lack?
 * @needs:	COMPAT_NEEDS() of symbols, or-ed
 * @reason:	(out) a sentence, where something is missing; may be NULL
 *
 * Returns: is something missing?
 */
bool compat_symbols_missing(unsigned long needs, char *reason, size_t size);

/* The address of any symbol of the kernel; 0 where there is none, or none can be looked up. Slow. */
unsigned long compat_symbol_at(const char *name);

#endif
