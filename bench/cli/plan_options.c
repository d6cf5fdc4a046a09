// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/plan_options.h"

#include <string.h>

#include "bench/measure/plan.h"

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

enum here_key {
	KEY_MODULE = 768,
	KEY_DAX,
	KEY_OVERWRITE,
	KEY_ROUNDS,
};

static const struct argp_option here_options[] = {
	{ "dax", KEY_DAX, "DEVICE", 0,
	  "A device-dax device, \"/dev/dax0.0\", that workloads may map; one with data is "
	  "refused; repeatable",
	  0 },
	{ "overwrite", KEY_OVERWRITE, "DEVICE", 0,
	  "What is in this device of --dax does not matter; repeatable", 0 },
	{ "rounds", KEY_ROUNDS, "N", 0,
	  "Measure in so many processes, one after the other (default: 1); also 8,16,32: as many "
	  "as are needed",
	  0 },
	{ "module", KEY_MODULE, "FILE", 0,
	  "A ptwalk.ko that was built elsewhere, for the running kernel", 0 },
	{ 0 },
};

static error_t parse_here(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case KEY_DAX:
		strv_add(&plan->dax_paths, arg);
		return 0;
	case KEY_OVERWRITE:
		strv_add(&plan->overwrite, arg);
		return 0;
	case KEY_ROUNDS:
		plan->rounds_text = arg;
		return 0;
	case KEY_MODULE:
		plan->module = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp plan_here_argp = { .options = here_options, .parser = parse_here };

enum sampling_key {
	KEY_SEED = 4096,
	KEY_WIDTH,
	KEY_METHOD_EVIDENCE,
	KEY_QUIET_SYSTEM,
};

static const struct argp_option sampling_options[] = {
	{ "seed", KEY_SEED, "N", 0,
	  "Of the random order of boots, on noisy machines (default: drawn, and recorded)", 2 },
	{ "width", KEY_WIDTH, "PERCENT", 0,
	  "Of noisy figures: no interval may be wider than +- this where boots end early", 2 },
	{ "quiet-system", KEY_QUIET_SYSTEM, NULL, 0,
	  "Of machines with noisy figures: set governor, turbo, watchdog, interrupts and the driver's "
	  "ASLR meanwhile, and put them back",
	  2 },
	{ "method-evidence", KEY_METHOD_EVIDENCE, NULL, 0,
	  "Let a machine whose figures mean nothing show what the method does; never a kernel's "
	  "performance, and marked so",
	  2 },
	{ 0 },
};

static error_t parse_sampling(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case KEY_SEED:
		plan->seed_text = arg;
		return 0;
	case KEY_WIDTH:
		plan->width_text = arg;
		return 0;
	case KEY_QUIET_SYSTEM:
		plan->quiet_system = true;
		return 0;
	case KEY_METHOD_EVIDENCE:
		plan->method_evidence = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp sampling_argp = { .options = sampling_options, .parser = parse_sampling };
