// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "bench/measure/plan_here.h"
#include "bench/op/invalidate.h"

#define MAX_RAM	    TIB
#define MAX_SECONDS (7UL * 24 * 3600)

enum key {
	KEY_MITIGATIONS = 512,
	KEY_DAX_SIZE,
	KEY_RAM,
	KEY_LIMIT,
	KEY_QEMU,
	KEY_APPEND,
	KEY_NODES,
	KEY_CPUS,
	KEY_INVALIDATE,
};

static const struct argp_option options[] = {
	{ "kernel", 'k', "KERNEL", 0,
	  "Kernel under test: debian:6.1 (default) or another version, build:NAME, host, or a "
	  "build tree; "
	  "several with commas between them",
	  2 },
	{ "machine", 'm', "NAME", 0,
	  "Where it runs (default: exact); `ptwalk list machines` has them", 2 },
	{ "boots", 'b', "N", 0,
	  "Boots (default: 1); exact counts must repeat in all; of noisy figures also 8,16,32: "
	  "as many as are needed",
	  2 },
	{ "mitigations", KEY_MITIGATIONS, "on|off", 0,
	  "CPU mitigations of the kernel under test (default: off)", 2 },
	{ "dax-size", KEY_DAX_SIZE, "SIZE", 0, "Size of each device-dax device (default: 1G)", 2 },
	{ "ram", KEY_RAM, "SIZE", 0, "The guest's memory beside those, of each node", 2 },
	{ "nodes", KEY_NODES, "N", 0,
	  "NUMA nodes of the guest; those without a CPU have memory alone (default: 1)", 2 },
	{ "cpus", KEY_CPUS, "N", 0,
	  "CPUs of the guest, spread over its nodes: 1 on the exact machine (default: tcg 2, kvm 1)",
	  2 },
	{ "invalidate", KEY_INVALIDATE, "HOW", 0,
	  "How a thread changes the range under an op like mirror_rare, where there is a second "
	  "CPU: mprotect (default), remap, migrate",
	  2 },
	{ "limit", KEY_LIMIT, "SECONDS", 0, "End a boot that takes longer", 2 },
	{ "qemu", KEY_QEMU, "PROGRAM", 0, "QEMU to use (default: qemu-system-x86_64)", 2 },
	{ "append", KEY_APPEND, "WORDS", 0, "More words for the kernel's command line", 2 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &plan->selection;
		return 0;
	case 'k':
		plan->kernel = arg;
		return 0;
	case 'm':
		plan->machine_name = arg;
		return 0;
	case 'b':
		plan->boots_text = arg;
		return 0;
	case KEY_MITIGATIONS:
		if (strcmp(arg, "on") && strcmp(arg, "off"))
			argp_error(state, "--mitigations takes on or off, not '%s'", arg);
		plan->mitigations = !strcmp(arg, "on");
		plan->mitigations_text = arg;
		return 0;
	case KEY_DAX_SIZE:
		plan->dax_size_text = arg;
		return 0;
	case KEY_RAM:
		plan->ram_text = arg;
		return 0;
	case KEY_NODES:
		plan->nodes_text = arg;
		return 0;
	case KEY_INVALIDATE:
		plan->invalidate = arg;
		return 0;
	case KEY_CPUS:
		plan->cpus_text = arg;
		return 0;
	case KEY_LIMIT:
		plan->limit_text = arg;
		return 0;
	case KEY_QEMU:
		plan->qemu = arg;
		return 0;
	case KEY_APPEND:
		plan->append = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &selection_argp, .header = "Which series:", .group = 1 },
	{ 0 },
};

static error_t parse_machine(int key, char *arg, struct argp_state *state)
{
	return key == ARGP_KEY_INIT ? 0 : parse_one(key, arg, state);
}

const struct argp plan_machine_argp = { .options = options, .parser = parse_machine };
const struct argp plan_argp = { .options = options, .parser = parse_one, .children = children };

static int check_invalidate(const struct plan *plan, struct err *err)
{
	const struct invalidation *how;

	if (!plan->invalidate)
		return 0;
	if (plan->cpus == 1)
		return err_set(err, EINVAL,
			       "--invalidate %s: a thread beside the walk needs a second CPU "
			       "(--machine tcg has more)",
			       plan->invalidate);
	return invalidation_find(plan->invalidate, &how, err);
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

/* Seconds for a boot that is at work: one that hangs is told by its silence. */
static unsigned int default_limit(const struct selection *s)
{
	size_t seconds = 600 + 2 * selection_series(s);

	if (s->alone)
		return s->alone->limit_seconds;
	return seconds < MAX_SECONDS ? (unsigned int)seconds : MAX_SECONDS;
}

/* "4", or of noisy figures "8,16,32": so many at each look. */
static int resolve_boots(struct plan *plan, struct err *err)
{
	const char *text = plan->boots_text ? plan->boots_text : "1";
	unsigned long n = 1;
	int ret;

	if (!strchr(text, ',')) {
		ret = parse_count(text, 1, LOOKS_UNITS_MAX, "boots", &n, err);
		plan->looks = (struct looks){ .n = 1, .units = { n } };
	} else if (plan->machine->exact) {
		ret = err_set(
			err, EINVAL,
			"--boots %s: looks are for noisy figures; exact counts need one number",
			text);
	} else {
		ret = looks_parse(text, &plan->looks, err);
	}
	if (!ret)
		plan->boots = (unsigned int)plan->looks.units[plan->looks.n - 1];
	return ret;
}

static int resolve_counts(struct plan *plan, struct err *err)
{
	unsigned long n = 0;
	int ret = resolve_boots(plan, err);

	if (!ret && plan->limit_text)
		ret = parse_count(plan->limit_text, 1, MAX_SECONDS, "seconds", &n, err);
	plan->limit_seconds = (unsigned int)n;
	n = 1;
	if (!ret && plan->nodes_text)
		ret = parse_count(plan->nodes_text, 1, VM_MAX_NODES, "NUMA nodes", &n, err);
	plan->nodes = (unsigned int)n;
	if (plan->selection.alone)
		plan->silent_seconds = plan->selection.alone->limit_seconds;
	return ret;
}

static int resolve_memory(struct plan *plan, struct err *err)
{
	const struct workload_alone *alone = plan->selection.alone;
	uint64_t ram = alone ? alone->ram_mib * MIB : 0;
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

/* A size that its device cannot hold is refused before anything is booted. */
static int check_sizes(const struct plan *plan, struct err *err)
{
	const struct selection *s = &plan->selection;
	uint64_t largest = s->sizes[s->nr_sizes - 1];

	for (size_t i = 0; i < s->nr_workloads; i++)
		if ((s->workloads[i]->dax_align || s->workloads[i]->pmem ||
		     s->workloads[i]->spare) &&
		    largest > plan->dax_size)
			return err_set(err, EFBIG,
				       "size %s is larger than the device of %s (%s); "
				       "--dax-size makes a larger one",
				       size_name(largest).text, s->workloads[i]->name,
				       size_name(plan->dax_size).text);
	return 0;
}

static int resolve_kernels(struct plan *plan, struct err *err)
{
	const char *own = plan->machine->here ? "host" : "debian:6.1";
	const char *list = plan->kernel ? plan->kernel : own, *end;
	int ret = 0;

	for (; !ret; list = end + 1) {
		char *name;

		end = strchrnul(list, ',');
		name = xstrndup(list, (size_t)(end - list));
		if (!*name)
			ret = err_set(err, EINVAL, "an empty name in --kernel '%s'", plan->kernel);
		else if (strv_has(&plan->kernels, name))
			ret = err_set(err, EINVAL, "kernel %s is named twice", name);
		else
			strv_add(&plan->kernels, name);
		free(name);
		if (!*end)
			break;
	}
	plan->kernel_asked = plan->kernel;
	if (!plan->kernel && !ret)
		plan->kernel = plan->kernels.v[0];
	return ret;
}

static int resolve_guest(struct plan *plan, struct err *err)
{
	int ret = resolve_cpus(plan, err);

	if (!ret)
		ret = resolve_memory(plan, err);
	return ret ? ret : resolve_placements(plan, err);
}

/* Named on this host: a guest's CPU has its PMU, or none. */
static int resolve_events(struct plan *plan, struct err *err)
{
	if (!plan->events_text)
		return 0;
	if (plan->machine->exact)
		return err_set(err, EINVAL,
			       "--events: the %s machine has no PMU, and an event of the kernel's "
			       "own that is switched on changes its code, and so the counts; "
			       "another --machine counts events",
			       plan->machine->name);
	return event_list_resolve(plan->events_text, "/sys", &plan->events, err);
}

/* Asked for by an option of run, or by profile: what is said names neither. */
static int resolve_perf(struct plan *plan, struct err *err)
{
	if (!plan->perf_what)
		return 0;
	if (plan->machine->exact)
		return err_set(err, EINVAL,
			       "the %s machine is not for perf: it has no PMU, and its clock goes "
			       "on with its instructions; --machine tcg is, or one with a PMU",
			       plan->machine->name);
	plan->perf_program = fs_find_program("perf");
	return plan->perf_program
		       ? 0
		       : err_set(err, ENOENT, "perf is not there; Debian's package is linux-perf");
}

int plan_resolve(struct plan *plan, struct err *err)
{
	int ret = machine_known(plan->machine_name ? plan->machine_name : "exact", &plan->machine,
				err);

	plan->sized = plan->selection.size_names.n;
	if (!ret)
		ret = plan_check_here(plan, err);
	if (!ret)
		ret = resolve_kernels(plan, err);
	if (!ret)
		ret = selection_resolve(&plan->selection, err);
	if (!ret)
		ret = selection_check_cache(&plan->selection, plan->machine->exact, err);
	if (!ret)
		ret = resolve_events(plan, err);
	if (!ret)
		ret = resolve_perf(plan, err);
	if (!ret)
		ret = resolve_counts(plan, err);
	if (!ret && plan->machine->here)
		ret = plan_resolve_here(plan, err);
	else if (!ret)
		ret = resolve_guest(plan, err);
	if (!ret)
		ret = check_invalidate(plan, err);
	if (ret || plan->machine->here)
		return ret;
	trim_sizes(plan);
	if (!plan->limit_seconds)
		plan->limit_seconds = default_limit(&plan->selection);
	return check_sizes(plan, err);
}

void plan_release(struct plan *plan)
{
	selection_release(&plan->selection);
	strv_release(&plan->kernels);
	strv_release(&plan->dax_paths);
	strv_release(&plan->overwrite);
	event_list_release(&plan->events);
	free(plan->perf_program);
}
