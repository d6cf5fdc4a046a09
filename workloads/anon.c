// SPDX-License-Identifier: GPL-2.0-only
/* Private anonymous memory, all of it mapped; the variant is the advice of madvise(). */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "workloads/memory.h"

static int lay_out(struct layout *layout, struct err *err)
{
	return memory_lay_out_anon(layout, (int)layout->workload->variant, err);
}

const struct workload workload_anon_pte = {
	.name = "anon-pte",
	.summary = "private anonymous memory, every leaf entry a PTE",
	.variant = MADV_NOHUGEPAGE,
	.by_default = true,
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out,
};

const struct workload workload_anon_thp = {
	.name = "anon-thp",
	.summary = "private anonymous memory in transparent huge pages, every leaf a PMD",
	.variant = MADV_HUGEPAGE,
	.by_default = true,
	.level = PTWALK_LEVEL_PMD,
	.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE"),
	.supported = memory_thp_supported,
	.lay_out = lay_out,
};

static int lay_out_readonly(struct layout *layout, struct err *err)
{
	int ret = memory_lay_out_anon(layout, MADV_NOHUGEPAGE, err);

	if (!ret && mprotect(layout->addr, layout->len, PROT_READ))
		ret = err_set(err, errno, "cannot make the memory read-only: %s", strerror(errno));
	return ret;
}

const struct workload workload_readonly = {
	.name = "readonly",
	.no_refault = WORKLOAD_EITHER,
	.summary = "private anonymous memory, written and then made read-only, in PTEs",
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out_readonly,
	.verify = memory_verify_readonly,
};

static int lay_out_zero(struct layout *layout, struct err *err)
{
	int ret = memory_map_anon(layout, MADV_NOHUGEPAGE, err);

	return ret ? ret : memory_populate_read(layout, err);
}

static void expect_zero(const struct workload *workload, uint64_t pages,
			struct ptwalk_inspect *want)
{
	want->leaf_pages[workload->level] = pages;
	want->zero_pages = pages;
}

const struct workload workload_zero_page = {
	.name = "zero-page",
	.no_refault = WORKLOAD_WRITE,
	.summary = "private anonymous memory that was only read: every PTE the zero page",
	.level = PTWALK_LEVEL_PTE,
	.lay_out = lay_out_zero,
	.expect = expect_zero,
};
