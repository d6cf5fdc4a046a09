// SPDX-License-Identifier: GPL-2.0-only
/* Perf events counted by the module inside its windows: on this kernel, and in a guest under KVM. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "bench/cli/selfcheck_run.h"

#define PMU    "/sys/bus/event_source/devices/cpu"
#define EVENTS "--events=instructions,cycles,dTLB-load-misses,LLC-load-misses"

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median count a page of the @e-th event of a series; -1: it was never counted. */
static double a_page(const struct record_series *s, size_t e, bool *shared)
{
	double *values = xcalloc(s->nr_samples + 1, sizeof(*values)), median = -1;
	size_t n = 0;

	for (size_t i = 0; i < s->nr_samples && !*s->events[e].reason; i++) {
		uint64_t running = s->samples[i].running_ns[e];

		*shared |= running < s->samples[i].enabled_ns[e];
		if (running)
			values[n++] = (double)s->samples[i].events[e];
	}
	qsort(values, n, sizeof(*values), compare);
	if (n)
		median = values[n / 2] / ((double)s->size / PAGE);
	free(values);
	return median;
}

/* Instructions and cycles must count; of the others a CPU may lack some. */
static void judge(const struct records *records, struct selfcheck_result *r)
{
	const struct record_series *s = &records->series[0];
	double instructions = -1, cycles = -1;
	const char *reason = "the run goes on without";
	bool shared = false;
	size_t counted = 0;

	for (size_t e = 0; e < s->nr_events; e++) {
		double value = a_page(s, e, &shared);

		selfcheck_fact(r, s->events[e].name, value < 0 ? json_null() : json_real(value));
		counted += value >= 0;
		if (!strcmp(s->events[e].name, "instructions"))
			instructions = value;
		if (!strcmp(s->events[e].name, "cycles"))
			cycles = value;
		if (value < 0 && *s->events[e].reason)
			reason = s->events[e].reason;
	}
	selfcheck_fact(r, "multiplexed", json_boolean(shared));
	if (instructions <= 0 || cycles <= 0)
		selfcheck_say(r, SELFCHECK_FAIL, "the module counts no instructions or cycles: %s",
			      reason);
	else
		selfcheck_say(r, SELFCHECK_PASS,
			      "%.1f instructions, %.1f cycles a page in the window of %s; %zu of "
			      "%zu events count%s",
			      instructions, cycles, s->name, counted, s->nr_events,
			      shared ? ", by turns" : "");
}

static void count(struct selfcheck *s, const char *name, const char *machine,
		  struct selfcheck_result *r)
{
	char *kernel = xasprintf("--kernel=%s", s->kernel);
	const char *const words[] = { "--workload=anon-pte",
				      "--op=hmm",
				      "--size=2M",
				      "--iterations=50",
				      EVENTS,
				      !strcmp(machine, "kvm") ? kernel : NULL,
				      NULL };
	struct records records;

	if (!selfcheck_can(s, machine, r))
		;
	else if (!fs_exists(PMU))
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "this host's kernel has no PMU (" PMU ")");
	else if (selfcheck_measure(s, name, machine, words, &records, r)) {
		if (selfcheck_prove(&records, r))
			judge(&records, r);
		records_release(&records);
	}
	free(kernel);
}

static void check_native(struct selfcheck *s, struct selfcheck_result *r)
{
	count(s, "events", "native", r);
}

const struct selfcheck_check selfcheck_events = {
	.name = "events",
	.shows = "perf events counted by the module in its windows, on the running kernel",
	.run = check_native,
};

static void check_kvm(struct selfcheck *s, struct selfcheck_result *r)
{
	if (s->kvm)
		count(s, "kvm-events", "kvm", r);
	else
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "not asked for: --kvm");
}

const struct selfcheck_check selfcheck_kvm_events = {
	.name = "kvm-events",
	.shows = "the same in a guest: the PMU passed through by KVM",
	.run = check_kvm,
};
