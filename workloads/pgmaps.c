// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pagemaps side by side, one after another in the range: how many are registered, and
 * at which physical addresses, is what the lookup of one depends on.
 */
#include "base/size.h"
#include "workloads/pagemaps.h"

#define PGMAPS(nr_, where, place)                                             \
	const struct workload workload_pgmaps_##nr_##_##where = {             \
		.name = "pgmaps-" #nr_ "-" #where,                            \
		.summary = "pagemaps one after another (" #nr_ ") at " #where \
			   " addresses, every leaf entry a PTE",              \
		.level = PTWALK_LEVEL_PTE,                                    \
		.granule = 4 * KIB,                                           \
		.spare = (place),                                             \
		.pagemaps = &(const struct pagemaps_shape){ .nr = (nr_) },    \
		PAGEMAPS_WORKLOAD,                                            \
	}

PGMAPS(1, low, WORKLOAD_LOW);
PGMAPS(16, low, WORKLOAD_LOW);
PGMAPS(256, low, WORKLOAD_LOW);
PGMAPS(1, high, WORKLOAD_HIGH);
PGMAPS(16, high, WORKLOAD_HIGH);
PGMAPS(256, high, WORKLOAD_HIGH);
