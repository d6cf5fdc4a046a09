// SPDX-License-Identifier: GPL-2.0-only
/*
 * PTWALK_IOC_MIGRATE on a kernel with device-private memory or without, and the
 * ops that need such memory:
 *
 *	test_device private|none [--spare=low:START:SIZE]
 *
 * Memory of devices must keep what it holds, must come back when its file is
 * closed, and must leave no trace.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "workloads/workload.h"

#define OWN PTWALK_MEMORY_OWN

static struct ptwalk_sample samples[1];

static void test_refusals(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	const struct ptwalk_migrate good = device_moving(p, DEVICE_LEN, PTWALK_MEMORY_SYSTEM);
	const uint64_t outside = (uintptr_t)1 << 47;
	const struct {
		const char *what;
		struct ptwalk_migrate bad;
		int answer;
	} cases[] = {
		{ "an address that is not a page's", device_moving(p + 1, DEVICE_LEN, 0), -EINVAL },
		{ "no bytes", device_moving(p, 0, 0), -EINVAL },
		{ "half a page", device_moving(p, PAGE / 2, 0), -EINVAL },
		{ "what lies beyond user space", device_moving((void *)outside, PAGE, 0), -EINVAL },
		{ "an unknown memory", device_moving(p, DEVICE_LEN, PTWALK_NR_MEMORIES), -EINVAL },
		{ "a wild memory", device_moving(p, DEVICE_LEN, UINT32_MAX), -EINVAL },
		{ "a hole", device_moving((void *)0x10000, PAGE, 0), -EFAULT },
	};
	struct ptwalk_migrate bad;
	char name[96];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bad = cases[i].bad;
		snprintf(name, sizeof(name), "migrate refuses %s", cases[i].what);
		abi_answers(name, PTWALK_IOC_MIGRATE, &bad, cases[i].answer);
	}
	bad = good;
	bad.flags = 1;
	abi_answers("migrate refuses flags", PTWALK_IOC_MIGRATE, &bad, -EINVAL);
	bad = good;
	bad.reserved[3] = 1;
	abi_answers("migrate refuses reserved", PTWALK_IOC_MIGRATE, &bad, -EINVAL);
	bad = good;
	bad.phys = 2 * MIB;
	abi_answers("migrate refuses an address for system memory", PTWALK_IOC_MIGRATE, &bad,
		    -EINVAL);
	abi_answers("migrate refuses a pointer to nowhere", PTWALK_IOC_MIGRATE, (void *)8, -EFAULT);
	bad = device_moving(p, DEVICE_LEN, PTWALK_MEMORY_COHERENT);
	abi_answers("migrate refuses coherent memory at 0", PTWALK_IOC_MIGRATE, &bad, -EINVAL);
	bad.phys = GIB + PAGE;
	abi_answers("migrate refuses coherent memory out of line", PTWALK_IOC_MIGRATE, &bad,
		    -EINVAL);
	bad.phys = 64 * MIB;
	abi_answers("migrate refuses system memory as a device's", PTWALK_IOC_MIGRATE, &bad,
		    -EADDRNOTAVAIL);
	bad.phys = UINT64_MAX - 2 * MIB + 1;
	abi_answers("migrate refuses memory past all addresses", PTWALK_IOC_MIGRATE, &bad, -EINVAL);
	bad = good;
	memset(p, 1, DEVICE_LEN);
	abi_answers("nothing is nowhere else: system memory stays", PTWALK_IOC_MIGRATE, &bad, 0);
	abi_case("and nothing moved", !bad.moved, "%llu", bad.moved);
	munmap(p, DEVICE_LEN);
}

/* The BIOS, mapped by hand, and a file: no anonymous memory. */
static void test_other_memory(void)
{
	int mem = open("/dev/mem", O_RDONLY | O_CLOEXEC), file = memfd_create("file", MFD_CLOEXEC);
	char *bios = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, mem, 0xf0000);
	struct ptwalk_migrate migrate = device_moving(bios, PAGE, OWN);
	char *p;

	abi_answers("a device's mapping is refused", PTWALK_IOC_MIGRATE, &migrate, -EINVAL);
	if (ftruncate(file, (off_t)DEVICE_LEN))
		abi_case("file", false, "%s", strerror(errno));
	p = mmap(NULL, DEVICE_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	device_write(p, 3);
	migrate = device_moving(p, DEVICE_LEN, OWN);
	abi_answers("a file's pages: no error", PTWALK_IOC_MIGRATE, &migrate, 0);
	abi_case("a file's pages stay", !migrate.moved, "%llu moved", migrate.moved);
	device_expect_written("a file's pages keep what they hold", p, 3);
	munmap(p, DEVICE_LEN);
	munmap(bios, PAGE);
	close(file);
	close(mem);
}

/* Its memory serves again: nothing new is claimed. */
static int migrate_coherent_again(const struct layout *layout, uint64_t start, uint64_t *moved)
{
	struct ptwalk_migrate migrate =
		device_moving(layout->addr, DEVICE_LEN, PTWALK_MEMORY_COHERENT);
	int ret;

	migrate.phys = start;
	ret = abi_ioctl(PTWALK_IOC_MIGRATE, &migrate);
	*moved = migrate.moved;
	return ret;
}

/* The CPU reads and writes it where it is. */
static void test_coherent(uint64_t start)
{
	const struct workload *workload = workload_find("device-coherent");
	const struct workload_site site = { .spare[WORKLOAD_LOW] = { start, GIB } };
	size_t before = device_regions();
	int ours = abi_fd;
	struct ptwalk_inspect met;
	struct layout layout;
	struct err err = { 0 };
	uint64_t moved;
	char *p;
	int ret = workload_lay_out(workload, &site, DEVICE_LEN, &layout, &err);

	abi_case("coherent: it is laid out", !ret, "%s", err.text);
	if (ret)
		return;
	p = layout.addr;
	abi_case("coherent: pages were brought there, not copies", device_regions() == before + 1,
		 "%zu", device_regions());
	device_write(p, 12);
	if (abi_inspect("coherent", p, DEVICE_LEN, &met))
		abi_case("coherent: written where it is", !workload_prove(workload, &met, &err),
			 "%s", err.text);
	device_expect_written("coherent: read where it is", p, 12);
	abi_agree("coherent", p, DEVICE_LEN);
	ret = device_migrate_by(layout.fd, p, DEVICE_LEN, PTWALK_MEMORY_SYSTEM, &moved);
	abi_case("coherent: it comes when it is asked for", !ret && moved == DEVICE_PAGES,
		 "%d, %llu", ret, (unsigned long long)moved);
	device_expect_written("coherent: with what it holds", p, 12);
	abi_fd = layout.fd;
	ret = migrate_coherent_again(&layout, start, &moved);
	abi_case("coherent: and goes there again", !ret && moved == DEVICE_PAGES, "%d, %llu", ret,
		 (unsigned long long)moved);
	device_write(p, 13);
	close(layout.fd);
	layout.fd = -1;
	abi_fd = ours;
	device_expect_written("coherent: it stays when the file is closed", p, 13);
	workload_tear_down(&layout);
	abi_case("coherent: nothing is left", device_regions() == before, "%zu", device_regions());
}

/* Pages in coherent memory of a file of its own, of which a pipe holds one; then all is closed. */
static int hold_and_close(uint64_t start, int pipe)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	struct ptwalk_migrate migrate = device_moving(p, DEVICE_LEN, PTWALK_MEMORY_COHERENT);
	struct iovec one = { p, PAGE };

	device_write(p, 14);
	migrate.phys = start;
	abi_fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (abi_ioctl(PTWALK_IOC_MIGRATE, &migrate) || migrate.moved != DEVICE_PAGES ||
	    vmsplice(pipe, &one, 1, 0) != (ssize_t)PAGE)
		return 2;
	close(abi_fd);
	return device_wrong_pages(p, 14) != 0;
}

/* Did it end by itself, well, within some seconds? */
static bool ends_well(pid_t pid)
{
	int status = -1;

	for (int i = 0; i < 500 && waitpid(pid, &status, WNOHANG) != pid; i++)
		usleep(10000);
	return !status;
}

/* The holder is another process, or the one that closes. */
static void test_held(const char *who, uint64_t start, bool itself)
{
	size_t before = device_regions(), after = 0;
	int pipes[2];
	char name[96];
	pid_t pid;

	if (pipe(pipes)) {
		abi_case(who, false, "%s", strerror(errno));
		return;
	}
	pid = fork();
	if (!pid)
		_exit(hold_and_close(start, pipes[1]));
	for (int i = 0; i < 2 && itself; i++)
		close(pipes[i]);
	snprintf(name, sizeof(name), "closing does not wait for a page that %s holds", who);
	abi_case(name, ends_well(pid), "it does, or failed");
	if (!itself) {
		abi_case("but its memory stays", device_regions() == before + 1, "%zu",
			 device_regions());
		close(pipes[0]);
		close(pipes[1]);
	}
	for (int i = 0; i < 200 && (after = device_regions()) != before; i++)
		usleep(10000);
	abi_case("and is gone when the page is put", after == before, "%zu", after);
}

static void expect_reason(uint32_t op)
{
	for (uint32_t i = 0; i < PTWALK_NR_OPS; i++) {
		struct ptwalk_query_op query = { .index = i };

		if (abi_ioctl(PTWALK_IOC_QUERY_OP, &query) || query.op != op)
			continue;
		abi_case("with the reason",
			 !(query.flags & PTWALK_OPF_RUNNABLE) &&
				 !strcmp(query.reason, "needs a kernel with CONFIG_DEVICE_PRIVATE"),
			 "%s", query.reason);
	}
}

/* A kernel without such memory says so, and has none. */
static void test_none(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = abi_run(PTWALK_OP_OWNER_ONE, p, DEVICE_LEN, samples, 1);

	for (uint32_t to = OWN; to <= PTWALK_MEMORY_FOREIGN; to++) {
		struct ptwalk_migrate migrate = device_moving(p, DEVICE_LEN, to);

		abi_answers("this kernel has no private memory", PTWALK_IOC_MIGRATE, &migrate,
			    -EOPNOTSUPP);
	}
	for (run.op = PTWALK_OP_OWNER_ONE; run.op <= PTWALK_OP_OWNER_TWO; run.op++) {
		abi_answers("and no op that needs it", PTWALK_IOC_RUN, &run, -EOPNOTSUPP);
		expect_reason(run.op);
	}
	munmap(p, DEVICE_LEN);
}

static void test_private(void)
{
	test_other_memory();
	device_test_private();
}

int main(int argc, char **argv)
{
	if (argc < 2 || (strcmp(argv[1], "private") && strcmp(argv[1], "none"))) {
		fprintf(stderr, "usage: %s private|none [--spare=low:START:SIZE]\n", argv[0]);
		return 2;
	}
	abi_begin();
	test_refusals();
	if (argc > 2) {
		uint64_t start = strtoull(strchr(argv[2], ':') + 1, NULL, 0);

		test_coherent(start);
		test_held("another process's pipe", start, false);
		test_held("its own pipe", start, true);
	}
	if (!strcmp(argv[1], "private"))
		test_private();
	else
		test_none();
	abi_case("no memory of a device is left but this file's", device_regions() <= 2,
		 "%zu regions", device_regions());
	abi_test_kernel_log();
	return abi_end();
}
