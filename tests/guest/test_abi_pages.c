// SPDX-License-Identifier: GPL-2.0-only
/* Ops that take and drop page references, and those that look dev_pagemaps up. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"

#define NR_SAMPLES 4
#define HUGE	   (2UL << 20)
#define QUIET	   (PTWALK_RUN_IRQS_OFF | PTWALK_RUN_POPULATED)

static const struct reference_op {
	const char *name;
	uint32_t op;
	uint32_t quiet; /* how it runs with interrupts off */
} reference_ops[] = {
	{ "gup_fast", PTWALK_OP_GUP_FAST, QUIET },
	{ "pin_fast", PTWALK_OP_PIN_FAST, QUIET },
	{ "gup", PTWALK_OP_GUP, QUIET },
	{ "put", PTWALK_OP_PUT, PTWALK_RUN_IRQS_OFF },
	{ "unpin", PTWALK_OP_UNPIN, PTWALK_RUN_IRQS_OFF },
	{ "pin", PTWALK_OP_PIN, QUIET },
	{ "pin_longterm", PTWALK_OP_PIN_LONGTERM, QUIET },
};

#define NR_REFERENCE_OPS (sizeof(reference_ops) / sizeof(reference_ops[0]))

static struct ptwalk_sample samples[NR_SAMPLES];

static struct ptwalk_run run_of(uint32_t op, const void *addr, uint64_t len, uint32_t flags,
				uint32_t req)
{
	struct ptwalk_run run = abi_run(op, addr, len, samples, NR_SAMPLES);

	run.flags = flags;
	run.req = req;
	return run;
}

/* The op, doing that, answers just this. */
static void answers(int expected, const char *what, const char *op, struct ptwalk_run run)
{
	char name[96];

	snprintf(name, sizeof(name), "%s: %s", what, op);
	abi_answers(name, PTWALK_IOC_RUN, &run, expected);
}

/* Measured with interrupts off: the pages that are mapped, the same cost each time. 0: not so. */
static uint64_t measured(const char *what, const char *op_name, struct ptwalk_run run)
{
	uint64_t pages = run.len / PAGE;
	struct ptwalk_inspect met;
	bool same = true;
	char name[96];
	int i;

	snprintf(name, sizeof(name), "%s: %s", what, op_name);
	if (!abi_inspect(name, (void *)run.addr, run.len, &met) || !abi_measure(name, &run))
		return 0;
	for (i = 0; i < NR_SAMPLES; i++)
		same &= samples[i].ticks == samples[0].ticks &&
			samples[i].flags == PTWALK_SAMPLE_IRQS_OFF;
	abi_case(name, same && run.pfn_sum == met.pfn_sum && run.valid_pages == pages,
		 "%llu, %llu, ... ticks, flags %x, %llu valid, sums %llx and %llx",
		 samples[0].ticks, samples[1].ticks, samples[0].flags, run.valid_pages, run.pfn_sum,
		 met.pfn_sum);
	return samples[0].ticks;
}

/* Every op of references; getting, pinning and dropping stand to each other as they must. */
static void test_costs(const char *what, const void *addr, uint64_t len, bool huge)
{
	uint64_t cost[NR_REFERENCE_OPS], pages = len / PAGE;
	char name[96];
	size_t i;

	for (i = 0; i < NR_REFERENCE_OPS; i++)
		cost[i] =
			measured(what, reference_ops[i].name,
				 run_of(reference_ops[i].op, addr, len, reference_ops[i].quiet, 0));
	/* A pin is a reference, and is counted by the node as well. */
	snprintf(name, sizeof(name), "%s: gup_fast < pin_fast", what);
	abi_case(name, cost[0] && cost[0] < cost[1], "%lu and %lu", cost[0], cost[1]);
	/* One page after another comes from the page table's root, under locks. */
	snprintf(name, sizeof(name), "%s: put and unpin cost something a page", what);
	abi_case(name, cost[3] > pages && cost[4] > pages, "%lu and %lu", cost[3], cost[4]);
	/* Pages of one folio are unpinned at once (since 5.13), single ones each by itself. */
	huge &= abi_kernel_since(5, 13);
	snprintf(name, sizeof(name), "%s: unpin %s put", what, huge ? "<" : ">");
	abi_case(name, huge ? cost[4] < cost[3] : cost[4] > cost[3], "%lu and %lu", cost[4],
		 cost[3]);
}

static void test_flags(const char *memory)
{
	const uint64_t len = 4 * PAGE;
	size_t i;

	for (i = 0; i < NR_REFERENCE_OPS; i++) {
		const struct reference_op *o = &reference_ops[i];
		bool sleeps = o->quiet & PTWALK_RUN_POPULATED;

		answers(sleeps ? -EINVAL : 0, "interrupts off", o->name,
			run_of(o->op, memory, len, PTWALK_RUN_IRQS_OFF, 0));
		answers(sleeps ? 0 : -EINVAL, "interrupts off, populated", o->name,
			run_of(o->op, memory, len, QUIET, 0));
		answers(-EINVAL, "populated, interrupts on", o->name,
			run_of(o->op, memory, len, PTWALK_RUN_POPULATED, 0));
		answers(0, "interrupts on", o->name, run_of(o->op, memory, len, 0, 0));
		answers(-EINVAL, "write without fault", o->name,
			run_of(o->op, memory, len, 0, PTWALK_REQ_WRITE));
		answers(sleeps ? 0 : -EINVAL, "asked to fault", o->name,
			run_of(o->op, memory, len, 0, PTWALK_REQ_FAULT));
	}
	answers(-EINVAL, "populated, which never sleeps", "bare",
		run_of(PTWALK_OP_BARE, memory, len, QUIET, 0));
	answers(-EINVAL, "populated, a snapshot", "hmm",
		run_of(PTWALK_OP_HMM, memory, len, QUIET, 0));
}

/* What is not there, or not allowed, is not had; nor is anything faulted in unasked. */
static void test_absent(void)
{
	const uint64_t len = 4 * PAGE;
	char *p = abi_map(len, PROT_READ | PROT_WRITE), *closed = abi_map(len, PROT_WRITE);
	struct ptwalk_inspect met;
	size_t i;

	memset(closed, 1, len);
	mprotect(closed, len, PROT_NONE);
	for (i = 0; i < NR_REFERENCE_OPS; i++) {
		const struct reference_op *o = &reference_ops[i];

		answers(-EFAULT, "unmapped", o->name, run_of(o->op, NULL, len, 0, 0));
		answers(-EFAULT, "unmapped, quiet", o->name, run_of(o->op, NULL, len, o->quiet, 0));
		answers(-EFAULT, "hole", o->name, run_of(o->op, p, len, 0, 0));
		answers(-EFAULT, "hole, quiet", o->name, run_of(o->op, p, len, o->quiet, 0));
		answers(-EFAULT, "PROT_NONE", o->name, run_of(o->op, closed, len, 0, 0));
		answers(-EFAULT, "PROT_NONE, quiet", o->name,
			run_of(o->op, closed, len, o->quiet, 0));
	}
	answers(-EFAULT, "hole", "pgmap_hit", run_of(PTWALK_OP_PGMAP_HIT, p, len, 0, 0));
	for (i = 0; i < NR_REFERENCE_OPS; i++)
		if (reference_ops[i].quiet & PTWALK_RUN_POPULATED)
			answers(-EFAULT, "hole, asked to fault, quiet", reference_ops[i].name,
				run_of(reference_ops[i].op, p, len, QUIET, PTWALK_REQ_FAULT));
	if (abi_inspect("hole: inspect", p, len, &met))
		abi_case("hole: nothing was faulted in", met.hole_pages == 4, "%llu holes",
			 met.hole_pages);
	munmap(p, len);
	munmap(closed, len);
}

static void test_asked(const char *name, uint32_t op, uint32_t req)
{
	char *p = abi_map(16 * PAGE, PROT_READ | PROT_WRITE), text[96];
	struct ptwalk_run run = run_of(op, p, 16 * PAGE, 0, req);
	struct ptwalk_inspect met;

	snprintf(text, sizeof(text), "%s faults in what it is asked for, %s", name,
		 req & PTWALK_REQ_WRITE ? "writable" : "to read");
	if (abi_measure(text, &run) && abi_inspect(text, p, 16 * PAGE, &met))
		abi_case(text,
			 met.leaf_pages[0] == 16 && run.pfn_sum == met.pfn_sum &&
				 met.zero_pages == (req & PTWALK_REQ_WRITE ? 0 : 16) &&
				 samples[0].faults == 16 && !samples[1].faults,
			 "%llu pages, %llu zero, %u and %u faults", met.leaf_pages[0],
			 met.zero_pages, samples[0].faults, samples[1].faults);
	mprotect(p, 16 * PAGE, PROT_READ);
	snprintf(text, sizeof(text), "%s: no writing to a read-only mapping", name);
	run = run_of(op, p, 16 * PAGE, 0, PTWALK_REQ_FAULT | PTWALK_REQ_WRITE);
	abi_answers(text, PTWALK_IOC_RUN, &run, -EFAULT);
	munmap(p, 16 * PAGE);
}

/* hmm asked to fault in what is present does as a snapshot, and may have interrupts off. */
static void test_fault_present(void)
{
	static const char what[] = "hmm";
	const uint32_t op = PTWALK_OP_HMM;
	const uint64_t len = 16 * PAGE, write = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	char *p = abi_map(len, PROT_READ | PROT_WRITE);
	size_t i;

	answers(-EFAULT, "hole, asked to fault, quiet", what,
		run_of(op, p, len, QUIET, PTWALK_REQ_FAULT));
	for (i = 0; i < len; i += PAGE)
		(void)*(volatile char *)(p + i);
	measured("asked to fault, present", what, run_of(op, p, len, QUIET, PTWALK_REQ_FAULT));
	answers(-EFAULT, "zero pages, asked to write, quiet", what,
		run_of(op, p, len, QUIET, write));
	memset(p, 1, len);
	measured("asked to write, writable", what, run_of(op, p, len, QUIET, write));
	munmap(p, len);
}

/* Pages that a child shares are pinned only once they are this task's own (since 5.19): a fault. */
static void test_shared(void)
{
	const int quiet = abi_kernel_since(5, 19) ? -EFAULT : 0;
	const uint64_t len = 4 * PAGE;
	char *p = abi_map(len, PROT_READ | PROT_WRITE);
	struct ptwalk_inspect before, after;
	pid_t pid;

	memset(p, 1, len);
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	abi_inspect("shared: before", p, len, &before);
	answers(quiet, "shared, quiet", "pin_fast", run_of(PTWALK_OP_PIN_FAST, p, len, QUIET, 0));
	answers(quiet, "shared, asked to fault, quiet", "pin_fast",
		run_of(PTWALK_OP_PIN_FAST, p, len, QUIET, PTWALK_REQ_FAULT));
	answers(0, "shared, quiet", "gup_fast", run_of(PTWALK_OP_GUP_FAST, p, len, QUIET, 0));
	answers(0, "shared, asked to fault", "pin_fast",
		run_of(PTWALK_OP_PIN_FAST, p, len, 0, PTWALK_REQ_FAULT));
	abi_inspect("shared: after", p, len, &after);
	if (quiet)
		abi_case("shared: pinned pages are the task's own", before.pfn_sum != after.pfn_sum,
			 "the same pages");
	else
		abi_case("shared: pinned pages stay shared", before.pfn_sum == after.pfn_sum,
			 "other pages");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(p, len);
}

struct holder {
	int pipe[2];
	struct iovec memory;
};

/* Takes references in the midst of a run, and keeps them. */
static void *hold_pages(void *arg)
{
	const struct timespec soon = { .tv_nsec = 20000000L };
	struct holder *holder = arg;

	nanosleep(&soon, NULL);
	return vmsplice(holder->pipe[1], &holder->memory, 1, 0) < 0 ? holder : NULL;
}

static void test_counts_are_checked(void)
{
	static struct ptwalk_sample many[30000];
	const unsigned int nr = sizeof(many) / sizeof(many[0]);
	struct holder holder = { .memory = { abi_map(4 * PAGE, PROT_READ | PROT_WRITE),
					     4 * PAGE } };
	struct ptwalk_run run;
	pthread_t thread;
	void *failed;
	int ret;

	memset(holder.memory.iov_base, 1, 4 * PAGE);
	run = abi_run(PTWALK_OP_GUP_FAST, holder.memory.iov_base, 4 * PAGE, many, nr);
	if (pipe(holder.pipe))
		abi_case("reference counts: pipe", false, "%s", strerror(errno));
	pthread_create(&thread, NULL, hold_pages, &holder);
	ret = abi_ioctl(PTWALK_IOC_RUN, &run);
	pthread_join(thread, &failed);
	abi_case("reference counts that are others in the end are told",
		 ret == -EIO && run.done == nr && !failed, "answered %d (%s), %u of %u done", ret,
		 strerror(-ret), run.done, nr);
	run = abi_run(PTWALK_OP_GUP_FAST, holder.memory.iov_base, 4 * PAGE, many, 1);
	abi_answers("reference counts that others raised before are no matter", PTWALK_IOC_RUN,
		    &run, 0);
	close(holder.pipe[0]);
	close(holder.pipe[1]);
	munmap(holder.memory.iov_base, 4 * PAGE);
}

static void test_pgmap_elsewhere(const char *memory, uint64_t len)
{
	struct ptwalk_run run = run_of(PTWALK_OP_PGMAP_MISS, memory, len, PTWALK_RUN_IRQS_OFF, 0);

	answers(-ENXIO, "memory without a pagemap", "pgmap_hit",
		run_of(PTWALK_OP_PGMAP_HIT, memory, len, PTWALK_RUN_IRQS_OFF, 0));
	answers(abi_kernel_since(6, 18) ? -EOPNOTSUPP : -ENXIO, "memory without a pagemap",
		"pgmap_cached",
		run_of(PTWALK_OP_PGMAP_CACHED, memory, len, PTWALK_RUN_IRQS_OFF, 0));
	if (abi_measure("pgmap_miss", &run))
		abi_case("pgmap_miss: every window is the same",
			 samples[0].ticks == samples[NR_SAMPLES - 1].ticks && !run.pfn_sum,
			 "%llu and %llu", samples[0].ticks, samples[NR_SAMPLES - 1].ticks);
}

static void test_huge(void)
{
	char *p = abi_map(3 * HUGE, PROT_READ | PROT_WRITE);
	char *huge = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));

	madvise(huge, 2 * HUGE, MADV_HUGEPAGE);
	memset(huge, 1, 2 * HUGE);
	test_costs("huge pages", huge, 2 * HUGE, true);
	test_costs("part of huge pages", huge + 16 * PAGE, HUGE, true);
	munmap(p, 3 * HUGE);
}

void abi_test_pages(void)
{
	char *memory = abi_map(HUGE, PROT_READ | PROT_WRITE);
	size_t i;

	memset(memory, 1, HUGE);
	test_flags(memory);
	test_costs("small pages", memory, HUGE, false);
	test_pgmap_elsewhere(memory, HUGE);
	mprotect(memory, HUGE, PROT_READ);
	test_costs("read-only", memory, HUGE, false);
	munmap(memory, HUGE);
	test_huge();
	test_absent();
	for (i = 0; i < NR_REFERENCE_OPS; i++) {
		if (!(reference_ops[i].quiet & PTWALK_RUN_POPULATED))
			continue;
		/* To be kept for long, a page is the task's own, also where it is only read (6.2). */
		if (reference_ops[i].op != PTWALK_OP_PIN_LONGTERM)
			test_asked(reference_ops[i].name, reference_ops[i].op, PTWALK_REQ_FAULT);
		test_asked(reference_ops[i].name, reference_ops[i].op,
			   PTWALK_REQ_FAULT | PTWALK_REQ_WRITE);
	}
	test_fault_present();
	test_shared();
	test_counts_are_checked();
}

void abi_test_pages_dax(const char *path, const void *addr, unsigned int level)
{
	struct ptwalk_run miss = run_of(PTWALK_OP_PGMAP_MISS, addr, HUGE, PTWALK_RUN_IRQS_OFF, 0);
	struct ptwalk_run get = run_of(PTWALK_OP_GUP_FAST, addr, HUGE, QUIET, 0);
	uint64_t hit, cached = 0;
	char name[96];

	hit = measured(path, "pgmap_hit",
		       run_of(PTWALK_OP_PGMAP_HIT, addr, HUGE, PTWALK_RUN_IRQS_OFF, 0));
	/* No argument for the reference that is held, and so no op, since 6.18. */
	if (!abi_kernel_since(6, 18))
		cached = measured(
			path, "pgmap_cached",
			run_of(PTWALK_OP_PGMAP_CACHED, addr, HUGE, PTWALK_RUN_IRQS_OFF, 0));
	snprintf(name, sizeof(name), "%s: pgmap cached < miss < hit", path);
	/* What is not found has no reference to be taken and put. */
	if (abi_measure(name, &miss))
		abi_case(name, cached < samples[0].ticks && samples[0].ticks < hit,
			 "%lu, %llu, %lu", cached, samples[0].ticks, hit);
	/* A device whose folios do not begin where its leaves do has pages that give none. */
	if (level == PTWALK_LEVEL_PUD && abi_ioctl(PTWALK_IOC_RUN, &get) == -EUCLEAN)
		return;
	test_costs(path, addr, HUGE, level != PTWALK_LEVEL_PTE);
}
