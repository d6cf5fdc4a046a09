// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fs.h"
#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const needs[] = { "CONFIG_TRANSPARENT_HUGEPAGE", NULL };
static const char *const modules[] = { NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	char *enabled = fs_read_line("/sys/kernel/mm/transparent_hugepage/enabled");
	int ret = 0;

	if (!enabled)
		ret = err_set(err, EOPNOTSUPP, "the kernel has no transparent huge pages");
	else if (strstr(enabled, "[never]"))
		ret = err_set(err, EOPNOTSUPP,
			      "transparent huge pages are off (transparent_hugepage/enabled)");
	free(enabled);
	return ret ? ret : anon_supported(workload, site, size, err);
}

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	(void)site;
	return anon_lay_out(layout, MADV_HUGEPAGE, err);
}

const struct workload workload_anon_thp = {
	.name = "anon-thp",
	.summary = "private anonymous memory in transparent huge pages, every leaf a PMD",
	.by_default = true,
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
