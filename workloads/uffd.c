// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private anonymous memory that userfaultfd keeps from being written: the mapping may be written,
 * and no entry is writable. The variant is the advice of madvise().
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "workloads/memory.h"

/*
 * A descriptor, or a negative errno. Nobody answers it: who writes all the same is sent a signal, or
 * refused where the kernel writes for him, and does not wait.
 */
static int open_uffd(struct err *err)
{
	_cleanup_close_ int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_SIGBUS,
	};

	if (fd < 0)
		return err_set(err, errno == ENOSYS ? EOPNOTSUPP : errno,
			       "cannot make a userfaultfd: %s", strerror(errno));
	/* Some that know the feature have none on this architecture. */
	if (ioctl(fd, UFFDIO_API, &api) || !(api.features & UFFD_FEATURE_PAGEFAULT_FLAG_WP))
		return err_set(err, EOPNOTSUPP,
			       "the kernel's userfaultfd keeps nothing from being written");
	return TAKE_FD(fd);
}

static int protect(const struct layout *layout, struct err *err)
{
	const struct uffdio_range range = { (uintptr_t)layout->addr, layout->len };
	struct uffdio_register area = { .range = range, .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect all = { .range = range, .mode = UFFDIO_WRITEPROTECT_MODE_WP };

	if (ioctl(layout->fd, UFFDIO_REGISTER, &area) ||
	    ioctl(layout->fd, UFFDIO_WRITEPROTECT, &all))
		return err_set(err, errno, "userfaultfd does not protect %s: %s",
			       size_name(layout->len).text, strerror(errno));
	return 0;
}

static int lay_out(struct layout *layout, struct err *err)
{
	int ret = layout->fd = open_uffd(err);

	if (ret >= 0)
		ret = memory_lay_out_anon(layout, (int)layout->workload->variant, err);
	return ret < 0 ? ret : protect(layout, err);
}

/* What is written there, by the kernel, is what is there: nothing changes where it may be written. */
static bool is_protected(int file, char *page)
{
	return pread(file, page, 1, 0) < 0 && errno == EFAULT;
}

static int verify(const struct layout *layout, uint64_t len, struct err *err)
{
	const uint64_t pages = len / units_page();
	_cleanup_close_ int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	uint64_t are = 0;

	if (zero < 0)
		return err_set(err, errno, "cannot open /dev/zero: %s", strerror(errno));
	for (uint64_t i = 0; i < pages; i++)
		are += is_protected(zero, (char *)layout->addr + i * units_page());
	if (are == pages)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64
		       " pages are kept from being written",
		       layout->workload->name, are, pages);
}

const struct workload workload_uffd_wp = {
	.name = "uffd-wp",
	.summary = "private anonymous memory that userfaultfd keeps from being written, in PTEs",
	.variant = MADV_NOHUGEPAGE,
	.level = PTWALK_LEVEL_PTE,
	.no_refault = WORKLOAD_EITHER,
	.needs = NAMES("CONFIG_USERFAULTFD"),
	.lay_out = lay_out,
	.verify = verify,
};

const struct workload workload_uffd_wp_thp = {
	.name = "uffd-wp-thp",
	.summary = "the same in transparent huge pages, every leaf a PMD",
	.variant = MADV_HUGEPAGE,
	.level = PTWALK_LEVEL_PMD,
	.no_refault = WORKLOAD_EITHER,
	.needs = NAMES("CONFIG_USERFAULTFD", "CONFIG_TRANSPARENT_HUGEPAGE"),
	.supported = memory_thp_supported,
	.lay_out = lay_out,
	.verify = verify,
};
