// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exact machine: TCG with -icount, where a tick of the TSC is one guest
 * instruction. What counts depend on is fixed here: the CPU model, the clock
 * and its beginning, the seed, one CPU.
 */
#include "vm/boot.h"
#include "vm/list.h"
#include "vm/qemu.h"

static const char *const args[] = {
	"-accel",
	"tcg,thread=single",
	"-icount",
	"shift=0,sleep=off",
	/* 1 GiB pages; no LA57, no ERMS: either would change counts. */
	"-cpu",
	"qemu64-v1,+pdpe1gb",
	"-rtc",
	"base=2024-01-01,clock=vm",
	"-seed",
	"1",
	NULL,
};

static const char *const words[] = {
	"tsc=reliable",
	/* Calibrating and checking timers waits in loops of RDTSC, slow here: 3 s of 6. */
	"nolapic_timer",
	"no_timer_check",
	/* Self-tests of ciphers: 0.3 s. */
	"cryptomgr.notests",
	NULL,
};

static const struct qemu_machine qemu = { .args = args, .words = words };

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	return boot_run(&qemu, config, events, arg, result, err);
}

const struct machine machine_exact = {
	.name = "exact",
	.summary = "QEMU, one CPU, counting instructions: the same numbers everywhere",
	.unit = "instructions",
	.exact = true,
	.cpus = 1,
	.most_cpus = 1,
	.supported = qemu_check,
	.run = run,
};
