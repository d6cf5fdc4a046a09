/* SPDX-License-Identifier: GPL-2.0-only */
/* What runs and inspections that are right must say, as relations between them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "abi.h"

#define NR_SAMPLES 8
#define HUGE	   (2UL << 20)

static struct ptwalk_sample samples[NR_SAMPLES];

/* Run and show what it answers where that is not 0. */
static bool run_of(const char *name, struct ptwalk_run *run)
{
	int ret;

	memset(samples, 0, sizeof(samples));
	ret = abi_ioctl(PTWALK_IOC_RUN, run);
	if (ret || run->done != run->iterations)
		abi_case(name, false, "answered %d (%s), %u of %u samples", ret, strerror(-ret),
			 run->done, run->iterations);
	return !ret && run->done == run->iterations;
}

static bool inspect_of(const char *name, const void *addr, uint64_t len, struct ptwalk_inspect *met)
{
	int ret;

	*met = (struct ptwalk_inspect){ .addr = (uintptr_t)addr, .len = len };
	ret = abi_ioctl(PTWALK_IOC_INSPECT, met);
	if (ret)
		abi_case(name, false, "inspect answered %d (%s)", ret, strerror(-ret));
	return !ret;
}

static bool samples_equal(void)
{
	unsigned int i;

	for (i = 1; i < NR_SAMPLES; i++)
		if (samples[i].ticks != samples[0].ticks)
			return false;
	return true;
}

static struct ptwalk_run quiet(uint32_t op, const void *addr, uint64_t len)
{
	struct ptwalk_run run = abi_run(op, addr, len, samples, NR_SAMPLES);

	run.flags = PTWALK_RUN_IRQS_OFF;
	return run;
}

/* Every window with interrupts off reads the same, and says so. */
static __u64 test_repeats(const char *op_name, struct ptwalk_run run)
{
	unsigned int i, flags = 0;
	char name[96];

	snprintf(name, sizeof(name), "%s: every window is the same", op_name);
	if (!run_of(name, &run))
		return 0;
	abi_case(name, samples_equal(), "%llu and others", samples[0].ticks);
	for (i = 0; i < NR_SAMPLES; i++)
		flags |= samples[i].flags ^ PTWALK_SAMPLE_IRQS_OFF;
	snprintf(name, sizeof(name), "%s: no window is disturbed", op_name);
	abi_case(name, !flags, "flags differ by %x", flags);
	return samples[0].ticks;
}

static void test_order_of_costs(const char *memory, uint64_t len)
{
	__u64 empty = test_repeats("empty", quiet(PTWALK_OP_EMPTY, memory, len));
	__u64 other = test_repeats("empty elsewhere", quiet(PTWALK_OP_EMPTY, NULL, PAGE));
	__u64 bare = test_repeats("bare", quiet(PTWALK_OP_BARE, memory, len));
	__u64 hmm = test_repeats("hmm", quiet(PTWALK_OP_HMM, memory, len));

	abi_case("empty does not depend on the range", empty && empty == other, "%llu and %llu",
		 empty, other);
	abi_case("empty < bare < hmm", empty < bare && bare < hmm, "%llu, %llu, %llu", empty, bare,
		 hmm);
}

/* hmm, the replica under every policy, and inspect tell the same of this range. */
static void test_agreement(const char *what, const void *addr, uint64_t len)
{
	struct ptwalk_run hmm = quiet(PTWALK_OP_HMM, addr, len);
	struct ptwalk_inspect met;
	uint32_t policy;
	char name[96];

	snprintf(name, sizeof(name), "%s: inspect and hmm agree", what);
	if (!inspect_of(name, addr, len, &met) || !run_of(name, &hmm))
		return;
	abi_case(name, hmm.pfn_sum == met.pfn_sum, "sums of PFNs %llx and %llx", met.pfn_sum,
		 hmm.pfn_sum);
	for (policy = 0; policy < PTWALK_NR_POLICIES; policy++) {
		struct ptwalk_run walk = quiet(PTWALK_OP_WALK, addr, len);

		walk.policy = policy;
		snprintf(name, sizeof(name), "%s: hmm and walk agree, policy %u", what, policy);
		if (!run_of(name, &walk))
			continue;
		abi_case(name,
			 walk.pfn_sum == hmm.pfn_sum && walk.entry_sum == hmm.entry_sum &&
				 walk.valid_pages == hmm.valid_pages &&
				 walk.error_pages == hmm.error_pages,
			 "entries %llx and %llx, valid %llu and %llu, errors %llu and %llu",
			 hmm.entry_sum, walk.entry_sum, hmm.valid_pages, walk.valid_pages,
			 hmm.error_pages, walk.error_pages);
	}
}

/* Sixteen pages: 0..3 written, 4..7 never touched, 8..11 read, 12..15 unmapped. */
static void test_mixed(void)
{
	char *p = abi_map(16 * PAGE, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, p, 16 * PAGE);
	struct ptwalk_inspect met;
	volatile char *page;

	memset(p, 1, 4 * PAGE);
	for (page = p + 8 * PAGE; page < p + 12 * PAGE; page += PAGE)
		(void)*page;
	munmap(p + 12 * PAGE, 4 * PAGE);
	if (inspect_of("mixed: inspect", p, 16 * PAGE, &met))
		abi_case("mixed: holes, zero pages and leaves are counted",
			 met.leaves[PTWALK_LEVEL_PTE] == 8 && met.hole_pages == 8 &&
				 met.zero_pages == 4 && !met.zone_device_pages,
			 "%llu leaves, %llu holes, %llu zero pages", met.leaves[PTWALK_LEVEL_PTE],
			 met.hole_pages, met.zero_pages);
	if (run_of("mixed: hmm", &run))
		abi_case("mixed: hmm finds valid pages, and errors where nothing is mapped",
			 run.valid_pages == 8 && run.error_pages == 4, "%llu valid, %llu errors",
			 run.valid_pages, run.error_pages);
	test_agreement("mixed", p, 16 * PAGE);
	munmap(p, 12 * PAGE);
}

static void test_unmapped(void)
{
	struct ptwalk_inspect met;

	if (inspect_of("null range: inspect", NULL, 4 * PAGE, &met))
		abi_case("null range: all holes",
			 met.hole_pages == 4 && !met.leaves[0] && met.pfn_min == UINT64_MAX &&
				 !met.pfn_max && !met.tables[0],
			 "%llu holes", met.hole_pages);
	test_agreement("null range", NULL, 4 * PAGE);
}

/* Not readable: hmm reports errors, and refuses to fault; the pages are there. */
static void test_prot_none(void)
{
	char *p = abi_map(4 * PAGE, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, p, 4 * PAGE);
	struct ptwalk_run walk = quiet(PTWALK_OP_WALK, p, 4 * PAGE);
	struct ptwalk_inspect met;

	memset(p, 1, 4 * PAGE);
	mprotect(p, 4 * PAGE, PROT_NONE);
	if (inspect_of("PROT_NONE: inspect", p, 4 * PAGE, &met))
		abi_case("PROT_NONE: inspect sees the pages", met.leaf_pages[0] == 4, "%llu pages",
			 met.leaf_pages[0]);
	if (run_of("PROT_NONE: hmm", &run) && run_of("PROT_NONE: walk", &walk))
		abi_case("PROT_NONE: all errors, in hmm and walk",
			 run.error_pages == 4 && walk.error_pages == 4 && !run.valid_pages &&
				 run.entry_sum == walk.entry_sum,
			 "%llu and %llu errors", run.error_pages, walk.error_pages);
	run.flags = walk.flags = 0;
	run.req = walk.req = PTWALK_REQ_FAULT;
	abi_answers("PROT_NONE: hmm cannot fault", PTWALK_IOC_RUN, &run, -EFAULT);
	abi_answers("PROT_NONE: walk cannot fault", PTWALK_IOC_RUN, &walk, -EFAULT);
	munmap(p, 4 * PAGE);
}

/* A hole is faulted in by the first window, and only by it. */
static void test_fault_in(const char *what, uint32_t op, uint32_t policy, uint32_t req)
{
	char *p = abi_map(16 * PAGE, PROT_READ | PROT_WRITE);
	struct ptwalk_run run = abi_run(op, p, 16 * PAGE, samples, 2);
	struct ptwalk_inspect met;
	char name[96];

	run.policy = policy;
	run.req = req;
	snprintf(name, sizeof(name), "%s faults pages in", what);
	if (run_of(name, &run) && inspect_of(name, p, 16 * PAGE, &met)) {
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
	struct ptwalk_run run = abi_run(PTWALK_OP_WALK, p, 4 * PAGE, samples, 1);

	run.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	abi_answers("walk cannot write to a read-only mapping", PTWALK_IOC_RUN, &run, -EPERM);
	run.op = PTWALK_OP_HMM;
	abi_answers("hmm cannot write to a read-only mapping", PTWALK_IOC_RUN, &run, -EPERM);
	munmap(p, 4 * PAGE);
}

/* With interrupts on, some windows are met by one; those say so, and the others read as alone. */
static void test_disturbed(const char *memory, uint64_t len)
{
	static struct ptwalk_sample open[256];
	const unsigned int nr = sizeof(open) / sizeof(open[0]);
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, memory, len);
	unsigned int i, disturbed = 0, unflagged = 0, changed = 0;
	__u64 alone;

	if (!run_of("disturbed: alone", &run))
		return;
	alone = samples[0].ticks;
	run = abi_run(PTWALK_OP_HMM, memory, len, open, nr);
	if (!run_of("disturbed: open", &run))
		return;
	for (i = 0; i < nr; i++) {
		bool met = open[i].interrupts || open[i].switches;

		disturbed += met;
		unflagged += open[i].flags != (met ? PTWALK_SAMPLE_DISTURBED : 0);
		changed += !met && open[i].ticks != alone;
	}
	abi_case("open windows: interrupts come into some", disturbed && disturbed < nr,
		 "into %u of %u", disturbed, nr);
	abi_case("open windows: flagged where met", !unflagged, "%u of %u are not", unflagged, nr);
	abi_case("open windows: as alone where not met", !changed, "%u of %u are not", changed, nr);
}

static void test_events_count(const char *memory, uint64_t len)
{
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, memory, len);
	bool counted = true, whole = true, none = true;
	unsigned int i;

	run.nr_events = 2;
	run.events[0] = (struct ptwalk_event){ PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_CPU_CLOCK };
	run.events[1] = (struct ptwalk_event){ PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_PAGE_FAULTS };
	if (!run_of("events", &run))
		return;
	for (i = 0; i < NR_SAMPLES; i++) {
		counted &= samples[i].events[0] && !samples[i].events[1];
		whole &= samples[i].enabled_ns[0] &&
			 samples[i].enabled_ns[0] == samples[i].running_ns[0];
		none &= !samples[i].events[2] && !samples[i].enabled_ns[3];
	}
	abi_case("events: a clock counts, faults do not", counted, "%llu and %llu",
		 samples[0].events[0], samples[0].events[1]);
	abi_case("events: software events run all the time", whole, "%llu of %llu ns",
		 samples[0].running_ns[0], samples[0].enabled_ns[0]);
	abi_case("events: unused ones are zero", none, "not zero");
	abi_case("events do not change the window", samples_equal(), "ticks differ");
}

/* The largest of everything that the ABI allows. */
static void test_large(void)
{
	static struct ptwalk_sample many[PTWALK_MAX_ITERATIONS];
	struct ptwalk_run run = abi_run(PTWALK_OP_EMPTY, NULL, PAGE, many, PTWALK_MAX_ITERATIONS);
	struct sysinfo machine;
	int ret;

	ret = abi_ioctl(PTWALK_IOC_RUN, &run);
	abi_case("as many iterations as allowed",
		 !ret && run.done == PTWALK_MAX_ITERATIONS && many[PTWALK_MAX_ITERATIONS - 1].ticks,
		 "answered %d, %u done", ret, run.done);

	if (!sysinfo(&machine) && machine.totalram * machine.mem_unit < PTWALK_MAX_PAGES * 8) {
		run = quiet(PTWALK_OP_HMM, NULL, PTWALK_MAX_PAGES * PAGE);
		abi_answers("a result array that does not fit", PTWALK_IOC_RUN, &run, -ENOMEM);
	}
	run = quiet(PTWALK_OP_BARE, NULL, PTWALK_MAX_PAGES * PAGE);
	ret = abi_ioctl(PTWALK_IOC_RUN, &run);
	abi_case("as many pages as allowed", !ret, "answered %d", ret);
}

/* A run that would go on for minutes ends with the task that asked for it. */
static void test_killed(const char *memory, uint64_t len)
{
	static struct ptwalk_sample many[PTWALK_MAX_ITERATIONS];
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, memory, len, many, PTWALK_MAX_ITERATIONS);
	const struct timespec soon = { .tv_nsec = 100 * 1000 * 1000 };
	struct timespec before, after;
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid) {
		abi_ioctl(PTWALK_IOC_RUN, &run);
		_exit(0);
	}
	nanosleep(&soon, NULL);
	clock_gettime(CLOCK_MONOTONIC, &before);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	abi_case("a long run ends with its task",
		 WIFSIGNALED(status) && after.tv_sec - before.tv_sec < 2, "status %x after %ld s",
		 status, (long)(after.tv_sec - before.tv_sec));
}

static void test_huge(void)
{
	char *p = abi_map(3 * HUGE, PROT_READ | PROT_WRITE);
	char *huge = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
	struct ptwalk_inspect met;

	madvise(huge, 2 * HUGE, MADV_HUGEPAGE);
	memset(huge, 1, HUGE);
	(void)*(volatile char *)(huge + HUGE);
	if (inspect_of("huge pages: inspect", huge, 2 * HUGE, &met))
		abi_case("huge pages: one leaf each, the zero page known",
			 met.leaves[PTWALK_LEVEL_PMD] == 2 && met.zero_pages == HUGE / PAGE &&
				 met.leaf_pages[PTWALK_LEVEL_PMD] == 2 * HUGE / PAGE,
			 "%llu leaves, %llu zero pages", met.leaves[PTWALK_LEVEL_PMD],
			 met.zero_pages);
	test_agreement("huge pages", huge, 2 * HUGE);
	test_agreement("part of a huge page", huge + 16 * PAGE, HUGE);
	munmap(p, 3 * HUGE);
}

void abi_test_runs(void)
{
	uint64_t len = 4 * HUGE;
	char *memory = abi_map(len, PROT_READ | PROT_WRITE);

	memset(memory, 1, len);
	test_order_of_costs(memory, len);
	test_agreement("small pages", memory, len);
	test_mixed();
	test_unmapped();
	test_prot_none();
	test_huge();
	test_fault_in("hmm", PTWALK_OP_HMM, 0, PTWALK_REQ_FAULT);
	test_fault_in("walk", PTWALK_OP_WALK, PTWALK_POLICY_NONE, PTWALK_REQ_FAULT);
	test_fault_in("hmm, writing,", PTWALK_OP_HMM, 0, PTWALK_REQ_FAULT | PTWALK_REQ_WRITE);
	test_fault_in("walk, writing,", PTWALK_OP_WALK, PTWALK_POLICY_BATCH,
		      PTWALK_REQ_FAULT | PTWALK_REQ_WRITE);
	test_write_refused();
	test_disturbed(memory, len);
	test_events_count(memory, len);
	test_large();
	test_killed(memory, len);
	munmap(memory, len);
}
