// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "bench/op/placement.h"
#include "vm/native.h"

#define MAX_RAM	    TIB
#define LITTLE	    (64 * MIB) /* that a workload takes of RAM, for a guest that has little */
#define MAX_SECONDS (7UL * 24 * 3600)

/* Options of a guest. */
static int check_guest_options(const struct plan *plan, struct err *err)
{
	const struct {
		const char *name, *given;
	} options[] = {
		{ "--arch", plan->arch_text },	       { "--cpu", plan->cpu },
		{ "--append", plan->append },	       { "--cpus", plan->cpus_text },
		{ "--dax-size", plan->dax_size_text }, { "--mitigations", plan->mitigations_text },
		{ "--nodes", plan->nodes_text },       { "--qemu", plan->qemu },
		{ "--ram", plan->ram_text },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].given)
			return err_set(
				err, EINVAL,
				"%s is of a guest: the %s machine runs on this host as it is",
				options[i].name, plan->machine->name);
	return 0;
}

static int check_devices(const struct plan *plan, struct err *err)
{
	_cleanup_(strv_release) struct strv seen = { 0 };
	int ret = 0;

	for (size_t i = 0; i < plan->dax_paths.n && !ret; i++) {
		ret = native_dax_find(plan->dax_paths.v[i], err);
		if (!ret && strv_has(&seen, plan->dax_paths.v[i]))
			ret = err_set(err, EINVAL, "--dax %s is there twice", plan->dax_paths.v[i]);
		strv_add(&seen, plan->dax_paths.v[i]);
	}
	for (size_t i = 0; i < plan->overwrite.n && !ret; i++)
		if (!strv_has(&seen, plan->overwrite.v[i]))
			ret = err_set(err, EINVAL, "--overwrite %s is not among --dax",
				      plan->overwrite.v[i]);
	return ret;
}

/* Options of the running kernel's host. */
static int check_host_options(const struct plan *plan, struct err *err)
{
	const struct {
		const char *name;
		bool given;
	} options[] = {
		{ "--dax", plan->dax_paths.n },
		{ "--module", plan->module },
		{ "--overwrite", plan->overwrite.n },
		{ "--rounds", plan->rounds_text },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].given)
			return err_set(err, EINVAL,
				       "%s goes with --machine native: a guest is given its own%s",
				       options[i].name,
				       plan->rounds_text ? ", and has --boots" : "");
	return 0;
}

int plan_check_machine(const struct plan *plan, struct err *err)
{
	int ret;

	if (plan->machine->here && plan->kernel && strcmp(plan->kernel, "host") != 0)
		return err_set(err, EINVAL,
			       "--kernel %s: the %s machine measures the running kernel; leave "
			       "--kernel out",
			       plan->kernel, plan->machine->name);
	if (!plan->machine->here)
		return check_host_options(plan, err);
	ret = check_guest_options(plan, err);
	return ret ? ret : check_devices(plan, err);
}

static bool mitigated(void)
{
	_cleanup_free_ char *cmdline = fs_read_line("/proc/cmdline");

	return !cmdline || !strstr(cmdline, "mitigations=off");
}

static int resolve_running(struct plan *plan, struct err *err)
{
	struct placement_map map;
	int ret = nodes_map_host(&map, &plan->cpus, err);

	if (ret)
		return ret;
	plan->nodes = 1;
	plan->mitigations = mitigated();
	ret = selection_check_cpus(&plan->selection, plan->cpus, "", err);
	return ret ? ret : selection_place(&plan->selection, &map, err);
}

static int resolve_cpus(struct plan *plan, struct err *err)
{
	const struct machine *m = plan->machine;
	unsigned long n = m->cpus;
	int ret = 0;

	if (plan->cpus_text)
		ret = parse_count(plan->cpus_text, 1, VM_MAX_CPUS, "CPUs", &n, err);
	if (!ret && n > m->most_cpus)
		ret = err_set(err, EINVAL, "--cpus %lu: the %s machine has %u CPU%s%s", n, m->name,
			      m->most_cpus, m->most_cpus == 1 ? "" : "s",
			      m->exact ? "; --machine tcg has more" : "");
	plan->cpus = (unsigned int)n;
	if (!ret)
		ret = selection_check_cpus(&plan->selection, plan->cpus,
					   m->exact ? " (--machine tcg has more)"
						    : " (--cpus gives the guest more)",
					   err);
	return ret;
}

/*
 * Is all that is measured of what is by default, and the memory small? That takes no page and no
 * reference of one, whose counters a kernel folds the more often the less memory it has.
 */
static bool takes_little(const struct selection *s)
{
	struct selected at = { 0 };

	while (selection_next(s, &at)) {
		const struct workload *workload = s->workloads[at.workload];

		if (!workload->by_default || !op_is(at.variant->op, PTWALK_OPF_DEFAULT) ||
		    (!workload->dax && at.size * at.walkers->mms > LITTLE))
			return false;
	}
	return true;
}

/*
 * Bytes, or 0: the machine's default. A kernel takes the longer to start the more it has, and what
 * comes behind RAM that lies low is where it is, however little there is of that.
 */
static uint64_t default_ram(const struct plan *plan)
{
	const struct workload_alone *alone = plan->selection.alone;

	if (alone)
		return alone->ram_mib * MIB;
	return plan->machine->exact && plan->nodes == 1 && arch_of(plan->arch)->memory.low &&
			       takes_little(&plan->selection)
		       ? GIB
		       : 0;
}

static int resolve_memory(struct plan *plan, struct err *err)
{
	const struct workload_alone *alone = plan->selection.alone;
	uint64_t ram = default_ram(plan);
	int ret = 0;

	plan->dax_size = alone ? alone->dax_size : GIB;
	if (plan->dax_size_text)
		ret = size_parse(plan->dax_size_text, &plan->dax_size, err);
	if (!ret && plan->dax_size % GIB)
		ret = err_set(err, EINVAL, "--dax-size %s is not a multiple of 1G (a PUD)",
			      plan->dax_size_text);
	if (!ret && plan->ram_text)
		ret = size_parse(plan->ram_text, &ram, err);
	if (!ret && plan->ram_text && (ram < 512 * MIB || ram > MAX_RAM))
		ret = err_set(err, EINVAL, "--ram %s is not between 512M and 1T", plan->ram_text);
	plan->ram_mib = (unsigned int)(ram / MIB);
	return ret;
}

/* What the guest will say of its nodes: the driver goes by that. */
static int resolve_placements(struct plan *plan, struct err *err)
{
	struct placement_map map = {
		.memory = (1ULL << plan->nodes) - 1,
		.hint = plan->nodes < VM_MAX_NODES ? " (--nodes gives the guest more)" : "",
	};

	for (unsigned int a = 0; a < plan->nodes; a++) {
		if (vm_first_cpu(plan->cpus, plan->nodes, a) <
		    vm_first_cpu(plan->cpus, plan->nodes, a + 1))
			map.cpus |= 1ULL << a;
		for (unsigned int b = 0; b < plan->nodes; b++)
			map.distance[a][b] = vm_distance(a, b);
	}
	return selection_place(&plan->selection, &map, err);
}

/* Of sizes that nobody asked for, those that fit. */
static void trim_sizes(struct plan *plan)
{
	struct selection *s = &plan->selection;

	if (!s->alone || plan->sized)
		return;
	while (s->nr_sizes > 1 && s->sizes[s->nr_sizes - 1] > plan->dax_size)
		s->nr_sizes--;
}

/* Seconds for a boot that is at work: one that hangs is told by its silence. */
static unsigned int default_limit(const struct selection *s)
{
	size_t seconds = 600 + 2 * selection_series(s);

	if (s->alone)
		return s->alone->limit_seconds;
	return seconds < MAX_SECONDS ? (unsigned int)seconds : MAX_SECONDS;
}

static int resolve_limits(struct plan *plan, struct err *err)
{
	unsigned long n = 0;
	int ret = 0;

	if (plan->limit_text)
		ret = parse_count(plan->limit_text, 1, MAX_SECONDS, "seconds", &n, err);
	if (!n && !plan->machine->here)
		n = default_limit(&plan->selection);
	plan->limit_seconds = (unsigned int)n;
	if (plan->selection.alone)
		plan->silent_seconds = plan->selection.alone->limit_seconds;
	return ret;
}

static int resolve_guest(struct plan *plan, struct err *err)
{
	unsigned long n = 1;
	int ret = 0;

	if (plan->nodes_text)
		ret = parse_count(plan->nodes_text, 1, VM_MAX_NODES, "NUMA nodes", &n, err);
	plan->nodes = (unsigned int)n;
	if (!ret)
		ret = resolve_cpus(plan, err);
	if (!ret)
		ret = resolve_placements(plan, err);
	if (!ret)
		ret = resolve_memory(plan, err);
	if (!ret)
		trim_sizes(plan);
	return ret;
}

int plan_resolve_machine(struct plan *plan, struct err *err)
{
	int ret = plan->machine->here ? resolve_running(plan, err) : resolve_guest(plan, err);

	/* What a boot may take goes by its series, which placements are a part of. */
	return ret ? ret : resolve_limits(plan, err);
}

/* A size that its device cannot hold is refused before anything is booted. */
int plan_check_sizes(const struct plan *plan, struct err *err)
{
	const struct selection *s = &plan->selection;
	uint64_t largest = s->sizes[s->nr_sizes - 1];

	for (size_t i = 0; !plan->machine->here && i < s->nr_workloads; i++)
		if ((s->workloads[i]->dax || s->workloads[i]->pmem || s->workloads[i]->spare) &&
		    largest > plan->dax_size)
			return err_set(err, EFBIG,
				       "size %s is larger than the device of %s (%s); "
				       "--dax-size makes a larger one",
				       size_name(largest).text, s->workloads[i]->name,
				       size_name(plan->dax_size).text);
	return 0;
}
