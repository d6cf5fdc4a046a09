// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const needs[] = { "CONFIG_SHMEM", NULL };
static const char *const modules[] = { NULL };

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = memory_map(layout, MAP_SHARED | MAP_ANONYMOUS, -1, 0, err);

	(void)site;
	if (!ret)
		ret = anon_advise(layout, MADV_NOHUGEPAGE, err);
	return ret ? ret : memory_populate(layout, err);
}

const struct workload workload_shmem_pte = {
	.name = "shmem-pte",
	.summary = "shared anonymous memory (shmem), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = needs,
	.modules = modules,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
