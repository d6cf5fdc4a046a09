// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines of QEMU's translator (TCG), which need nothing of the host.
 *
 * exact: with -icount, where a tick of the TSC is one guest instruction. What counts
 * depend on is fixed here: the CPU model, the clock and its beginning, the seed, one CPU.
 *
 * tcg: without it, a thread for each CPU. What needs more than one CPU runs here; its
 * ticks are the host's, spent in a translator, and say nothing of the kernel.
 */
#include "vm/vm.h"
#include "vm/qemu.h"

/* 1 GiB pages; no LA57, no ERMS: either would change counts. One model: the same paths. */
#define CPU_MODEL "qemu64-v1,+pdpe1gb"

static int run_exact(const struct vm_config *config, const struct vm_events *events, void *arg,
		     struct vm_result *result, struct err *err)
{
	static const char *const args[] = {
		"-accel",  "tcg,thread=single",
		"-icount", "shift=0,sleep=off",
		"-cpu",	   CPU_MODEL,
		"-rtc",	   "base=2024-01-01,clock=vm",
		"-seed",   "1",
		NULL,
	};
	/*
	 * Calibrating and checking timers waits in loops of RDTSC, slow here: 3 s of 6.
	 * Self-tests of ciphers: 0.3 s.
	 */
	static const char *const words[] = { "tsc=reliable", "nolapic_timer", "no_timer_check",
					     "cryptomgr.notests", NULL };

	return boot_run(&(struct qemu_machine){ .args = args, .words = words }, config, events, arg,
			result, err);
}

static int run_tcg(const struct vm_config *config, const struct vm_events *events, void *arg,
		   struct vm_result *result, struct err *err)
{
	static const char *const args[] = { "-accel", "tcg,thread=multi", "-cpu", CPU_MODEL, NULL };
	/* All CPUs read the host's one clock: no watchdog may find otherwise. */
	static const char *const words[] = { "tsc=reliable", "no_timer_check", "cryptomgr.notests",
					     NULL };

	return boot_run(&(struct qemu_machine){ .args = args, .words = words }, config, events, arg,
			result, err);
}

const struct machine machine_exact = {
	.name = "exact",
	.summary = "QEMU, one CPU, counting instructions: the same numbers everywhere",
	.unit = "instructions",
	.replicate = "boot",
	.exact = true,
	.cpus = 1,
	.most_cpus = 1,
	.supported = qemu_check,
	.run = run_exact,
};

const struct machine machine_tcg = {
	.name = "tcg",
	.summary = "QEMU, several CPUs: functional only, its figures are never compared",
	.unit = "ticks",
	.replicate = "boot",
	.functional = true,
	.cpus = 2,
	.most_cpus = VM_MAX_CPUS,
	.supported = qemu_check,
	.run = run_tcg,
};
