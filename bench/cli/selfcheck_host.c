// SPDX-License-Identifier: GPL-2.0-only
/* What needs no run: the TSC, performance counters, and what the host is made of. */
#include <errno.h>
#include <hwloc.h>
#include <linux/perf_event.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "arch/ticks.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/cli/selfcheck.h"
#include "bench/op/placement.h"
#include "vm/qemu.h"

#define ROUNDS	     5
#define ROUND_MS     100
#define MOST_PPM     50.0
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* The clock and the TSC at once: of many tries the one that took least. */
static void read_both(double *seconds, uint64_t *ticks)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		uint64_t before = arch_ticks(), after;
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC_RAW, &t);
		after = arch_ticks();
		if (after - before >= least)
			continue;
		least = after - before;
		*ticks = before + least / 2;
		*seconds = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	}
}

static double frequency(void)
{
	double from = 0, to = 0;
	uint64_t begin = 0, end = 0;

	read_both(&from, &begin);
	poll(NULL, 0, ROUND_MS);
	read_both(&to, &end);
	return (double)(end - begin) / (to - from);
}

static void check_rate(struct selfcheck *s, struct selfcheck_result *r)
{
	const struct kvm_offer offer = kvm_offer("");
	_cleanup_free_ char *source = fs_read_line(CLOCK_SOURCE);
	double least = INFINITY, most = 0, ppm;

	(void)s;
	for (int i = 0; i < ROUNDS; i++) {
		double f = frequency();

		least = fmin(least, f);
		most = fmax(most, f);
	}
	ppm = (most / least - 1) * 1e6;
	selfcheck_fact(r, "invariant", json_boolean(offer.invariant_tsc));
	selfcheck_fact(r, "clocksource", json_string(source ? source : ""));
	selfcheck_fact(r, "khz", json_real((least + most) / 2e3));
	selfcheck_fact(r, "spread_ppm", json_real(ppm));
	if (!offer.invariant_tsc)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "the CPU does not say that its TSC is invariant (constant_tsc, "
			      "nonstop_tsc)");
	else if (ppm > MOST_PPM)
		selfcheck_say(r, SELFCHECK_FAIL,
			      "%.1f MHz, %.1f ppm between %d measurements of %d ms: more than %.0f",
			      (least + most) / 2e6, ppm, ROUNDS, ROUND_MS, MOST_PPM);
	else
		selfcheck_say(r, SELFCHECK_PASS,
			      "invariant, %.1f MHz, %.1f ppm between %d measurements of %d ms; the "
			      "kernel's clock source is %s",
			      (least + most) / 2e6, ppm, ROUNDS, ROUND_MS,
			      source ? source : "unknown");
}

const struct selfcheck_check selfcheck_tsc = {
	.name = "tsc",
	.shows = "that the TSC is invariant and runs evenly: ticks are time",
	.run = check_rate,
};

/* From CPU to CPU and back: the TSC never runs backwards. Returns how far it did, in ticks. */
static uint64_t backwards(hwloc_topology_t topology, unsigned int *cpus)
{
	uint64_t last = 0, worst = 0;

	*cpus = 0;
	for (int round = 0; round < 3; round++) {
		hwloc_obj_t pu = NULL;

		while ((pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu))) {
			uint64_t now;

			if (hwloc_set_cpubind(topology, pu->cpuset, HWLOC_CPUBIND_THREAD))
				continue;
			*cpus += !round;
			arch_ticks_fence();
			now = arch_ticks();
			if (now < last && last - now > worst)
				worst = last - now;
			last = now;
		}
	}
	return worst;
}

static void check_cpus(struct selfcheck *s, struct selfcheck_result *r)
{
	hwloc_bitmap_t before = hwloc_bitmap_alloc();
	hwloc_topology_t topology;
	unsigned int cpus = 0;
	struct err err;
	uint64_t worst;

	(void)s;
	if (nodes_load(&topology, &err)) {
		selfcheck_say(r, SELFCHECK_FAIL, "%s", err.text);
		hwloc_bitmap_free(before);
		return;
	}
	hwloc_get_cpubind(topology, before, HWLOC_CPUBIND_THREAD);
	worst = backwards(topology, &cpus);
	hwloc_set_cpubind(topology, before, HWLOC_CPUBIND_THREAD);
	selfcheck_fact(r, "cpus", json_integer(cpus));
	selfcheck_fact(r, "backwards_ticks", json_integer((json_int_t)worst));
	if (cpus < 2)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "%u CPU may be used", cpus);
	else if (worst)
		selfcheck_say(r, SELFCHECK_FAIL, "it runs backwards by %llu ticks from CPU to CPU",
			      (unsigned long long)worst);
	else
		selfcheck_say(r, SELFCHECK_PASS, "never backwards over %u CPUs, three times round",
			      cpus);
	hwloc_topology_destroy(topology);
	hwloc_bitmap_free(before);
}

const struct selfcheck_check selfcheck_tsc_cpus = {
	.name = "tsc-cpus",
	.shows = "that all CPUs read the same TSC",
	.run = check_cpus,
};

#define LOOPS	 10000000ULL
#define EXPECTED (2 * LOOPS)
#define SLACK	 0.01 /* calls and the switch on and off */

#define CACHE_MISS(cache)                                                               \
	(PERF_COUNT_HW_CACHE_##cache | (unsigned int)PERF_COUNT_HW_CACHE_OP_READ << 8 | \
	 (unsigned int)PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct {
	const char *name;
	unsigned int type;
	unsigned long config;
} events[] = {
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "dTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE_MISS(DTLB) },
	{ "LLC-load-misses", PERF_TYPE_HW_CACHE, CACHE_MISS(LL) },
};

static int open_event(size_t i)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = events[i].type,
		.config = events[i].config,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static void known_loop(void)
{
	unsigned long long n = LOOPS;

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
}

/* The count of the loop; negative: it was not counted. */
static double count_loop(int fd)
{
	unsigned long long values[3] = { 0 };

	ioctl(fd, PERF_EVENT_IOC_RESET, 0);
	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
	known_loop();
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	if (read(fd, values, sizeof(values)) != sizeof(values) || !values[2])
		return -1;
	return (double)values[0] * (double)values[1] / (double)values[2];
}

static void refused(struct selfcheck_result *r, int error)
{
	if (error == EACCES || error == EPERM)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "perf events are forbidden to this user: run it as root, or lower "
			      "kernel.perf_event_paranoid");
	else if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "the CPU offers no performance counters (%s): a virtual machine "
			      "without a PMU?",
			      strerror(error));
	else
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "perf_event_open: %s", strerror(error));
}

static void check_pmu(struct selfcheck *s, struct selfcheck_result *r)
{
	double instructions = -1;
	unsigned int counted = 0;

	(void)s;
	selfcheck_fact(r, "expected_instructions", json_integer((json_int_t)EXPECTED));
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		int fd = open_event(i);
		double n = fd < 0 ? -1 : count_loop(fd);

		if (!i && fd < 0) {
			refused(r, -fd);
			return;
		}
		selfcheck_fact(r, events[i].name, n < 0 ? json_null() : json_real(n));
		counted += n >= 0;
		instructions = i ? instructions : n;
		if (fd >= 0)
			close(fd);
	}
	if (instructions < (double)EXPECTED || instructions > (double)EXPECTED * (1 + SLACK))
		selfcheck_say(r, SELFCHECK_FAIL, "%.0f instructions counted of a loop of %llu",
			      instructions, EXPECTED);
	else
		selfcheck_say(r, SELFCHECK_PASS,
			      "%.0f instructions counted of a loop of %llu; %u of %zu events count",
			      instructions, EXPECTED, counted, ARRAY_SIZE(events));
}

const struct selfcheck_check selfcheck_pmu = {
	.name = "pmu",
	.shows = "that performance counters count what is known to run",
	.run = check_pmu,
};

#define PIECE (4 * MIB)

/* NULL, and a result, where there is none. */
static hwloc_topology_t load_topology(struct selfcheck_result *r)
{
	hwloc_topology_t topology;
	struct err err;

	if (!nodes_load(&topology, &err))
		return topology;
	selfcheck_say(r, SELFCHECK_FAIL, "%s", err.text);
	return NULL;
}

static void check_topology(struct selfcheck *s, struct selfcheck_result *r)
{
	hwloc_topology_t t = load_topology(r);
	char *cpu = host_cpu_model();
	struct utsname name = { 0 };
	int packages, cores, pus, nodes;

	(void)s;
	uname(&name);
	selfcheck_fact(r, "cpu", json_string(cpu));
	selfcheck_fact(r, "release", json_string(name.release));
	free(cpu);
	if (!t)
		return;
	packages = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PACKAGE);
	cores = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_CORE);
	pus = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
	nodes = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_NUMANODE);
	selfcheck_fact(r, "packages", json_integer(packages));
	selfcheck_fact(r, "cores", json_integer(cores));
	selfcheck_fact(r, "pus", json_integer(pus));
	selfcheck_fact(r, "nodes", json_integer(nodes));
	selfcheck_say(r, SELFCHECK_PASS, "%d package%s, %d core%s, %d PU%s, %d NUMA node%s",
		      packages, packages == 1 ? "" : "s", cores, cores == 1 ? "" : "s", pus,
		      pus == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s");
	hwloc_topology_destroy(t);
}

const struct selfcheck_check selfcheck_topology = {
	.name = "topology",
	.shows = "what machine it is: CPU model, packages, cores, NUMA nodes",
	.run = check_topology,
};

/* Memory bound to @node is on it. Returns 0, or why not. */
static int bind_and_ask(hwloc_topology_t t, hwloc_obj_t node)
{
	hwloc_bitmap_t where = hwloc_bitmap_alloc();
	void *p = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (p == MAP_FAILED || hwloc_set_area_membind(t, p, PIECE, node->nodeset,
						      HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_BYNODESET))
		ret = errno;
	if (!ret) {
		memset(p, 1, PIECE);
		if (hwloc_get_area_memlocation(t, p, PIECE, where, HWLOC_MEMBIND_BYNODESET))
			ret = errno;
		else if (!hwloc_bitmap_isequal(where, node->nodeset))
			ret = EXDEV;
	}
	if (p != MAP_FAILED)
		munmap(p, PIECE);
	hwloc_bitmap_free(where);
	return ret;
}

static void check_nodes(struct selfcheck *s, struct selfcheck_result *r)
{
	hwloc_topology_t t = load_topology(r);
	hwloc_obj_t node = NULL;
	int nodes = 0, ret = 0;

	(void)s;
	if (!t)
		return;
	while (!ret && (node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE, node)))
		if (node->attr->numanode.local_memory >= 16 * PIECE) {
			nodes++;
			ret = bind_and_ask(t, node);
			if (ret)
				selfcheck_say(
					r, SELFCHECK_FAIL,
					"memory bound to node %u is not there: %s", node->os_index,
					ret == EXDEV ? "it is on another one" : strerror(ret));
		}
	selfcheck_fact(r, "nodes", json_integer(nodes));
	if (nodes < 2)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "one NUMA node: there is no other to be on");
	else if (!ret)
		selfcheck_say(r, SELFCHECK_PASS, "memory bound to each of %d nodes is on it",
			      nodes);
	hwloc_topology_destroy(t);
}

const struct selfcheck_check selfcheck_nodes = {
	.name = "nodes",
	.shows = "that memory comes from the real node that it is asked of",
	.run = check_nodes,
};
