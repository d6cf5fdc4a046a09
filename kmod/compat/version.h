/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, one line a difference, named after what is
 * there. Nothing outside this folder knows a kernel's version.
 *
 * A new kernel: widen the range, add the lines that it needs, and give
 * compat.h the two forms of whatever they switch.
 */
#ifndef PTWALK_COMPAT_VERSION_H
#define PTWALK_COMPAT_VERSION_H

#include <linux/version.h>

#define COMPAT_SINCE(major, minor) (LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

#if !COMPAT_SINCE(6, 1) || COMPAT_SINCE(6, 13)
#error "ptwalk supports the kernels 6.1 to 6.12"
#endif

#ifndef CONFIG_X86_64
#error "ptwalk supports x86-64 only"
#endif

#ifndef CONFIG_MMU_NOTIFIER
#error "ptwalk needs a kernel with CONFIG_MMU_NOTIFIER"
#endif

/* pmdp_get_lockless() took over from a plain read and pmd_read_atomic(). */
#define COMPAT_HAS_PMDP_GET_LOCKLESS COMPAT_SINCE(6, 2)

/* The page walker holds the hugetlb VMA lock around hugetlb_entry(). */
#define COMPAT_HAS_HUGETLB_WALK_LOCK COMPAT_SINCE(6, 3)

/* pte_offset_map() opens an RCU section, may answer NULL, and is not exported. */
#define COMPAT_HAS_PTE_MAP_RCU COMPAT_SINCE(6, 5)

/* get_user_pages() can return the VMAs too. */
#define COMPAT_HAS_GUP_VMAS (!COMPAT_SINCE(6, 5))

/* struct mm_walk_ops says which lock the walk holds. */
#define COMPAT_HAS_WALK_LOCK COMPAT_SINCE(6, 5)

/* huge_ptep_get() takes the mm and the address too. */
#define COMPAT_HAS_HUGE_PTEP_GET_MM COMPAT_SINCE(6, 11)

#endif
