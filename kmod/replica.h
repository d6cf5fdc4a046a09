/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The replica of hmm_range_fault(), one function a policy, each stamped from
 * walk.h in a file of its own.
 */
#ifndef PTWALK_REPLICA_H
#define PTWALK_REPLICA_H

#include <linux/hmm.h>

#include "compat/compat.h"

#define REPLICA_NEEDS									\
	(COMPAT_NEEDS(walk_page_range) | COMPAT_NEEDS(vm_normal_page) |			\
	 COMPAT_NEEDS(pud_huge_lock) | COMPAT_NEEDS(migration_entry_wait) |		\
	 COMPAT_NEEDS(pmd_migration_entry_wait) | COMPAT_NEEDS_PTE_MAP |		\
	 COMPAT_NEEDS_HUGETLB_LOCK)

/*
 * Take and answer what hmm_range_fault() does; also -EBUSY where the
 * dev_pagemap of an entry is on its way out.
 */
int walk_none(struct hmm_range *range);
int walk_range(struct hmm_range *range);
int walk_batch(struct hmm_range *range);
int walk_entry(struct hmm_range *range);

#endif
