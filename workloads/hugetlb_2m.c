// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/hugetlb.h"
#include "workloads/memory.h"

static const char *const modules[] = { NULL };

const struct workload workload_hugetlb_2m = {
	.name = "hugetlb-2m",
	.summary = "private hugetlb pages of 2 MiB, every leaf entry a PMD",
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.needs = hugetlb_needs,
	.modules = modules,
	.supported = hugetlb_supported,
	.lay_out = hugetlb_lay_out,
	.tear_down = memory_release,
};
