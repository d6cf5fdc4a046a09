/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions that are not exported, of arm64 alone: X() as compat/symbols.h has it. */
#ifndef PTWALK_ARCH_FUNCTIONS_H
#define PTWALK_ARCH_FUNCTIONS_H

#include "compat/version.h"

#if COMPAT_HAS_HUGE_PTEP_GET_MM
#define ARCH_FUNCTIONS(X)								\
	X(read_huge_pte, huge_ptep_get, pte_t,						\
	  (struct mm_struct *mm, unsigned long addr, pte_t *ptep))
#else
#define ARCH_FUNCTIONS(X)								\
	X(read_huge_pte, huge_ptep_get, pte_t, (pte_t *ptep))
#endif

#endif
