// SPDX-License-Identifier: GPL-2.0-only
/* Pagemaps of the module's own: what is refused, what is mapped, and that all of it goes again. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "abi.h"
#include "kmod/uapi/memory.h"

#define LEN  (16 * MIB) /* of four pagemaps */
#define MANY 1000	/* windows: more than another thread waits for */

static uint64_t start;

static struct ptwalk_pagemaps good(uint64_t leaf, uint64_t grain)
{
	return (struct ptwalk_pagemaps){
		.start = start, .piece = LEN / 4, .leaf = leaf, .grain = grain, .nr = 4
	};
}

static int open_device(void)
{
	return open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
}

static int ask(int fd, const struct ptwalk_pagemaps *what)
{
	return ioctl(fd, PTWALK_IOC_PAGEMAPS, what) ? -errno : 0;
}

static int drop(int fd)
{
	return ask(fd, &(struct ptwalk_pagemaps){ 0 });
}

static void answers(const char *name, int ret, int expected)
{
	abi_case(name, ret == expected, "answered %d (%s), not %d (%s)", ret, strerror(-ret),
		 expected, strerror(-expected));
}

/* An address that suits every leaf, where nothing is. */
static char *room(void)
{
	char *p = mmap(NULL, LEN + 4 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p, LEN + 4 * MIB);
	return (char *)(((uintptr_t)p + 2 * MIB - 1) & ~(2 * MIB - 1));
}

static int map_at(char *addr, uint64_t len, int flags, int fd, uint64_t offset)
{
	void *p = mmap(addr, len, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, fd,
		       (off_t)offset);

	return p == MAP_FAILED ? -errno : 0;
}

static void touch(const char *addr, uint64_t len, uint64_t stride)
{
	for (uint64_t at = 0; at < len; at += stride)
		(void)*(const volatile char *)(addr + at);
}

#define BAD(name, error, change)                                      \
	do {                                                          \
		struct ptwalk_pagemaps p = good(PAGE, 2 * MIB);       \
		change;                                               \
		answers("pagemaps refuse " name, ask(fd, &p), error); \
	} while (0)

static void test_refused(void)
{
	int fd = open_device();

	BAD("flags", -EINVAL, p.flags = 1);
	BAD("reserved", -EINVAL, p.reserved[5] = 1);
	BAD("too many", -EINVAL, p.nr = PTWALK_MAX_PAGEMAPS + 1);
	BAD("none of a size", -EINVAL, p.nr = 0);
	BAD("an empty piece", -EINVAL, p.piece = 0);
	BAD("a piece that is not whole", -EINVAL, p.piece += PAGE);
	BAD("a piece too large", -EINVAL, p.piece = 1ULL << 62);
	BAD("a start that is not whole", -EINVAL, p.start += PAGE);
	BAD("a start at the end of it all", -EINVAL, p.start = -2 * MIB);
	BAD("a leaf of 1 GiB", -EINVAL, p.leaf = GIB);
	BAD("a leaf of 8 KiB", -EINVAL, p.leaf = 2 * PAGE);
	BAD("no leaf", -EINVAL, p.leaf = 0);
	BAD("no grain", -EINVAL, p.grain = 0);
	BAD("a grain of half a leaf", -EINVAL, p.leaf = 2 * MIB; p.grain = MIB);
	BAD("a grain that leaves a rest", -EINVAL, p.grain = 3 * PAGE);
	BAD("RAM of the system", -EADDRNOTAVAIL, p.start = 512 * MIB);
	BAD("the first megabyte", -EADDRNOTAVAIL, p.start = 0);
	BAD("device registers", -EADDRNOTAVAIL, p.start = 0xfee00000 - 2 * MIB);
	BAD("no memory at all", -EADDRNOTAVAIL, p.start = 1ULL << 38);
	BAD("memory beyond the CPU's addresses", -EADDRNOTAVAIL, p.start = 1ULL << 50);
	/* Devices with an alignment of their own follow. */
	BAD("memory of two kinds", -EADDRNOTAVAIL, p.piece = GIB);
	answers("pagemaps: a wrong pointer", ioctl(fd, PTWALK_IOC_PAGEMAPS, NULL) ? -errno : 0,
		-EFAULT);
	answers("pagemaps: nothing to drop", drop(fd), 0);
	answers("mmap before pagemaps", map_at(room(), PAGE, MAP_SHARED, fd, 0), -ENXIO);
	close(fd);
}

static void test_claimed(void)
{
	struct ptwalk_pagemaps p = good(PAGE, PAGE), all = { 0 };
	int fd = open_device(), other = open_device();

	answers("pagemaps", ask(fd, &p), 0);
	answers("pagemaps again", ask(fd, &p), -EBUSY);
	answers("the same memory for another", ask(other, &p), -EBUSY);
	all = p;
	all.piece = 64 * MIB;
	answers("more than that memory for another", ask(other, &all), -EBUSY);
	p.start += LEN;
	answers("memory beside it for another", ask(other, &p), 0);
	answers("pagemaps dropped", drop(fd), 0);
	answers("and registered again",
		ask(fd,
		    &(struct ptwalk_pagemaps){
			    .start = start,
			    .piece = 2 * MIB,
			    .leaf = 2 * MIB,
			    .grain = 2 * MIB,
			    .nr = 8,
		    }),
		0);
	close(fd);
	answers("closing drops them", ask(other, &p), -EBUSY);
	close(other);
	fd = open_device();
	all.piece = GIB / 4;
	answers("all of the memory, once it is free", ask(fd, &all), 0);
	close(fd);
}

static void test_mapped(uint64_t leaf, uint64_t grain, uint64_t runs)
{
	struct ptwalk_pagemaps p = good(leaf, grain);
	struct ptwalk_inspect met;
	int fd = open_device();
	char *addr = room(), name[96];

	snprintf(name, sizeof(name), "%lluK leaves, %lluK by turns", (unsigned long long)leaf / KIB,
		 (unsigned long long)grain / KIB);
	answers(name, ask(fd, &p), 0);
	answers("a private mapping", map_at(addr, LEN, MAP_PRIVATE, fd, 0), -EINVAL);
	answers("a longer mapping", map_at(addr, LEN + leaf, MAP_SHARED, fd, 0), -EINVAL);
	answers("a mapping past the end", map_at(addr, LEN, MAP_SHARED, fd, leaf), -EINVAL);
	answers("the mapping", map_at(addr, LEN, MAP_SHARED, fd, 0), 0);
	touch(addr, LEN, leaf);
	if (!abi_inspect(name, addr, LEN, &met))
		return;
	abi_case(name,
		 met.leaf_pages[leaf == PAGE ? PTWALK_LEVEL_PTE : PTWALK_LEVEL_PMD] == LEN / PAGE &&
			 met.zone_device_pages == LEN / PAGE && met.pagemap_runs == runs &&
			 met.pfn_min == start / PAGE && met.pfn_max == (start + LEN) / PAGE - 1,
		 "%llu/%llu pages, %llu ZONE_DEVICE, %llu runs, %llx to %llx", met.leaf_pages[0],
		 met.leaf_pages[1], met.zone_device_pages, met.pagemap_runs, met.pfn_min,
		 met.pfn_max);
	abi_agree(name, addr, LEN);
	answers("what is mapped is not dropped", drop(fd), -EBUSY);
	answers("half a leaf is not unmapped", munmap(addr, leaf / 2 + PAGE / 2) ? -errno : 0,
		leaf == PAGE ? 0 : -EINVAL);
	munmap(addr, LEN);
	answers("what is not mapped is", drop(fd), 0);
	close(fd);
}

/* A pipe holds the page until it is read: pagemaps go once nobody holds any of it. */
static void test_held_pages(void)
{
	struct ptwalk_pagemaps p = good(PAGE, PAGE);
	int fd = open_device(), other = open_device(), pipes[2], ret;
	char *addr = room();
	struct iovec one = { addr, PAGE };

	if (pipe(pipes) || ask(fd, &p) || map_at(addr, LEN, MAP_SHARED, fd, 0)) {
		abi_case("a held page", false, "%s", strerror(errno));
		return;
	}
	touch(addr, LEN, PAGE);
	ret = vmsplice(pipes[1], &one, 1, 0) == (ssize_t)PAGE ? 0 : -errno;
	answers("a pipe holds a page", ret, 0);
	munmap(addr, LEN);
	answers("held pages are not dropped", drop(fd), -EBUSY);
	close(fd);
	answers("nor by closing", ask(other, &p), -EBUSY);
	close(pipes[0]);
	close(pipes[1]);
	for (int i = 0; i < 200 && (ret = ask(other, &p)); i++)
		usleep(10000);
	answers("but when the last is put", ret, 0);
	close(other);
}

#define NO_TEARDOWN(name, error, change)                                                    \
	do {                                                                                \
		struct ptwalk_run run = abi_run(PTWALK_OP_TEARDOWN, addr, LEN, samples, 2); \
		change;                                                                     \
		abi_answers("teardown refuses " name, PTWALK_IOC_RUN, &run, error);         \
	} while (0)

static void test_teardown(void)
{
	static const uint32_t quiet = PTWALK_RUN_IRQS_OFF;
	struct ptwalk_pagemaps p = good(PAGE, PAGE);
	struct ptwalk_sample samples[2] = { 0 };
	struct ptwalk_inspect before, after;
	int fd = open_device();
	char *addr = room();

	NO_TEARDOWN("memory that is not its own", -ENXIO, run.addr = (uintptr_t)addr);
	if (ask(fd, &p) || map_at(addr, LEN, MAP_SHARED, fd, 0)) {
		abi_case("teardown", false, "%s", strerror(errno));
		return;
	}
	touch(addr, LEN, PAGE);
	NO_TEARDOWN("interrupts off", -EINVAL, run.flags = quiet);
	NO_TEARDOWN("whatever is there", -EINVAL, run.flags = quiet | PTWALK_RUN_POPULATED);
	NO_TEARDOWN("a policy", -EINVAL, run.policy = PTWALK_POLICY_RANGE);
	NO_TEARDOWN("a request", -EINVAL, run.req = PTWALK_REQ_FAULT);
	NO_TEARDOWN("a part of a piece", -EINVAL, run.len = PAGE);
	NO_TEARDOWN("more than is mapped", -ENXIO, run.len = LEN + 2 * MIB);

	abi_inspect("teardown", addr, LEN, &before);
	for (uint32_t op = PTWALK_OP_TEARDOWN; op <= PTWALK_OP_TEARDOWN_HELD; op++) {
		struct ptwalk_run run = abi_run(op, addr, LEN, samples, 2);

		if (abi_measure("teardown", &run))
			abi_case("teardown takes some time, and sleeps",
				 samples[0].ticks > 1000 && samples[0].switches &&
					 !(samples[0].flags & PTWALK_SAMPLE_IRQS_OFF),
				 "op %u: %llu ticks, %u switches", op, samples[0].ticks,
				 samples[0].switches);
	}
	abi_inspect("teardown", addr, LEN, &after);
	abi_case("after teardowns all is as it was", !memcmp(&before, &after, sizeof(before)),
		 "%llu runs, %llu pages", after.pagemap_runs, after.leaf_pages[0]);
	answers("a second mapping", map_at(addr + LEN, PAGE, MAP_SHARED, fd, 0), 0);
	NO_TEARDOWN("what is mapped twice", -EBUSY, run.iterations = 1);
	munmap(addr, LEN + PAGE);
	close(fd);
}

struct mapping {
	int fd;
	char *addr;
};

static void *take_away(void *arg)
{
	const struct mapping *mapping = arg;

	usleep(20000);
	munmap(mapping->addr, LEN);
	while (drop(mapping->fd) == -EBUSY)
		;
	return NULL;
}

/* Between two windows nothing keeps another thread from dropping what they tear down. */
static void test_taken_away(void)
{
	static struct ptwalk_sample samples[MANY];
	struct mapping mapping = { .fd = open_device(), .addr = room() };
	struct ptwalk_run run = abi_run(PTWALK_OP_TEARDOWN, mapping.addr, LEN, samples, 2);
	struct ptwalk_pagemaps p = good(PAGE, PAGE);
	pthread_t thread;

	run.iterations = MANY;
	if (ask(mapping.fd, &p) || map_at(mapping.addr, LEN, MAP_SHARED, mapping.fd, 0) ||
	    pthread_create(&thread, NULL, take_away, &mapping)) {
		abi_case("teardown of what goes", false, "%s", strerror(errno));
		return;
	}
	abi_answers("teardown of what goes", PTWALK_IOC_RUN, &run, -ENXIO);
	abi_case("it went between two windows", run.done > 0 && run.done < MANY, "%u are done",
		 run.done);
	pthread_join(thread, NULL);
	answers("nothing is left of it", ask(mapping.fd, &p), 0);
	close(mapping.fd);
}

#define TEARS 6 /* runs of each of two threads, over one file */

static atomic_uint torn, tearing = 2;

static void *tear(void *arg)
{
	const struct mapping *mapping = arg;
	struct ptwalk_sample samples[2];

	for (unsigned int i = 0; i < TEARS; i++) {
		struct ptwalk_run run =
			abi_run(i % 2 ? PTWALK_OP_TEARDOWN_WALKED : PTWALK_OP_TEARDOWN,
				mapping->addr, LEN, samples, 2);

		torn += !abi_ioctl(PTWALK_IOC_RUN, &run);
	}
	tearing--;
	return NULL;
}

/* The page is faulted in by a plain access, as the kernel makes it for write(). */
static bool access_page(const int *pipes, const char *page)
{
	char byte;

	return write(pipes[1], page, 1) == 1 && read(pipes[0], &byte, 1) == 1;
}

static void test_torn_by_two(void)
{
	struct mapping mapping = { .fd = open_device(), .addr = room() };
	unsigned int looks = 0, refused = 0, walks = 0, unreadable = 0;
	struct ptwalk_pagemaps p = good(PAGE, PAGE);
	struct ptwalk_inspect before, after;
	struct ptwalk_sample sample[1];
	pthread_t threads[2];
	int pipes[2];

	if (pipe(pipes) || ask(mapping.fd, &p) ||
	    map_at(mapping.addr, LEN, MAP_SHARED, mapping.fd, 0)) {
		abi_case("teardowns by two threads", false, "%s", strerror(errno));
		return;
	}
	touch(mapping.addr, LEN, PAGE);
	abi_inspect("teardowns by two threads", mapping.addr, LEN, &before);
	for (size_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, tear, &mapping);
	for (; tearing; looks++) {
		struct ptwalk_run run = abi_run(PTWALK_OP_HMM, mapping.addr, 8 * PAGE, sample, 1);

		run.req = PTWALK_REQ_FAULT;
		walks += abi_ioctl(PTWALK_IOC_RUN, &run) != 0;
		refused += !access_page(pipes, mapping.addr + looks % (LEN / PAGE) * PAGE);
		usleep(1000);
	}
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (size_t at = 0; at < LEN; at += PAGE)
		unreadable += !access_page(pipes, mapping.addr + at);
	abi_inspect("teardowns by two threads", mapping.addr, LEN, &after);
	abi_case("each of two threads' teardowns comes to its turn", torn == 2 * TEARS, "%u of %u",
		 torn, 2 * TEARS);
	abi_case("faults wait for them", looks && !refused && !walks,
		 "of %u accesses %u are refused, and %u walks", looks, refused, walks);
	abi_case("after them all is as it was",
		 !unreadable && !memcmp(&before, &after, sizeof(after)),
		 "%u pages are lost, %llu runs", unreadable, after.pagemap_runs);
	munmap(mapping.addr, LEN);
	close(mapping.fd);
}

/* Where mapping device memory takes folios with counts, the module says that it does not. */
static void test_lacking(void)
{
	const struct ptwalk_pagemaps p = good(PAGE, 2 * MIB);
	struct ptwalk_sample samples[2] = { 0 };
	struct ptwalk_run run = abi_run(PTWALK_OP_TEARDOWN, room(), LEN, samples, 2);
	int fd = open_device();

	answers("pagemaps since 6.18", ask(fd, &p), -EOPNOTSUPP);
	answers("mmap() since 6.18", map_at(room(), LEN, MAP_SHARED, fd, 0), -ENXIO);
	abi_answers("teardown since 6.18", PTWALK_IOC_RUN, &run, -EOPNOTSUPP);
	close(fd);
}

void abi_test_pagemaps(const char *spare)
{
	start = strtoull(strchr(spare, ':') + 1, NULL, 0);
	if (abi_kernel_since(6, 18)) {
		test_lacking();
		return;
	}
	test_refused();
	test_claimed();
	test_mapped(PAGE, PAGE, LEN / PAGE);
	test_mapped(PAGE, 2 * MIB, LEN / (2 * MIB));
	test_mapped(PAGE, LEN / 4, 4);
	test_mapped(2 * MIB, 2 * MIB, LEN / (2 * MIB));
	test_mapped(2 * MIB, LEN / 4, 4);
	test_held_pages();
	test_teardown();
	test_taken_away();
	test_torn_by_two();
}
