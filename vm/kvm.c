// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kvm machine: QEMU with KVM, each CPU bound to one of the host's, each
 * node's memory to a node. Its ticks are the host's TSC: time, and noisy, so that
 * a boot is what is replicated. It is chosen by its name alone.
 */
#include "vm/kvm.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "vm/boot.h"
#include "vm/list.h"
#include "vm/pins.h"
#include "vm/qemu.h"

/* Probe, start and end together stay below 20 s. */
#define PROBE_SECONDS 4
#define EARLY_SECONDS 12

static int supported(const struct vm_config *c, struct err *err)
{
	const char *device = getenv(KVM_DEVICE_VARIABLE);
	struct vm_pins pins;
	int ret = qemu_check(c, err);

	if (!ret)
		ret = pins_host(c->cpus, c->nodes, &pins, err);
	if (!device || !*device)
		device = "/dev/kvm";
	if (!ret && strcmp(device, "-") != 0)
		ret = kvm_probe(device, PROBE_SECONDS, err);
	return ret;
}

static int run_with(const struct vm_pins *pins, const struct vm_config *config,
		    const struct vm_events *events, void *arg, struct vm_result *result,
		    struct err *err)
{
	const struct kvm_offer offer = kvm_offer("");
	char *cpu = xasprintf("host,migratable=off%s,pmu=%s", offer.invariant_tsc ? ",+invtsc" : "",
			      offer.pmu ? "on" : "off");
	const char *const args[] = { "-accel", "kvm", "-cpu", cpu, NULL };
	const char *const words[] = { "no_timer_check", "cryptomgr.notests",
				      offer.invariant_tsc ? "tsc=reliable" : NULL, NULL };
	char *text = pins_text(pins);
	char *note = xasprintf("%sinvariant TSC: %s\nPMU: %s\n", text,
			       offer.invariant_tsc ? "passed through" : "the host has none",
			       offer.pmu ? "passed through" : "the host offers none");
	const struct qemu_machine qemu = {
		.args = args,
		.words = words,
		.pins = pins,
		.note = note,
		.early_seconds = EARLY_SECONDS,
		.early_hint = "KVM is there and does not work here; --machine exact needs none",
	};
	int ret = boot_run(&qemu, config, events, arg, result, err);

	free(note);
	free(text);
	free(cpu);
	return ret;
}

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	struct vm_pins pins;
	int ret = pins_host(config->cpus, config->nodes, &pins, err);

	return ret ? ret : run_with(&pins, config, events, arg, result, err);
}

const struct machine machine_kvm = {
	.name = "kvm",
	.summary = "QEMU with KVM, CPUs and memory bound: time, noisy, replicated by boot",
	.unit = "ticks",
	.by_name = true,
	.cpus = 1,
	.most_cpus = VM_MAX_CPUS,
	.supported = supported,
	.run = run,
};
