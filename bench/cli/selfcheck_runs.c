// SPDX-License-Identifier: GPL-2.0-only
/* Checks that make runs. */
#include <errno.h>
#include <hwloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/cli/selfcheck_run.h"
#include "bench/measure/measure.h"
#include "bench/op/placement.h"
#include "bench/record/series.h"
#include "vm/vm.h"

#define MOST_TSC 1e-3 /* between what two kernels take the TSC's frequency for */

static void split(struct strv *names, const char *list)
{
	if (list)
		strv_split(names, list, ',');
}

static int measure_series(const struct selfcheck *s, const char *path, struct plan *plan,
			  struct records *records, struct err *err)
{
	const struct measurement m = {
		.plan = plan,
		.results = s->folder,
		.command = "ptwalk selfcheck",
		.quiet = true,
	};
	_cleanup_(arm_release) struct arm arm = { .path = path };
	int ret = plan_resolve(plan, err);

	if (ret)
		return ret;
	arm.spec = xstrdup(plan->kernel);
	ret = measure(&m, &arm, 1, err);
	if (!ret)
		*records = TAKE_STRUCT(arm.run.records);
	return ret;
}

bool selfcheck_measure(struct selfcheck *s, const char *name, const char *machine,
		       const struct selfcheck_series *of, struct records *records,
		       struct selfcheck_result *r)
{
	const bool here = machine_find(machine)->here;
	_cleanup_free_ char *path = xasprintf("%s/%s", s->folder, name);
	_cleanup_(plan_release) struct plan plan = {
		.machine_name = machine,
		.kernel = here ? NULL : s->kernel,
		.module = here ? s->module : NULL,
		.boots_text = of->boots,
		.events_text = of->events,
		.selection.iterations = of->iterations,
	};
	struct err err = { 0 };
	int ret;

	if (!strv_has(&s->runs, name))
		strv_add(&s->runs, name);
	split(&plan.selection.workload_names, of->workloads);
	split(&plan.selection.op_names, of->ops);
	split(&plan.selection.size_names, of->sizes);
	split(&plan.selection.placement_names, of->placements);
	ret = measure_series(s, path, &plan, records, &err);
	if (ret)
		selfcheck_say(r, SELFCHECK_FAIL, "%s",
			      interrupt_pending() ? "interrupted" : err.text);
	return !ret;
}

bool selfcheck_can(const struct selfcheck *s, const char *name, struct selfcheck_result *r)
{
	const struct vm_config config = { .module = s->module };
	const struct machine *machine = machine_find(name);
	struct err err;

	if (!machine)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "this ptwalk has no machine %s", name);
	else if (machine->supported(&config, &err))
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "%s", err.text);
	else
		return true;
	return false;
}

bool selfcheck_prove(const struct records *records, struct selfcheck_result *r)
{
	json_t *figures = json_object();
	bool well = !records->nr_missing && records->nr_series;

	if (records->nr_missing)
		selfcheck_say(r, SELFCHECK_FAIL, "%s is missing: %s", records->missing[0].name,
			      records->missing[0].reason);
	else if (!records->nr_series)
		selfcheck_say(r, SELFCHECK_FAIL, "nothing was measured");
	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *series = &records->series[i];
		char *name = xasprintf("%s, boot %u", series->name, series->boot);

		json_object_set_new(figures, name,
				    json_real(series_value_boot(records->run.exact, series) /
					      ((double)series->size / PAGE)));
		free(name);
		if (!well || !series->has_pfns || series->pfn_sum == series->proof.pfn_sum)
			continue;
		selfcheck_say(r, SELFCHECK_FAIL, "%s: its PFN array is not what is mapped",
			      series->name);
		well = false;
	}
	selfcheck_fact(r, "ticks_a_page", figures);
	return well;
}

static void check_native(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct selfcheck_series series = {
		.workloads = "anon-pte,anon-thp",
		.ops = "hmm,hmm_fault,bare",
		.sizes = "64K,2M",
		.iterations = 50,
	};
	struct records records;

	if (!selfcheck_can(s, "native", r) ||
	    !selfcheck_measure(s, "native", "native", &series, &records, r))
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

	if (!selfcheck_can(s, "native", r))
		return;
	nodes = real_nodes();
	if (nodes < 2) {
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "one NUMA node: nothing is remote");
		return;
	}
	if (!selfcheck_measure(s, "placements", "native", &series, &records, r))
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
	double worst = 0;

	for (size_t i = 0; i < records->nr_series; i++) {
		double least = INFINITY, most = 0;

		for (size_t k = 0; k < records->nr_series; k++)
			if (!strcmp(records->series[k].name, records->series[i].name)) {
				least = fmin(least, series_value_boot(false, &records->series[k]));
				most = fmax(most, series_value_boot(false, &records->series[k]));
			}
		if (least > 0)
			worst = fmax(worst, most / least - 1);
	}
	return worst;
}

/* The TSC as this host's kernel took it to run, in kHz; 0: it does not say. */
static double host_khz(void)
{
	char *line = fs_read_line("/sys/devices/system/cpu/cpu0/tsc_freq_khz");
	double khz = line ? strtod(line, NULL) : 0;

	free(line);
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
	} else if (selfcheck_can(s, "kvm", r) &&
		   selfcheck_measure(s, "kvm", "kvm", &series, &records, r)) {
		judge_kvm(&records, r);
		records_release(&records);
	}
}

const struct selfcheck_check selfcheck_kvm = {
	.name = "kvm",
	.shows = "the kvm machine on KVM: CPUs bound, the TSC passed through, how far boots differ",
	.run = check_kvm,
};
