// SPDX-License-Identifier: GPL-2.0-only
/* Perf events counted by the module inside its windows: on this kernel, and in a guest under KVM. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "bench/cli/selfcheck_run.h"
#include "bench/report/event_cost.h"

#define PMU "/sys/bus/event_source/devices/cpu"

/* Instructions and cycles must count; of the others a CPU may lack some. */
static void judge(const struct records *records, struct selfcheck_result *r)
{
	const struct record_series *s = &records->series[0];
	double instructions = -1, cycles = -1;
	const char *reason = "the run goes on without";
	bool shared = false;
	size_t counted = 0;

	for (size_t e = 0; e < s->nr_events; e++) {
		const struct event_cost cost = event_cost(records, s, e);

		selfcheck_fact(r, s->events[e].name,
			       cost.page.known ? json_real(cost.page.value) : json_null());
		if (!cost.page.known) {
			reason = cost.page.reason;
			continue;
		}
		counted++;
		shared |= cost.share < 1;
		if (!strcmp(s->events[e].name, "instructions"))
			instructions = cost.page.value;
		if (!strcmp(s->events[e].name, "cycles"))
			cycles = cost.page.value;
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
	static const struct selfcheck_series series = {
		.workloads = "anon-pte",
		.ops = "hmm",
		.sizes = "2M",
		.events = "instructions,cycles,dTLB-load-misses,LLC-load-misses",
		.iterations = 50,
	};
	struct records records;

	if (!selfcheck_can(s, machine, r))
		;
	else if (!fs_exists(PMU))
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "this host's kernel has no PMU (" PMU ")");
	else if (selfcheck_measure(s, name, machine, &series, &records, r)) {
		if (selfcheck_prove(&records, r))
			judge(&records, r);
		records_release(&records);
	}
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
