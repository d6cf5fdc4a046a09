// SPDX-License-Identifier: GPL-2.0-only
/* Private anonymous memory, all of it mapped; the variant is the advice of madvise(). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
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
	.granule = 4 * KIB,
	.needs = NAMES(),
	.modules = NAMES(),
	.supported = memory_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};

const struct workload workload_anon_thp = {
	.name = "anon-thp",
	.summary = "private anonymous memory in transparent huge pages, every leaf a PMD",
	.variant = MADV_HUGEPAGE,
	.by_default = true,
	.level = PTWALK_LEVEL_PMD,
	.granule = 2 * MIB,
	.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE"),
	.modules = NAMES(),
	.supported = memory_thp_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
};

/* Folios of 64 KiB, mapped by PTEs. Page tables do not show them: kpageflags does. */
#define THP   "/sys/kernel/mm/transparent_hugepage/"
#define SMALL THP "hugepages-64kB/enabled"
#define LARGE THP "hugepages-2048kB/enabled"

#define FOLIO	    (64 * KIB)
#define FOLIO_PAGES (FOLIO / PAGE)
#define PFN_MASK    ((1ULL << 55) - 1)

static int supported_64k(const struct workload *workload, const struct workload_site *site,
			 uint64_t size, struct err *err)
{
	if (!fs_exists(SMALL))
		return err_set(err, EOPNOTSUPP,
			       "the kernel has no huge pages of 64K (6.8 and "
			       "later have)");
	return memory_supported(workload, site, size, err);
}

/*
 * Settings count at the time of a fault, and are put back once all is there. To write one
 * wakes khugepaged, which would make large pages of this: the advice against it comes first.
 */
static int populate_64k(const struct layout *layout, struct err *err)
{
	int ret = settings_change(layout->settings, LARGE, "never", err);

	if (!ret)
		ret = settings_change(layout->settings, SMALL, "always", err);
	if (!ret)
		ret = memory_populate(layout, err);
	if (!ret)
		ret = memory_advise(layout, MADV_NOHUGEPAGE, err);
	if (!ret)
		ret = settings_undo(layout->settings, SMALL, err);
	return ret ? ret : settings_undo(layout->settings, LARGE, err);
}

static int lay_out_64k(struct layout *layout, struct err *err)
{
	int ret = memory_map_anon(layout, MADV_HUGEPAGE, err);

	return ret ? ret : populate_64k(layout, err);
}

/* Is the folio's head where 64 KiB of the range begin, and nowhere else? */
static bool is_folio(const uint64_t *flags)
{
	for (uint64_t i = 0; i < FOLIO_PAGES; i++)
		if (!(flags[i] & 1ULL << (i ? KPF_COMPOUND_TAIL : KPF_COMPOUND_HEAD)))
			return false;
	return true;
}

static uint64_t count_folios(int pagemap, int kpageflags, uint64_t addr, uint64_t len)
{
	uint64_t flags[FOLIO_PAGES], entry, folios = 0;

	for (uint64_t at = addr; at < addr + len; at += FOLIO) {
		if (pread(pagemap, &entry, 8, (off_t)(at / PAGE * 8)) != 8)
			continue;
		if (pread(kpageflags, flags, sizeof(flags), (off_t)((entry & PFN_MASK) * 8)) ==
		    (ssize_t)sizeof(flags))
			folios += is_folio(flags);
	}
	return folios;
}

/* Of a last, cut folio the whole is there: the lay-out ends on a whole one. */
static int verify_64k(const struct layout *layout, uint64_t len, struct err *err)
{
	uint64_t want = workload_span(layout->workload, len) / FOLIO, folios = 0;
	_cleanup_close_ int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	if (pagemap >= 0 && kpageflags >= 0)
		folios = count_folios(pagemap, kpageflags, (uintptr_t)layout->addr, len);
	if (folios == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64 " pieces of 64K are one folio",
		       layout->workload->name, folios, want);
}

const struct workload workload_anon_mthp_64k = {
	.name = "anon-mthp-64k",
	.no_refault = WORKLOAD_EITHER,
	.summary = "private anonymous memory in folios of 64 KiB, every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = FOLIO,
	.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE"),
	.modules = NAMES(),
	.supported = supported_64k,
	.lay_out = lay_out_64k,
	.tear_down = memory_release,
	.verify = verify_64k,
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
	.granule = 4 * KIB,
	.needs = NAMES(),
	.modules = NAMES(),
	.supported = memory_supported,
	.lay_out = lay_out_readonly,
	.tear_down = memory_release,
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
	.granule = 4 * KIB,
	.needs = NAMES(),
	.modules = NAMES(),
	.supported = memory_supported,
	.lay_out = lay_out_zero,
	.tear_down = memory_release,
	.expect = expect_zero,
};
