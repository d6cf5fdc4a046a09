// SPDX-License-Identifier: GPL-2.0-only
/* Cold caches: what is put out of them, that a window counts the same, and where it is refused. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "abi.h"

#define NR_SAMPLES 4
#define HUGE	   (2UL << 20)
#define LEN	   (4 * HUGE)

static struct ptwalk_sample samples[NR_SAMPLES];

static struct ptwalk_run quiet(uint32_t op, const void *addr, uint64_t len)
{
	return abi_quiet(op, addr, len, samples, NR_SAMPLES);
}

/* Instructions know no caches: the window holds what it held, and the array what it did. */
static void test_same(const char *name, uint32_t op, const void *addr, uint64_t len, uint64_t bytes)
{
	struct ptwalk_run warm = quiet(op, addr, len), cold = quiet(op, addr, len);
	char text[96];
	__u64 ticks;

	snprintf(text, sizeof(text), "%s: cold windows count as warm ones", name);
	if (!abi_measure(text, &warm))
		return;
	ticks = samples[0].ticks;
	cold.flags |= PTWALK_RUN_COLD;
	if (!abi_measure(text, &cold))
		return;
	for (unsigned int i = 0; i < NR_SAMPLES; i++)
		abi_case(text,
			 samples[i].ticks == ticks && !(samples[i].flags & PTWALK_SAMPLE_DISTURBED),
			 "%llu and %llu, flags %x", ticks, samples[i].ticks, samples[i].flags);
	snprintf(text, sizeof(text), "%s: a cold walk finds what a warm one does", name);
	abi_case(text, cold.pfn_sum == warm.pfn_sum && cold.entry_sum == warm.entry_sum,
		 "sums differ");
	snprintf(text, sizeof(text),
		 "%s: every table and the array are put out, and only when asked", name);
	abi_case(text, cold.cold_bytes == bytes && !warm.cold_bytes,
		 "%llu bytes, not %llu; warm %llu", cold.cold_bytes, (unsigned long long)bytes,
		 warm.cold_bytes);
}

/* The tables that inspect meets, and the one on top of them. */
static uint64_t table_bytes(const void *addr, uint64_t len)
{
	struct ptwalk_inspect met;

	if (!abi_inspect("cold: inspect", addr, len, &met))
		return 0;
	return (met.tables[PTWALK_LEVEL_PTE] + met.tables[PTWALK_LEVEL_PMD] +
		met.tables[PTWALK_LEVEL_PUD] + 1) *
	       PAGE;
}

/* An op that might sleep has windows open to interrupts: they may count more. */
static void test_open(const void *addr, uint64_t len)
{
	struct ptwalk_run run = abi_run(PTWALK_OP_GUP_FAST, addr, len, samples, NR_SAMPLES);
	const uint64_t bytes = table_bytes(addr, len) + len / PAGE * 8;

	run.flags |= PTWALK_RUN_COLD;
	if (abi_measure("cold gup_fast", &run))
		abi_case("cold gup_fast: tables and array are put out", run.cold_bytes == bytes,
			 "%llu bytes, not %llu", run.cold_bytes, (unsigned long long)bytes);
}

static uint64_t least_clock(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned int i = 0; i < NR_SAMPLES; i++)
		if (samples[i].events[0] < least)
			least = samples[i].events[0];
	return least;
}

/* A clock of 1 ns an instruction, of which a line takes one at the least to be put out. */
static void test_events(const void *addr, uint64_t len)
{
	struct ptwalk_run warm = quiet(PTWALK_OP_HMM, addr, len), cold;
	uint64_t without;

	warm.nr_events = 1;
	warm.events[0] = (struct ptwalk_event){ PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_CPU_CLOCK };
	cold = warm;
	cold.flags |= PTWALK_RUN_COLD;
	if (!abi_measure("warm with an event", &warm))
		return;
	without = least_clock();
	if (abi_measure("cold with an event", &cold))
		abi_case("events count nothing of what is put out",
			 least_clock() < without + cold.cold_bytes / 64, "%llu ns, warm %llu",
			 (unsigned long long)least_clock(), (unsigned long long)without);
}

/* A plugin that none listens to is told outside of the window: it counts what it counted. */
static void test_told(const void *addr, uint64_t len)
{
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, addr, len), told = run;
	uint64_t ticks;

	if (!abi_measure("hmm, no plugin told", &run))
		return;
	ticks = samples[0].ticks;
	told.flags |= PTWALK_RUN_TELL;
	if (abi_measure("hmm, a plugin told", &told))
		abi_case("telling a plugin changes no count", samples[0].ticks == ticks,
			 "%llu ticks, %llu without", samples[0].ticks, (unsigned long long)ticks);
	told.op = PTWALK_OP_TEARDOWN;
	told.flags = PTWALK_RUN_TELL;
	abi_answers("told of an op that waits", PTWALK_IOC_RUN, &told,
		    abi_kernel_since(6, 18) ? -EOPNOTSUPP : -EINVAL);
}

static void test_refused(const void *addr)
{
	struct ptwalk_run run = quiet(PTWALK_OP_HMM, addr, PAGE);

	run.flags = PTWALK_RUN_COLD;
	run.req = PTWALK_REQ_FAULT;
	abi_answers("cold with a request", PTWALK_IOC_RUN, &run, -EINVAL);
	run = quiet(PTWALK_OP_HMM, addr, PAGE);
	run.flags |= PTWALK_RUN_COLD | PTWALK_RUN_POPULATED;
	abi_answers("cold and populated", PTWALK_IOC_RUN, &run, -EINVAL);
	run = quiet(PTWALK_OP_TEARDOWN, addr, PAGE);
	run.flags = PTWALK_RUN_COLD;
	abi_answers("cold of an op that waits", PTWALK_IOC_RUN, &run,
		    abi_kernel_since(6, 18) ? -EOPNOTSUPP : -EINVAL);
	run = quiet(PTWALK_OP_MIRROR, addr, PAGE);
	run.flags = PTWALK_RUN_COLD;
	run.chunk = 1;
	run.budget = 1;
	abi_answers("cold of an op whose range changes", PTWALK_IOC_RUN, &run, -EINVAL);
}

void abi_test_cold(void)
{
	char *p = abi_map(LEN + HUGE, PROT_READ | PROT_WRITE), *memory;
	uint64_t tables;

	memory = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
	madvise(p, LEN + HUGE, MADV_NOHUGEPAGE);
	memset(memory, 1, LEN);
	tables = table_bytes(memory, LEN);
	abi_case("cold: a table for each 2 MiB, and those above", tables >= 7 * PAGE, "%llu bytes",
		 (unsigned long long)tables);
	test_same("cold hmm", PTWALK_OP_HMM, memory, LEN, tables + LEN / PAGE * 8);
	test_same("cold bare", PTWALK_OP_BARE, memory, LEN, tables);
	test_same("cold hmm of one page", PTWALK_OP_HMM, memory, PAGE,
		  table_bytes(memory, PAGE) + 8);
	test_open(memory, HUGE);
	test_events(memory, LEN);
	/* Nothing is mapped: no table of the range, the one on top all the same. */
	test_same("cold hmm of nothing", PTWALK_OP_HMM, NULL, PAGE, table_bytes(NULL, PAGE) + 8);
	test_told(memory, LEN);
	test_refused(memory);
	munmap(p, LEN + HUGE);
}
