// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const nothing[] = { NULL };

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	(void)site;
	return anon_lay_out(layout, MADV_NOHUGEPAGE, err);
}

const struct workload workload_anon_pte = {
	.name = "anon-pte",
	.summary = "private anonymous memory, every leaf entry a PTE",
	.by_default = true,
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = nothing,
	.modules = nothing,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};
