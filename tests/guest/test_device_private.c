// SPDX-License-Identifier: GPL-2.0-only
/* Private memory of the module's two devices: what goes there, comes back, and walks there. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define OWN PTWALK_MEMORY_OWN

static struct ptwalk_sample samples[3];

static void test_there_and_back(const char *what, uint32_t to)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE), name[96];
	uint64_t own = to == OWN ? DEVICE_PAGES : 0;

	device_write(p, 1);
	snprintf(name, sizeof(name), "%s: all pages go there", what);
	device_move(name, p, DEVICE_LEN, to);
	snprintf(name, sizeof(name), "%s: inspect sees them", what);
	device_expect_pages(name, p, own, DEVICE_PAGES);
	abi_agree(what, p, DEVICE_LEN);
	abi_agree(what, p + 5 * PAGE, DEVICE_LEN - 99 * PAGE);
	snprintf(name, sizeof(name), "%s: all come when they are asked for", what);
	device_move(name, p, DEVICE_LEN, PTWALK_MEMORY_SYSTEM);
	device_expect_pages(name, p, 0, 0);
	device_expect_written(name, p, 1);
	snprintf(name, sizeof(name), "%s: and go there again", what);
	device_move(name, p, DEVICE_LEN, to);
	snprintf(name, sizeof(name), "%s: touched, they come with what they hold", what);
	device_expect_written(name, p, 1);
	device_expect_pages(name, p, 0, 0);
	munmap(p, DEVICE_LEN);
}

/* Every third page stays, the others go to the two devices in turn. */
static void test_mixed(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	uint64_t moved, sum = 0;

	device_write(p, 5);
	for (size_t i = 0; i < DEVICE_PAGES; i++)
		if (i % 3 &&
		    !device_migrate_by(abi_fd, p + i * PAGE, PAGE, (uint32_t)(i % 3), &moved))
			sum += moved;
	abi_case("mixed: pages go where they are told", sum == DEVICE_PAGES / 3 * 2, "%llu",
		 (unsigned long long)sum);
	device_expect_pages("mixed: inspect sees them", p, DEVICE_PAGES / 3, DEVICE_PAGES / 3 * 2);
	abi_agree("mixed", p, DEVICE_LEN);
	device_move("mixed: a call moves what is in system memory", p, PAGE, OWN);
	device_expect_written("mixed: all come with what they hold", p, 5);
	munmap(p, DEVICE_LEN);
}

static void test_untouched(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	size_t other = 0;

	device_move("untouched: pages that are not there go, too", p, DEVICE_LEN, OWN);
	device_expect_pages("untouched: inspect sees them", p, DEVICE_PAGES, DEVICE_PAGES);
	for (size_t i = 0; i < DEVICE_LEN; i++)
		other += p[i] != 0;
	abi_case("untouched: they come as zeroes", !other, "%zu bytes are not", other);
	munmap(p, DEVICE_LEN);
}

static void test_huge_page(void)
{
	const size_t huge = 2 * MIB;
	char *p = abi_map(3 * huge, PROT_READ | PROT_WRITE);
	char *at = (char *)(((uintptr_t)p + huge - 1) & ~(huge - 1));

	madvise(at, huge, MADV_HUGEPAGE);
	device_write(at, 9);
	device_move("a huge page goes in pieces", at, huge, OWN);
	abi_agree("a huge page in pieces", at, huge);
	device_expect_written("a huge page in pieces comes with what it held", at, 9);
	munmap(p, 3 * huge);
}

/* Whose request is it? Own pages are there; another device's are faulted in. */
static void test_requests(const char *what, uint32_t to)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE), name[96];
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, p, DEVICE_LEN, samples, 2);
	uint64_t stay = to == OWN ? DEVICE_PAGES : 0;

	device_write(p, 2);
	snprintf(name, sizeof(name), "%s: without a request", what);
	device_move(name, p, DEVICE_LEN, to);
	if (abi_measure(name, &run))
		abi_case(name, run.valid_pages == stay && !run.error_pages, "%llu valid",
			 run.valid_pages);
	run.req = PTWALK_REQ_FAULT;
	snprintf(name, sizeof(name), "%s: with a request all are valid", what);
	if (abi_measure(name, &run))
		abi_case(name, run.valid_pages == DEVICE_PAGES && !run.error_pages, "%llu valid",
			 run.valid_pages);
	snprintf(name, sizeof(name), "%s: own pages stay, others have come", what);
	device_expect_pages(name, p, stay, stay);
	device_expect_written(name, p, 2);
	munmap(p, DEVICE_LEN);
}

static void test_closed(uint32_t to)
{
	int ours = abi_fd, other = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	size_t before = device_regions();
	uint64_t moved;

	device_write(p, 4);
	abi_case("closing: pages go to another file's memory",
		 !device_migrate_by(other, p, DEVICE_LEN, to, &moved) && moved == DEVICE_PAGES &&
			 device_regions() == before + 1,
		 "%llu pages, %zu regions", (unsigned long long)moved, device_regions());
	abi_fd = ours;
	close(other);
	device_expect_pages("closing: all come when their file is closed", p, 0, 0);
	abi_case("closing: the memory is gone", device_regions() == before, "%zu regions",
		 device_regions());
	device_expect_written("closing: with what they hold", p, 4);
	munmap(p, DEVICE_LEN);
}

/* Both of a forked pair see the pages, in the device and after it is closed. */
static void test_fork(void)
{
	int ours = abi_fd, other = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC), status, go[2], gone[2];
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE), byte;
	uint64_t moved;
	pid_t pid;

	if (pipe(go) || pipe(gone)) {
		abi_case("fork: pipe", false, "%s", strerror(errno));
		return;
	}
	device_write(p, 6);
	device_migrate_by(other, p, DEVICE_LEN, PTWALK_MEMORY_FOREIGN, &moved);
	abi_fd = ours;
	pid = fork();
	if (!pid) {
		close(other);
		close(go[1]);
		close(gone[1]);
		(void)!read(go[0], &byte, 1);
		_exit(device_wrong_pages(p, 6) != 0);
	}
	p[0] = (char)(p[0] + 1);
	close(other);
	/* The file is closed once the child has closed it, too. */
	close(gone[1]);
	(void)!read(gone[0], &byte, 1);
	device_expect_pages("fork: all come when the file is closed", p, 0, 0);
	close(go[0]);
	close(go[1]);
	close(gone[0]);
	waitpid(pid, &status, 0);
	p[0] = (char)(p[0] - 1);
	abi_case("fork: the child has what was there", moved == DEVICE_PAGES && !status,
		 "%llu, %#x", (unsigned long long)moved, status);
	device_expect_written("fork: so has the parent", p, 6);
	munmap(p, DEVICE_LEN);
}

/* A process that ends, well or not, with its pages in the device. */
static void test_exit(int signal_number)
{
	size_t before = device_regions();
	int status;
	pid_t pid = fork();

	if (!pid) {
		char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
		uint64_t moved;
		int fd = open(PTWALK_DEVICE, O_RDWR);

		device_write(p, 8);
		if (device_migrate_by(fd, p, DEVICE_LEN, OWN, &moved) || moved != DEVICE_PAGES)
			_exit(1);
		if (signal_number)
			raise(signal_number);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	abi_case("exit: it ended as it should", signal_number ? WIFSIGNALED(status) : !status,
		 "%#x", status);
	abi_case("exit: nothing of it is left", device_regions() == before, "%zu and %zu regions",
		 before, device_regions());
}

static void test_many_times(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	size_t before = 0;
	bool ok = true;

	device_write(p, 7);
	for (int i = 0; i < 20 && ok; i++) {
		ok = device_move("many times: there", p, DEVICE_LEN,
				 i % 2 ? OWN : PTWALK_MEMORY_FOREIGN) &&
		     device_move("many times: back", p, DEVICE_LEN, PTWALK_MEMORY_SYSTEM);
		if (i == 1)
			before = device_regions();
	}
	device_expect_written("many times: it holds what it held", p, 7);
	abi_case("many times: the same memory serves", device_regions() == before,
		 "%zu, then %zu regions", before, device_regions());
	munmap(p, DEVICE_LEN);
}

/* Before and after the op all foreign pages are with their device. */
static void test_owner(const char *what, uint32_t op)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE), name[96];
	struct ptwalk_run run = abi_run(op, p, DEVICE_LEN, samples, 3);

	device_write(p, 11);
	snprintf(name, sizeof(name), "%s refuses pages that are no device's", what);
	abi_answers(name, PTWALK_IOC_RUN, &run, -ENXIO);
	snprintf(name, sizeof(name), "%s: foreign pages", what);
	device_move(name, p, DEVICE_LEN, PTWALK_MEMORY_FOREIGN);
	if (abi_measure(name, &run))
		abi_case(name,
			 run.valid_pages == DEVICE_PAGES && !run.error_pages &&
				 samples[0].faults == DEVICE_PAGES &&
				 samples[2].faults == DEVICE_PAGES &&
				 samples[2].flags & PTWALK_SAMPLE_DISTURBED,
			 "%llu valid, %u and %u faults", run.valid_pages, samples[0].faults,
			 samples[2].faults);
	snprintf(name, sizeof(name), "%s: they are where they were", what);
	device_expect_pages(name, p, 0, DEVICE_PAGES);
	device_expect_written(name, p, 11);
	snprintf(name, sizeof(name), "%s: own pages do not move", what);
	device_move(name, p, DEVICE_LEN, OWN);
	if (abi_measure(name, &run))
		abi_case(name,
			 run.valid_pages == DEVICE_PAGES && !samples[0].faults &&
				 !samples[2].faults,
			 "%llu valid, %u faults", run.valid_pages, samples[0].faults);
	device_expect_pages(name, p, DEVICE_PAGES, DEVICE_PAGES);
	run.flags = PTWALK_RUN_IRQS_OFF;
	snprintf(name, sizeof(name), "%s is never run with interrupts off", what);
	abi_answers(name, PTWALK_IOC_RUN, &run, -EINVAL);
	run.flags |= PTWALK_RUN_POPULATED;
	abi_answers(name, PTWALK_IOC_RUN, &run, -EINVAL);
	munmap(p, DEVICE_LEN);
}

static void test_dma_private(void)
{
	char *p = abi_map(DEVICE_LEN, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = abi_quiet(PTWALK_OP_DMA_MAP, p, DEVICE_LEN, samples, 2);

	device_move("dma_map: private pages", p, DEVICE_LEN, OWN);
	abi_answers("dma_map refuses what no other device reads", PTWALK_IOC_RUN, &run, -ENXIO);
	run.op = PTWALK_OP_DMA_UNMAP;
	abi_answers("dma_unmap refuses it, too", PTWALK_IOC_RUN, &run, -ENXIO);
	device_move("dma_map: private pages come back", p, DEVICE_LEN, PTWALK_MEMORY_SYSTEM);
	run.op = PTWALK_OP_DMA_MAP;
	if (abi_measure("dma_map: system memory", &run))
		abi_case("dma_map: all pages", run.valid_pages == DEVICE_PAGES, "%llu",
			 run.valid_pages);
	munmap(p, DEVICE_LEN);
}

void device_test_private(void)
{
	test_there_and_back("own", OWN);
	test_there_and_back("foreign", PTWALK_MEMORY_FOREIGN);
	test_mixed();
	test_untouched();
	test_huge_page();
	test_requests("own", OWN);
	test_requests("foreign", PTWALK_MEMORY_FOREIGN);
	test_closed(OWN);
	test_closed(PTWALK_MEMORY_FOREIGN);
	test_fork();
	test_exit(0);
	test_exit(SIGKILL);
	test_many_times();
	test_owner("owner_one", PTWALK_OP_OWNER_ONE);
	test_owner("owner_two", PTWALK_OP_OWNER_TWO);
	test_dma_private();
}
