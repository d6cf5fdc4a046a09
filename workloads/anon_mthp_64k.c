// SPDX-License-Identifier: GPL-2.0-only
/* Folios of 64 KiB, mapped by PTEs. Page tables do not show them: kpageflags does. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

#define THP   "/sys/kernel/mm/transparent_hugepage/"
#define SMALL THP "hugepages-64kB/enabled"
#define LARGE THP "hugepages-2048kB/enabled"

#define FOLIO	    (64 * KIB)
#define FOLIO_PAGES (FOLIO / PAGE)
#define PFN_MASK    ((1ULL << 55) - 1)

static const char *const needs[] = { "CONFIG_TRANSPARENT_HUGEPAGE", NULL };
static const char *const modules[] = { NULL };

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	if (!fs_exists(SMALL))
		return err_set(err, EOPNOTSUPP,
			       "the kernel has no huge pages of 64K (6.8 and "
			       "later have)");
	return anon_supported(workload, site, size, err);
}

/*
 * Settings count at the time of a fault, and are put back once all is there. To write one
 * wakes khugepaged, which would make large pages of this: the advice against it comes first.
 */
static int populate(const struct layout *layout, struct err *err)
{
	int ret = settings_change(layout->settings, LARGE, "never", err);

	if (!ret)
		ret = settings_change(layout->settings, SMALL, "always", err);
	if (!ret)
		ret = memory_populate(layout, err);
	if (!ret)
		ret = anon_advise(layout, MADV_NOHUGEPAGE, err);
	if (!ret)
		ret = settings_undo(layout->settings, SMALL, err);
	return ret ? ret : settings_undo(layout->settings, LARGE, err);
}

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = anon_map(layout, MADV_HUGEPAGE, err);

	(void)site;
	return ret ? ret : populate(layout, err);
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
static int verify(const struct layout *layout, uint64_t len, struct err *err)
{
	uint64_t want = workload_span(layout->workload, len) / FOLIO, folios = 0;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	if (pagemap >= 0 && kpageflags >= 0)
		folios = count_folios(pagemap, kpageflags, (uintptr_t)layout->addr, len);
	if (kpageflags >= 0)
		close(kpageflags);
	if (pagemap >= 0)
		close(pagemap);
	if (folios == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64 " pieces of 64K are one folio",
		       layout->workload->name, folios, want);
}

const struct workload workload_anon_mthp_64k = {
	.name = "anon-mthp-64k",
	.summary = "private anonymous memory in folios of 64 KiB, every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.granule = FOLIO,
	.needs = needs,
	.modules = modules,
	.supported = supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.verify = verify,
};
