// SPDX-License-Identifier: GPL-2.0-only
/* Memory that is not plain: what the ops and inspect must say of it, and what faults do. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi.h"

#define HUGE (2UL << 20)

static struct ptwalk_sample samples[2];

static struct ptwalk_run quiet(uint32_t op, const void *addr, uint64_t len)
{
	return abi_quiet(op, addr, len, samples, 2);
}

/* Not readable: hmm reports errors, and refuses to fault; the pages are there. */
static void test_prot_none(void)
{
	char *p = abi_map(4 * PAGE, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, p, 4 * PAGE);
	struct ptwalk_inspect met;

	memset(p, 1, 4 * PAGE);
	mprotect(p, 4 * PAGE, PROT_NONE);
	if (abi_inspect("PROT_NONE: inspect", p, 4 * PAGE, &met))
		abi_case("PROT_NONE: inspect sees the pages", met.leaf_pages[0] == 4, "%llu pages",
			 met.leaf_pages[0]);
	if (abi_measure("PROT_NONE: hmm", &run))
		abi_case("PROT_NONE: all errors", run.error_pages == 4 && !run.valid_pages,
			 "%llu errors", run.error_pages);
	run.flags = 0;
	run.req = PTWALK_REQ_FAULT;
	abi_answers("PROT_NONE: hmm cannot fault", PTWALK_IOC_RUN, &run, -EFAULT);
	munmap(p, 4 * PAGE);
}

/* A hole is faulted in by the first window, and only by it. */
static void test_fault_in(const char *what, uint32_t req)
{
	char *p = abi_map(16 * PAGE, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, p, 16 * PAGE, samples, 2);
	struct ptwalk_inspect met;
	char name[96];

	run.req = req;
	snprintf(name, sizeof(name), "%s faults pages in", what);
	if (abi_measure(name, &run) && abi_inspect(name, p, 16 * PAGE, &met)) {
		abi_case(name,
			 met.leaf_pages[0] == 16 && run.valid_pages == 16 &&
				 met.zero_pages == (req & PTWALK_REQ_WRITE ? 0 : 16) &&
				 run.pfn_sum == met.pfn_sum,
			 "%llu pages, %llu of them zero, %llu valid", met.leaf_pages[0],
			 met.zero_pages, run.valid_pages);
		snprintf(name, sizeof(name), "%s: faults are told, once", what);
		abi_case(name,
			 samples[0].faults == 16 && samples[0].flags & PTWALK_SAMPLE_DISTURBED &&
				 samples[1].faults == 0 && samples[1].ticks < samples[0].ticks,
			 "%u, then %u", samples[0].faults, samples[1].faults);
	}
	munmap(p, 16 * PAGE);
}

static void test_write_refused(void)
{
	char *p = abi_map(4 * PAGE, PROT_READ);
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, p, 4 * PAGE, samples, 1);

	run.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	abi_answers("hmm cannot write to a read-only mapping", PTWALK_IOC_RUN, &run, -EPERM);
	munmap(p, 4 * PAGE);
}

static void test_huge(void)
{
	char *p = abi_map(3 * HUGE, PROT_READ | PROT_WRITE);
	char *huge = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
	struct ptwalk_inspect met;

	madvise(huge, 2 * HUGE, MADV_HUGEPAGE);
	memset(huge, 1, HUGE);
	(void)*(volatile char *)(huge + HUGE);
	if (abi_inspect("huge pages: inspect", huge, 2 * HUGE, &met))
		abi_case("huge pages: one leaf each, the zero page known",
			 met.leaves[PTWALK_LEVEL_PMD] == 2 && met.zero_pages == HUGE / PAGE &&
				 met.leaf_pages[PTWALK_LEVEL_PMD] == 2 * HUGE / PAGE,
			 "%llu leaves, %llu zero pages", met.leaves[PTWALK_LEVEL_PMD],
			 met.zero_pages);
	abi_agree("huge pages", huge, 2 * HUGE);
	abi_agree("part of a huge page", huge + 16 * PAGE, HUGE);
	munmap(p, 3 * HUGE);
}

/* Pages of hugetlb, faulted in by hmm, are leaves at their own level. */
static void test_hugetlb(void)
{
	char *p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, p, 2 * HUGE, samples, 2);
	static const char name[] = "hugetlb: hmm faults pages in";
	struct ptwalk_inspect met;

	if (p == MAP_FAILED) {
		abi_case(name, false, "mmap: %s", strerror(errno));
		return;
	}
	run.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	if (abi_measure(name, &run) && abi_inspect(name, p, 2 * HUGE, &met))
		abi_case(name,
			 met.leaves[PTWALK_LEVEL_PMD] == 2 && run.valid_pages == 2 * HUGE / PAGE &&
				 met.tables[PTWALK_LEVEL_PMD] && met.tables[PTWALK_LEVEL_PUD] &&
				 !met.tables[PTWALK_LEVEL_PTE] && samples[0].faults &&
				 !samples[1].faults,
			 "%llu leaves, %llu valid, %u and %u faults", met.leaves[PTWALK_LEVEL_PMD],
			 run.valid_pages, samples[0].faults, samples[1].faults);
	abi_agree("hugetlb", p, 2 * HUGE);
	abi_agree("part of hugetlb", p + 16 * PAGE, HUGE);
	munmap(p, 2 * HUGE);
}

/* Write-protected by userfaultfd before they are there (since 5.19): entries that are not present. */
static void test_markers(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_WP_HUGETLBFS_SHMEM };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect protect = { .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	int file = memfd_create("markers", MFD_CLOEXEC);
	struct ptwalk_inspect met;
	char *p;

	if (ftruncate(file, 4 * PAGE))
		abi_case("markers: file", false, "%s", strerror(errno));
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	area.range.start = protect.range.start = (uintptr_t)p;
	area.range.len = protect.range.len = 4 * PAGE;
	p[0] = 1;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &area) ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &protect))
		abi_case("markers: userfaultfd", false, "%s", strerror(errno));
	if (abi_inspect("markers: inspect", p, 4 * PAGE, &met))
		abi_case("markers: not present, not holes",
			 met.nonpresent_pages == 3 && !met.hole_pages && met.leaf_pages[0] == 1,
			 "%llu not present, %llu holes", met.nonpresent_pages, met.hole_pages);
	abi_agree("markers", p, 4 * PAGE);
	munmap(p, 4 * PAGE);
	close(file);
	close(fd);
}

/* The BIOS's pages, mapped by hand: leaves to inspect, errors to hmm. */
static void test_device_memory(void)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	char *p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	struct ptwalk_run hmm = quiet(PTWALK_OP_HMM, p, 4 * PAGE);
	struct ptwalk_inspect met;

	if (p == MAP_FAILED) {
		abi_case("device memory: map", false, "%s", strerror(errno));
		return;
	}
	if (abi_inspect("device memory: inspect", p, 4 * PAGE, &met))
		abi_case("device memory: leaves to inspect",
			 met.leaf_pages[0] == 4 && met.pfn_min == 0xf0 && met.pfn_max == 0xf3 &&
				 !met.zone_device_leaves,
			 "%llu pages from %llx", met.leaf_pages[0], met.pfn_min);
	if (abi_measure("device memory: hmm", &hmm))
		abi_case("device memory: errors to hmm", hmm.error_pages == 4 && !hmm.valid_pages,
			 "%llu errors", hmm.error_pages);
	abi_agree("device memory", p, 4 * PAGE);
	munmap(p, 4 * PAGE);
	close(fd);
}

struct thief {
	char *addr;
	size_t len;
	atomic_bool stop;
};

static void *steal_pages(void *arg)
{
	struct thief *thief = arg;

	while (!thief->stop)
		madvise(thief->addr, thief->len, MADV_DONTNEED);
	return NULL;
}

/* Another thread takes away what is being faulted in: the op is begun again, and says so. */
static void test_collisions(void)
{
	const size_t len = 8 * HUGE;
	struct thief thief = { .addr = abi_map(len, PROT_READ | PROT_WRITE), .len = PAGE };
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, thief.addr, len, samples, 2);
	static const char name[] = "collisions: hmm is begun again";
	pthread_t thread;

	run.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	pthread_create(&thread, NULL, steal_pages, &thief);
	if (abi_measure(name, &run))
		abi_case(name,
			 samples[0].retries && samples[0].flags & PTWALK_SAMPLE_DISTURBED &&
				 run.valid_pages == len / PAGE,
			 "%u and %u retries, %llu valid", samples[0].retries, samples[1].retries,
			 run.valid_pages);
	thief.stop = true;
	pthread_join(thread, NULL);
	munmap(thief.addr, len);
}

static void set_hugetlb_pages(const char *nr)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);

	if (write(fd, nr, strlen(nr)) < 0)
		abi_case("hugetlb: reserve pages", false, "%s", strerror(errno));
	close(fd);
}

void abi_test_memory(void)
{
	test_prot_none();
	test_huge();
	set_hugetlb_pages("4");
	test_hugetlb();
	set_hugetlb_pages("0");
	if (abi_kernel_since(5, 19))
		test_markers();
	test_device_memory();
	test_collisions();
	test_fault_in("hmm", PTWALK_REQ_FAULT);
	test_fault_in("hmm, writing,", PTWALK_REQ_FAULT | PTWALK_REQ_WRITE);
	test_write_refused();
}
