// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "base/fs.h"
#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

#define SHMEM_ENABLED "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

static const char *const needs[] = { "CONFIG_SHMEM", "CONFIG_TRANSPARENT_HUGEPAGE", NULL };
static const char *const modules[] = { NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (!fs_exists(SHMEM_ENABLED))
		return err_set(err, EOPNOTSUPP, "the kernel has no huge pages of shmem");
	return anon_supported(workload, site, workload_span(workload, size), err);
}

/* The setting matters to faults alone: it is put back by the tear-down. */
static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = settings_change(layout->settings, SHMEM_ENABLED, "advise", err);

	(void)site;
	if (!ret)
		ret = memory_map(layout, MAP_SHARED | MAP_ANONYMOUS, -1, 0, err);
	if (!ret)
		ret = anon_advise(layout, MADV_HUGEPAGE, err);
	return ret ? ret : memory_populate(layout, err);
}

const struct workload workload_shmem_thp = {
	.name = "shmem-thp",
	.summary = "shared anonymous memory (shmem) in huge pages, every leaf entry a PMD",
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
