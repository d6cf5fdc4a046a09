// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several pagemaps in one range, by turns: a reference that is cached over the walk
 * is of no use where the next turn begins. It begins at every PMD, at every table of
 * PTEs (the grain at which pagemaps can be registered), or at every page.
 */
#include "base/size.h"
#include "workloads/pagemaps.h"

#define MULTI(nr_, how, what, level_, granule_, grain_)                    \
	const struct workload workload_devdax_multi_##nr_##_##how = {      \
		.name = "devdax-multi-" #nr_ "-" #how,                     \
		.summary = "pagemaps by turns (" #nr_ "), " what,          \
		.level = (level_),                                         \
		.granule = (granule_),                                     \
		.spare = WORKLOAD_LOW,                                     \
		.pagemaps = &(const struct pagemaps_shape){ nr_, grain_ }, \
		PAGEMAPS_WORKLOAD,                                         \
	}

#define MULTI_ALL(nr_)                                                                          \
	MULTI(nr_, pmd, "one PMD each", PTWALK_LEVEL_PMD, 2 * MIB, 2 * MIB);                    \
	MULTI(nr_, pte, "2M each, every leaf entry a PTE", PTWALK_LEVEL_PTE, 4 * KIB, 2 * MIB); \
	MULTI(nr_, page, "one PTE each", PTWALK_LEVEL_PTE, 4 * KIB, 4 * KIB)

MULTI_ALL(2);
MULTI_ALL(16);
MULTI_ALL(256);
