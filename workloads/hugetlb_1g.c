// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "workloads/hugetlb.h"
#include "workloads/memory.h"

static const char *const modules[] = { NULL };

const struct workload workload_hugetlb_1g = {
	.name = "hugetlb-1g",
	.summary = "private hugetlb pages of 1 GiB, every leaf entry a PUD",
	.level = PTWALK_LEVEL_PUD,
	.granule = GIB,
	.needs = hugetlb_needs,
	.modules = modules,
	.supported = hugetlb_supported,
	.lay_out = hugetlb_lay_out,
	.tear_down = memory_release,
};
