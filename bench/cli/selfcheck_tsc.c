// SPDX-License-Identifier: GPL-2.0-only
/* The TSC: does it run evenly, and do all CPUs read the same? */
#include <errno.h>
#include <hwloc.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include "base/fs.h"
#include "bench/cli/selfcheck.h"
#include "bench/op/nodes.h"
#include "vm/kvm.h"

#define ROUNDS	     5
#define ROUND_MS     100
#define MOST_PPM     50.0
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* The clock and the TSC at once: of many tries the one that took least. */
static void read_both(double *seconds, uint64_t *ticks)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		uint64_t before = __rdtsc(), after;
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC_RAW, &t);
		after = __rdtsc();
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
	char *source = fs_read_line(CLOCK_SOURCE);
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
	free(source);
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
			_mm_lfence();
			now = __rdtsc();
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
