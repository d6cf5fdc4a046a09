// SPDX-License-Identifier: GPL-2.0-only
/* Checks that make runs. */
#include <errno.h>
#include <hwloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "bench/cli/selfcheck.h"
#include "bench/op/placement.h"
#include "bench/record/series_index.h"
#include "bench/report/figure.h"
#include "vm/vm.h"

#define MOST_TSC 1e-3 /* between what two kernels take the TSC's frequency for */

static void check_native(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct selfcheck_series series = {
		.workloads = "anon-pte,anon-thp",
		.ops = "hmm,hmm_fault,bare",
		.sizes = "64K,2M",
		.iterations = 50,
	};
	struct records records;

	if (!selfcheck_can(s, &machine_native, r) ||
	    !selfcheck_measure(s, "native", &machine_native, &series, &records, r))
		return;
	if (selfcheck_prove(&records, r))
		selfcheck_say(
			r, SELFCHECK_PASS,
			"%zu series over the running kernel, each array as mapped; the module "
			"is unloaded",
			records.nr_series);
	if (fs_exists("/sys/module/ptwalk"))
		selfcheck_say(r, SELFCHECK_FAIL, "the module is still loaded after the run");
	records_release(&records);
}

const struct selfcheck_check selfcheck_native = {
	.name = "native",
	.shows = "the native machine end to end on hardware: built, loaded, measured, unloaded",
	.run = check_native,
};

static int real_nodes(void)
{
	hwloc_topology_t topology;
	int n;

	if (nodes_load(&topology, NULL))
		return 0;
	n = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	hwloc_topology_destroy(topology);
	return n;
}

static void check_placements(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct selfcheck_series series = {
		.workloads = "anon-pte",
		.ops = "hmm",
		.sizes = "64M",
		.placements = "all",
		.iterations = 20,
	};
	struct records records;
	int nodes;

	if (!selfcheck_can(s, &machine_native, r))
		return;
	nodes = real_nodes();
	if (nodes < 2) {
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "one NUMA node: nothing is remote");
		return;
	}
	if (!selfcheck_measure(s, "placements", &machine_native, &series, &records, r))
		return;
	if (selfcheck_prove(&records, r))
		selfcheck_say(r, SELFCHECK_PASS,
			      "%zu series on %d nodes, page tables and pages where they were asked "
			      "for",
			      records.nr_series, nodes);
	records_release(&records);
}

const struct selfcheck_check selfcheck_placements = {
	.name = "placements",
	.shows = "page tables and pages on real nodes, and what remote ones cost in time",
	.run = check_placements,
};

/* By how much the medians of a series' boots differ, of the worst series. */
static double spread(const struct records *records)
{
	_cleanup_(series_index_release) struct series_index index;
	double worst = 0;

	series_index_init(&index, records);
	for (size_t i = 0; i < index.series.n; i++) {
		const struct series_range boots =
			series_named(&index.series, index.series.entries[i].name);
		double least = INFINITY, most = 0;

		for (size_t k = 0; k < boots.n; k++) {
			const double value = series_value_boot(false, boots.v[k]->series);

			least = fmin(least, value);
			most = fmax(most, value);
		}
		if (least > 0)
			worst = fmax(worst, most / least - 1);
	}
	return worst;
}

/* The TSC as this host's kernel took it to run, in kHz; 0: it does not say. */
static double host_khz(void)
{
	_cleanup_free_ char *line = fs_read_line("/sys/devices/system/cpu/cpu0/tsc_freq_khz");
	double khz = line ? strtod(line, NULL) : 0;

	return khz;
}

static void judge_kvm(const struct records *records, struct selfcheck_result *r)
{
	double guest = (double)records->boots[0].tsc_khz, host = host_khz();

	selfcheck_fact(r, "spread_of_boots", json_real(spread(records)));
	selfcheck_fact(r, "guest_tsc_khz", json_real(guest));
	if (!selfcheck_prove(records, r))
		return;
	if (host > 0 && fabs(guest / host - 1) > MOST_TSC)
		selfcheck_say(r, SELFCHECK_FAIL,
			      "the guest takes the TSC for %.0f kHz, the host for %.0f", guest,
			      host);
	else
		selfcheck_say(r, SELFCHECK_PASS,
			      "%zu boots, CPUs bound as read back; medians of boots differ by %.2f "
			      "%% at most; the guest's TSC runs at %.1f MHz",
			      records->nr_boots, spread(records) * 100, guest / 1e3);
}

static void check_kvm(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct selfcheck_series series = {
		.workloads = "anon-pte,anon-thp",
		.ops = "hmm,hmm_fault",
		.sizes = "2M",
		.boots = "6",
		.iterations = 50,
	};
	struct records records;

	if (!s->kvm) {
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "not asked for: --kvm, since KVM that is there can hang");
	} else if (selfcheck_can(s, &machine_kvm, r) &&
		   selfcheck_measure(s, "kvm", &machine_kvm, &series, &records, r)) {
		judge_kvm(&records, r);
		records_release(&records);
	}
}

const struct selfcheck_check selfcheck_kvm = {
	.name = "kvm",
	.shows = "the kvm machine on KVM: CPUs bound, the TSC passed through, how far boots differ",
	.run = check_kvm,
};

/* Perf events counted by the module inside its windows: on this kernel, and in a guest under KVM. */

#define PMU "/sys/bus/event_source/devices/cpu"

/* Instructions and cycles must count; of the others a CPU may lack some. */
static void judge_events(const struct records *records, struct selfcheck_result *r)
{
	const struct record_series *s = &records->series[0];
	double instructions = -1, cycles = -1;
	const char *reason = "the run goes on without";
	bool shared = false;
	size_t counted = 0;
	struct series_index index;

	series_index_init(&index, records);
	for (size_t e = 0; e < s->nr_events; e++) {
		const struct event_cost cost = event_cost(&index, s, e);

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
	series_index_release(&index);
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

static void count(struct selfcheck *s, const char *name, const struct machine *machine,
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
			judge_events(&records, r);
		records_release(&records);
	}
}

static void check_events(struct selfcheck *s, struct selfcheck_result *r)
{
	count(s, "events", &machine_native, r);
}

const struct selfcheck_check selfcheck_events = {
	.name = "events",
	.shows = "perf events counted by the module in its windows, on the running kernel",
	.run = check_events,
};

static void check_kvm_events(struct selfcheck *s, struct selfcheck_result *r)
{
	if (s->kvm)
		count(s, "kvm-events", &machine_kvm, r);
	else
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "not asked for: --kvm");
}

const struct selfcheck_check selfcheck_kvm_events = {
	.name = "kvm-events",
	.shows = "the same in a guest: the PMU passed through by KVM",
	.run = check_kvm_events,
};
