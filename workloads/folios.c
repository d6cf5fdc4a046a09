// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory in folios of one size (the granule) that are mapped by PTEs. Page tables show them only
 * where the kernel makes blocks of them: kpageflags does everywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"

/* The variants: what the folios are of, and whether one page of each was changed for another. */
#define FOLIOS_SHMEM  1U
#define FOLIOS_BROKEN 2U
#define FOLIOS_FILE   4U

#define PFN_MASK ((1ULL << 55) - 1)

/* The setting of folios of @bytes for this kind of memory. Owned by the caller. */
static char *setting_of(const struct workload *workload, uint64_t bytes)
{
	return xasprintf("/sys/kernel/mm/transparent_hugepage/hugepages-%" PRIu64 "kB/%s",
			 (uint64_t)(bytes / KIB),
			 workload->variant & FOLIOS_SHMEM ? "shmem_enabled" : "enabled");
}

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	_cleanup_free_ char *setting = setting_of(workload, workload->granule);
	const struct size_name folio = size_name(workload->granule);

	if (workload->granule <= units_page())
		return err_set(err, EOPNOTSUPP, "%s is no more than a page of this kernel",
			       folio.text);
	if (workload->granule >= units_leaf(PTWALK_LEVEL_PMD))
		return err_set(err, EOPNOTSUPP,
			       "%s is a PMD of this kernel, or more: anon-thp and shmem-thp have "
			       "those",
			       folio.text);
	if (workload->granule == 2 * units_page())
		return err_set(err, EOPNOTSUPP, "the kernel makes no huge pages of two pages (%s)",
			       folio.text);
	if (!fs_exists(setting))
		return err_set(err, EOPNOTSUPP, "the kernel has no huge pages of %s (%s have)",
			       folio.text,
			       workload->variant & FOLIOS_SHMEM ? "for shmem 6.11 and later"
								: "6.8 and later");
	if (workload->variant & FOLIOS_FILE && xfs_supported(err))
		return -ENOENT;
	return workload_memory_supported(workload, site, workload_span(workload, size), err);
}

/* The last page of each, for a small one: the first fault maps another in its place. */
static int break_folios(const struct layout *layout, struct err *err)
{
	const uint64_t page = units_page(), folio = layout->workload->granule;
	int ret = 0;

	for (uint64_t at = folio - page; at < layout->len && !ret; at += folio) {
		if (madvise((char *)layout->addr + at, page, MADV_DONTNEED))
			return err_set(err, errno, "cannot take a page out of a folio: %s",
				       strerror(errno));
		ret = memory_populate_part(layout, at, page, err);
	}
	return ret;
}

/*
 * Settings count at the time of a fault, and are put back once all is there. To write one
 * wakes khugepaged, which would make large pages of this: the advice against it comes first.
 */
static int populate(const struct layout *layout, struct err *err)
{
	const struct workload *workload = layout->workload;
	_cleanup_free_ char *small = setting_of(workload, workload->granule),
			    *large = setting_of(workload, units_leaf(PTWALK_LEVEL_PMD));
	/* Of shmem there is none where a PMD is larger than a page cache's folios may be. */
	int ret = fs_exists(large) ? settings_change(layout->settings, large, "never", err) : 0;

	if (!ret)
		ret = settings_change(layout->settings, small, "always", err);
	if (!ret)
		ret = memory_populate(layout, err);
	if (!ret)
		ret = memory_advise(layout, MADV_NOHUGEPAGE, err);
	if (!ret && workload->variant & FOLIOS_BROKEN)
		ret = break_folios(layout, err);
	if (!ret)
		ret = settings_undo(layout->settings, small, err);
	return ret ? ret : settings_undo(layout->settings, large, err);
}

/* Of a page cache it is who writes the file that makes the folios, not who faults them in. */
static int lay_out_file(struct layout *layout, struct err *err)
{
	int ret;

	layout->fd = xfs_file(layout, err);
	if (layout->fd < 0)
		return layout->fd;
	ret = memory_map(layout, MAP_SHARED, layout->fd, 0, err);
	if (!ret)
		ret = memory_advise(layout, MADV_NOHUGEPAGE, err);
	return ret ? ret : memory_populate_every(layout, units_page(), err);
}

static int lay_out(struct layout *layout, struct err *err)
{
	const bool shmem = layout->workload->variant & FOLIOS_SHMEM;
	int ret =
		memory_map(layout, (shmem ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0, err);

	if (!ret)
		ret = memory_advise(layout, MADV_HUGEPAGE, err);
	return ret ? ret : populate(layout, err);
}

/* Is the folio's head where @pages of the range begin, and nowhere else? Of a broken one but the last. */
static bool is_folio(const uint64_t *flags, uint64_t pages, bool broken)
{
	const uint64_t compound = 1ULL << KPF_COMPOUND_HEAD | 1ULL << KPF_COMPOUND_TAIL;

	for (uint64_t i = 0; i < pages - broken; i++)
		if (!(flags[i] & 1ULL << (i ? KPF_COMPOUND_TAIL : KPF_COMPOUND_HEAD)))
			return false;
	return !broken || !(flags[pages - 1] & compound);
}

/* Of the frames behind @entries: in a folio they are one after another. */
static bool read_flags(int kpageflags, const uint64_t *entries, uint64_t *flags, uint64_t pages,
		       bool broken)
{
	const uint64_t first = entries[0] & PFN_MASK;

	for (uint64_t i = 0; i < pages; i++) {
		uint64_t pfn = entries[i] & PFN_MASK;

		if (i < pages - broken && pfn != first + i)
			return false;
		if (pread(kpageflags, &flags[i], 8, (off_t)(pfn * 8)) != 8)
			return false;
	}
	return true;
}

static uint64_t count_folios(int pagemap, int kpageflags, const struct layout *layout, uint64_t len)
{
	const uint64_t pages = layout->workload->granule / units_page();
	const bool broken = layout->workload->variant & FOLIOS_BROKEN;
	_cleanup_free_ uint64_t *entries = xcalloc(2 * pages, sizeof(*entries));
	uint64_t addr = (uintptr_t)layout->addr, folios = 0;

	for (uint64_t at = addr; at < addr + len; at += layout->workload->granule) {
		if (pread(pagemap, entries, pages * 8, (off_t)(at / units_page() * 8)) !=
		    (ssize_t)(pages * 8))
			continue;
		if (read_flags(kpageflags, entries, entries + pages, pages, broken))
			folios += is_folio(entries + pages, pages, broken);
	}
	return folios;
}

/* Of a last, cut folio the whole is there: the lay-out ends on a whole one. */
static int verify(const struct layout *layout, uint64_t len, struct err *err)
{
	const struct workload *workload = layout->workload;
	uint64_t want = workload_span(workload, len) / workload->granule, folios = 0;
	_cleanup_close_ int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	if (pagemap >= 0 && kpageflags >= 0)
		folios = count_folios(pagemap, kpageflags, layout, len);
	if (folios == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64 " pieces of %s are one folio%s",
		       workload->name, folios, want, size_name(workload->granule).text,
		       workload->variant & FOLIOS_BROKEN ? " but for the last page" : "");
}

#define FOLIOS(bytes, ...)                                                            \
	.no_refault = WORKLOAD_EITHER, .level = PTWALK_LEVEL_PTE, .granule = (bytes), \
	.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE" __VA_OPT__(, ) __VA_ARGS__),     \
	.supported = supported, .lay_out = lay_out, .verify = verify

#define ANON(name_, bytes, text)                                                                  \
	const struct workload workload_anon_mthp_##name_ = {                                      \
		.name = "anon-mthp-" #name_,                                                      \
		.summary =                                                                        \
			"private anonymous memory in folios of " text ", every leaf entry a PTE", \
		.blocks = WORKLOAD_FOLIO_BLOCKS,                                                  \
		FOLIOS(bytes),                                                                    \
	}

ANON(16k, 16 * KIB, "16 KiB");
ANON(32k, 32 * KIB, "32 KiB");
ANON(64k, 64 * KIB, "64 KiB");
ANON(128k, 128 * KIB, "128 KiB");
ANON(1m, MIB, "1 MiB");
ANON(2m, 2 * MIB, "2 MiB");

#define BROKEN(name_, bytes)                                                                       \
	const struct workload workload_anon_mthp_##name_##_broken = {                              \
		.name = "anon-mthp-" #name_ "-broken",                                             \
		.summary = "anon-mthp-" #name_ ", one page of each folio changed for a small one", \
		.variant = FOLIOS_BROKEN,                                                          \
		FOLIOS(bytes),                                                                     \
	}

BROKEN(64k, 64 * KIB);
BROKEN(2m, 2 * MIB);

#define SHMEM(name_, bytes, text)                                                                \
	const struct workload workload_shmem_mthp_##name_ = {                                    \
		.name = "shmem-mthp-" #name_,                                                    \
		.summary =                                                                       \
			"shared anonymous memory in folios of " text ", every leaf entry a PTE", \
		.variant = FOLIOS_SHMEM,                                                         \
		.blocks = WORKLOAD_FOLIO_BLOCKS,                                                 \
		FOLIOS(bytes, "CONFIG_SHMEM"),                                                   \
	}

SHMEM(64k, 64 * KIB, "64 KiB");
SHMEM(2m, 2 * MIB, "2 MiB");

#define FILE_(name_, bytes, text)                                                              \
	const struct workload workload_file_mthp_##name_ = {                                   \
		.name = "file-mthp-" #name_,                                                   \
		.summary = "a file (XFS) in folios of " text ", every leaf entry a PTE",       \
		.variant = FOLIOS_FILE,                                                        \
		.level = PTWALK_LEVEL_PTE,                                                     \
		.granule = (bytes),                                                            \
		.blocks = WORKLOAD_FOLIO_BLOCKS,                                               \
		.no_refault = WORKLOAD_EITHER,                                                 \
		.program = WORKLOAD_MKFS_XFS,                                                  \
		.needs = NAMES("CONFIG_TRANSPARENT_HUGEPAGE", "CONFIG_XFS_FS", "CONFIG_ZRAM"), \
		.modules = NAMES("zram", "?crc32c_generic", "xfs"),                            \
		.supported = supported,                                                        \
		.lay_out = lay_out_file,                                                       \
		.verify = verify,                                                              \
	}

FILE_(64k, 64 * KIB, "64 KiB");
FILE_(2m, 2 * MIB, "2 MiB");
