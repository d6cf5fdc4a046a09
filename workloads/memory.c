// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

int memory_thp_supported(const struct workload *workload, const struct workload_site *site,
			 uint64_t size, struct err *err)
{
	_cleanup_free_ char *enabled = fs_read_line("/sys/kernel/mm/transparent_hugepage/enabled");

	if (!enabled)
		return err_set(err, EOPNOTSUPP, "the kernel has no transparent huge pages");
	if (strstr(enabled, "[never]"))
		return err_set(err, EOPNOTSUPP,
			       "transparent huge pages are off (transparent_hugepage/enabled)");
	return workload_memory_supported(workload, site, size, err);
}

int memory_map(struct layout *layout, int flags, int fd, uint64_t offset, struct err *err)
{
	const int prot = layout->workload->readonly ? PROT_READ : PROT_READ | PROT_WRITE;
	void *addr = mmap(WORKLOAD_BASE, layout->len, prot, flags | MAP_FIXED_NOREPLACE, fd,
			  (off_t)offset);
	int ret;

	if (addr == MAP_FAILED)
		return err_set(err, errno, "cannot map %s at %p: %s", size_name(layout->len).text,
			       WORKLOAD_BASE, strerror(errno));
	layout->addr = addr;
	ret = place_mapping(&layout->place, addr, layout->len, err);
	/* From here on what is allocated is page tables. */
	return ret ? ret : place_thread(&layout->place, layout->place.tables, err);
}

int memory_advise(const struct layout *layout, int advice, struct err *err)
{
	/* A kernel without huge pages does not know the advice against them. */
	if (madvise(layout->addr, layout->len, advice) && advice != MADV_NOHUGEPAGE)
		return err_set(err, errno, "cannot advise huge pages: %s", strerror(errno));
	return 0;
}

int memory_map_anon(struct layout *layout, int advice, struct err *err)
{
	int ret = memory_map(layout, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, err);

	return ret ? ret : memory_advise(layout, advice, err);
}

/*
 * For kernels before 5.14, which have no MADV_POPULATE_WRITE. A page that is read
 * first may be the zero page, and a huge one is split when it is written to later:
 * so a futex faults it in for writing, and ors nothing into it.
 */
static int touch(char *page, bool write)
{
	if (!write)
		(void)*(volatile char *)page;
	else if (syscall(SYS_futex, page, FUTEX_WAKE_OP_PRIVATE, 0, 0, page,
			 FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_EQ, 0)) < 0)
		return -errno;
	return 0;
}

static int fault_in(char *addr, uint64_t len, bool write)
{
	int ret = 0;

	if (!madvise(addr, len, write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ))
		return 0;
	if (errno != EINVAL)
		return -errno;
	for (uint64_t at = 0; at < len && !ret; at += units_page())
		ret = touch(addr + at, write);
	return ret;
}

static int populated(const struct layout *layout, int ret, struct err *err)
{
	if (ret)
		err_set(err, ret, "cannot populate %s: %s", size_name(layout->len).text,
			strerror(-ret));
	return ret;
}

int memory_populate(const struct layout *layout, struct err *err)
{
	uint64_t granule = workload_granule(layout->workload);

	if (granule == units_page())
		return memory_populate_part(layout, 0, layout->len, err);
	return memory_populate_every(layout, granule, err);
}

int memory_populate_part(const struct layout *layout, uint64_t at, uint64_t len, struct err *err)
{
	return populated(layout, fault_in((char *)layout->addr + at, len, true), err);
}

int memory_populate_every(const struct layout *layout, uint64_t stride, struct err *err)
{
	char *addr = layout->addr;
	int ret = 0;

	for (uint64_t at = 0; at < layout->len && !ret; at += stride)
		ret = fault_in(addr + at, units_page(), !layout->workload->readonly);
	return populated(layout, ret, err);
}

int memory_populate_read(const struct layout *layout, struct err *err)
{
	return populated(layout, fault_in(layout->addr, layout->len, false), err);
}

int memory_lay_out_anon(struct layout *layout, int advice, struct err *err)
{
	int ret = memory_map_anon(layout, advice, err);

	return ret ? ret : memory_populate(layout, err);
}

/* Bytes of the first @len that are mapped as /proc/self/maps says by @access, or by a beginning of it. */
static int count_mapped(const struct layout *layout, uint64_t len, const char *access,
			uint64_t *sum, struct err *err)
{
	uint64_t start, end, from = (uintptr_t)layout->addr;
	_cleanup_fclose_ FILE *f = fopen("/proc/self/maps", "re");
	char line[512], is[5];

	if (!f)
		return err_set(err, errno, "cannot read /proc/self/maps: %s", strerror(errno));
	*sum = 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, is) != 3)
			continue;
		start = start > from ? start : from;
		end = end < from + len ? end : from + len;
		if (start < end && !strncmp(is, access, strlen(access)))
			*sum += end - start;
	}
	return 0;
}

int memory_verify_mapped(const struct layout *layout, uint64_t len, const char *access,
			 const char *what, struct err *err)
{
	uint64_t mapped = 0;
	int ret = count_mapped(layout, len, access, &mapped, err);

	if (ret || mapped == len)
		return ret;
	return err_set(err, EBADE, "not what %s is: %" PRIu64 " of %" PRIu64 " pages are mapped %s",
		       layout->workload->name, mapped / units_page(), len / units_page(), what);
}

int memory_verify_readonly(const struct layout *layout, uint64_t len, struct err *err)
{
	return memory_verify_mapped(layout, len, "r--", "read-only", err);
}
