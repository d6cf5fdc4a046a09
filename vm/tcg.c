// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tcg machine: TCG without -icount, a thread for each CPU. What needs more
 * than one CPU runs here; its ticks are the host's, spent in a translator, and
 * say nothing of the kernel.
 */
#include "vm/boot.h"
#include "vm/list.h"
#include "vm/qemu.h"

static const char *const args[] = {
	"-accel",
	"tcg,thread=multi",
	/* As the exact machine's: the same leaves and the same paths. */
	"-cpu",
	"qemu64-v1,+pdpe1gb",
	NULL,
};

static const char *const words[] = {
	/* All CPUs read the host's one clock: no watchdog may find otherwise. */
	"tsc=reliable",
	"no_timer_check",
	"cryptomgr.notests",
	NULL,
};

static const struct qemu_machine qemu = { .args = args, .words = words };

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	return boot_run(&qemu, config, events, arg, result, err);
}

const struct machine machine_tcg = {
	.name = "tcg",
	.summary = "QEMU, several CPUs: functional only, its figures are never compared",
	.unit = "ticks",
	.functional = true,
	.cpus = 2,
	.most_cpus = VM_MAX_CPUS,
	.supported = qemu_check,
	.run = run,
};
