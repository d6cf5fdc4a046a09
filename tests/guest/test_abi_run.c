// SPDX-License-Identifier: GPL-2.0-only
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
#define NR_MANY	   20000

static struct ptwalk_sample samples[NR_SAMPLES];

static struct ptwalk_run quiet(uint32_t op, const void *addr, uint64_t len)
{
	return abi_quiet(op, addr, len, samples, NR_SAMPLES);
}

static bool samples_equal(void)
{
	unsigned int i;

	for (i = 1; i < NR_SAMPLES; i++)
		if (samples[i].ticks != samples[0].ticks)
			return false;
	return true;
}

/* Every window with interrupts off reads the same, and says so. */
static __u64 test_repeats(const char *op_name, struct ptwalk_run run)
{
	unsigned int i, flags = 0;
	char name[96];

	snprintf(name, sizeof(name), "%s: every window is the same", op_name);
	if (!abi_measure(name, &run))
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
	if (abi_inspect("mixed: inspect", p, 16 * PAGE, &met))
		abi_case("mixed: holes, zero pages and leaves are counted",
			 met.leaves[PTWALK_LEVEL_PTE] == 8 && met.hole_pages == 8 &&
				 met.zero_pages == 4 && !met.zone_device_pages,
			 "%llu leaves, %llu holes, %llu zero pages", met.leaves[PTWALK_LEVEL_PTE],
			 met.hole_pages, met.zero_pages);
	if (abi_measure("mixed: hmm", &run))
		abi_case("mixed: hmm finds valid pages, and errors where nothing is mapped",
			 run.valid_pages == 8 && run.error_pages == 4, "%llu valid, %llu errors",
			 run.valid_pages, run.error_pages);
	abi_agree("mixed", p, 16 * PAGE);
	mprotect(p + 2 * PAGE, PAGE, PROT_READ);
	met = (struct ptwalk_inspect){ .addr = (uintptr_t)p,
				       .len = 16 * PAGE,
				       .flags = PTWALK_INSPECT_HASH };
	abi_answers("mixed: inspect with hashes", PTWALK_IOC_INSPECT, &met, 0);
	abi_case("mixed: mappings are counted, and pages of none",
		 met.vmas == 3 && met.error_pages == 4, "%u mappings, %u pages", met.vmas,
		 met.error_pages);
	munmap(p, 12 * PAGE);
}

static void test_unmapped(void)
{
	struct ptwalk_inspect met;

	if (abi_inspect("null range: inspect", NULL, 4 * PAGE, &met))
		abi_case("null range: all holes",
			 met.hole_pages == 4 && !met.leaves[0] && met.pfn_min == UINT64_MAX &&
				 !met.pfn_max && !met.tables[0],
			 "%llu holes", met.hole_pages);
	abi_agree("null range", NULL, 4 * PAGE);
}

/* With interrupts on, some windows are met by one; those say so, and the others read as alone. */
static void test_disturbed(const char *memory, uint64_t len)
{
	static struct ptwalk_sample open[256];
	const unsigned int nr = sizeof(open) / sizeof(open[0]);
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, memory, len);
	unsigned int i, disturbed = 0, unflagged = 0, changed = 0;
	__u64 alone;

	if (!abi_measure("disturbed: alone", &run))
		return;
	alone = samples[0].ticks;
	run = abi_run(PTWALK_OP_HMM, memory, len, open, nr);
	if (!abi_measure("disturbed: open", &run))
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
	if (!abi_measure("events", &run))
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

/* The number that this kernel gave to one of its PMUs, or 0. */
static uint32_t pmu_type(const char *name)
{
	char path[96];
	unsigned int type = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", name);
	f = fopen(path, "re");
	if (f) {
		if (fscanf(f, "%u", &type) != 1)
			type = 0;
		fclose(f);
	}
	return type;
}

/* A kprobe's function is named in config1: it is called once a window, or never. */
static void test_event_config1(const char *memory, uint64_t len)
{
	static const char function[] = "hmm_range_fault";
	const struct ptwalk_event_config configs[2] = { { 0 }, { .config1 = (uintptr_t)function } };
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, memory, len);
	unsigned int i, other = 0;

	run.nr_events = 2;
	run.events[0] = (struct ptwalk_event){ PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_CPU_CLOCK };
	run.events[1] = (struct ptwalk_event){ pmu_type("kprobe"), 0, 0 };
	run.event_configs = (uintptr_t)configs;
	if (!abi_measure("config1: hmm", &run))
		return;
	for (i = 0; i < NR_SAMPLES; i++)
		other += samples[i].events[1] != 1;
	abi_case("config1: a call of the kernel's function in each window of hmm", !other,
		 "%u of %d have another number; the first %llu", other, NR_SAMPLES,
		 samples[0].events[1]);
	run.op = PTWALK_OP_EMPTY;
	if (!abi_measure("config1: empty", &run))
		return;
	for (i = other = 0; i < NR_SAMPLES; i++)
		other += samples[i].events[1] != 0;
	abi_case("config1: none in those of empty", !other, "in %u of %d", other, NR_SAMPLES);
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
	const struct timespec soon = { .tv_nsec = 100L * 1000 * 1000 };
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

/* An array that is cleared for the last window alone holds what one holds that always is. */
static void test_keep(const char *memory)
{
	struct ptwalk_run cleared = quiet(PTWALK_OP_HMM, memory, HUGE), kept = cleared;

	kept.flags |= PTWALK_RUN_KEEP;
	if (!abi_measure("keep: cleared", &cleared) || !abi_measure("keep: kept", &kept))
		return;
	abi_case("keep: the sums are the same",
		 kept.pfn_sum == cleared.pfn_sum && kept.entry_sum == cleared.entry_sum &&
			 kept.valid_pages == cleared.valid_pages && kept.valid_pages,
		 "%llu and %llu valid pages", kept.valid_pages, cleared.valid_pages);
	abi_case("keep: so are the windows", samples_equal(), "ticks differ");
}

/*
 * Another task is ready at all times, and a tick may fall anywhere: no window is opened once it should
 * have the CPU. cond_resched() of a window would look further, on 5.10 where it takes the mmap lock.
 */
static void test_another_waits(const char *memory)
{
	static struct ptwalk_sample many[NR_MANY];
	struct ptwalk_run run = abi_quiet(PTWALK_OP_MIRROR, memory, HUGE / 32, many, NR_MANY);
	pid_t pid = fork();
	unsigned int i, others = 0;

	run.flags |= PTWALK_RUN_POPULATED;
	run.chunk = HUGE / 32 / PAGE;
	run.budget = 1;
	if (!pid)
		for (volatile unsigned int turns = 0;; turns++)
			;
	if (pid > 0 && abi_measure("another task waits", &run))
		for (i = 1; i < NR_MANY; i++)
			others += many[i].ticks != many[0].ticks;
	abi_case("another task waits: every window is the same", pid > 0 && !others,
		 "%u differ from %llu", others, many[0].ticks);
	if (pid > 0)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_result_node(const char *memory)
{
	struct ptwalk_run none = quiet(PTWALK_OP_HMM, memory, HUGE), asked = none;

	asked.result_want = 1;
	if (abi_measure("no wish for the result's node", &none))
		abi_case("the result's node is told", none.result_node >= 0, "%d",
			 none.result_node);
	if (abi_measure("node 0 for the result", &asked))
		abi_case("the result comes from node 0", !asked.result_node, "%d",
			 asked.result_node);
	asked = quiet(PTWALK_OP_EMPTY, memory, HUGE);
	asked.result_want = 1;
	if (abi_measure("node 0 for no result", &asked))
		abi_case("no result is on no node", asked.result_node == -1, "%d",
			 asked.result_node);
}

void abi_test_runs(void)
{
	uint64_t len = 4 * HUGE;
	char *memory = abi_map(len, PROT_READ | PROT_WRITE);

	memset(memory, 1, len);
	test_order_of_costs(memory, len);
	abi_agree("small pages", memory, len);
	test_keep(memory);
	test_another_waits(memory);
	test_result_node(memory);
	test_mixed();
	test_unmapped();
	test_disturbed(memory, len);
	test_events_count(memory, len);
	test_event_config1(memory, len);
	test_large();
	test_killed(memory, len);
	munmap(memory, len);
}
