// SPDX-License-Identifier: GPL-2.0-only
/* Who else is on the CPUs that measure: siblings, tasks, watchdogs, interrupts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/noise/check.h"
#include "bench/noise/paths.h"

#define LOAD_MOST 0.3 /* of the last minute, on average */

/* Online siblings of those that measure which do not measure themselves. */
static hwloc_bitmap_t siblings(const struct noise_host *host)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc();
	unsigned int cpu;

	hwloc_bitmap_foreach_begin(cpu, host->cpus)
	{
		char *list = noise_read(
			host, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
		hwloc_bitmap_t own = noise_cpus(list);

		hwloc_bitmap_or(all, all, own);
		hwloc_bitmap_free(own);
		free(list);
	}
	hwloc_bitmap_foreach_end();
	hwloc_bitmap_andnot(all, all, host->cpus);
	return all;
}

static enum noise_health look_smt(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *active = noise_read(host, "/sys/devices/system/cpu/smt/active"), *list;
	hwloc_bitmap_t others = siblings(host);
	enum noise_health health = NOISE_QUIET;

	list = noise_list(others);
	if (!hwloc_bitmap_iszero(others)) {
		snprintf(found, NOISE_TEXT, "on: CPU %s shares a core with one that measures",
			 list);
		health = NOISE_NOISY;
	} else if (!active) {
		snprintf(found, NOISE_TEXT, "the kernel does not say; no sibling is known");
		health = NOISE_UNKNOWN;
	} else {
		snprintf(found, NOISE_TEXT, "%s",
			 strcmp(active, "0") != 0 ? "on, but no sibling beside those that measure"
						  : "off");
	}
	free(list);
	free(active);
	hwloc_bitmap_free(others);
	return health;
}

static enum noise_health look_isolation(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *list = noise_read(host, "/sys/devices/system/cpu/isolated");
	char *ticks = noise_read(host, "/sys/devices/system/cpu/nohz_full");
	hwloc_bitmap_t isolated = noise_cpus(list), quiet = noise_cpus(ticks);
	char *measure = noise_list(host->cpus);
	enum noise_health health = NOISE_QUIET;

	if (!hwloc_bitmap_isincluded(host->cpus, isolated)) {
		snprintf(found, NOISE_TEXT, "CPU %s measures; isolated: %s", measure,
			 hwloc_bitmap_iszero(isolated) ? "none" : list);
		health = list ? NOISE_NOISY : NOISE_UNKNOWN;
	} else {
		snprintf(found, NOISE_TEXT, "CPU %s measures, and is isolated%s", measure,
			 hwloc_bitmap_isincluded(host->cpus, quiet) ? ", without ticks"
								    : "; it has ticks");
	}
	free(measure);
	hwloc_bitmap_free(quiet);
	hwloc_bitmap_free(isolated);
	free(ticks);
	free(list);
	return health;
}

static enum noise_health look_watchdog(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *nmi = noise_read(host, NOISE_NMI_WATCHDOG), *soft = noise_read(host, NOISE_WATCHDOG);
	const bool nmi_on = nmi && strcmp(nmi, "0") != 0, soft_on = soft && strcmp(soft, "0") != 0;
	enum noise_health health = !nmi && !soft       ? NOISE_UNKNOWN
				   : nmi_on || soft_on ? NOISE_NOISY
						       : NOISE_QUIET;

	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel has none, or does not say"
		 : nmi_on		 ? "on: NMIs, and one counter of the PMU taken"
		 : soft_on		 ? "on: a timer and a task on every CPU"
					 : "off");
	free(nmi);
	free(soft);
	return health;
}

static enum noise_health look_irqs(const struct noise_host *host, char found[NOISE_TEXT])
{
	size_t n, here = 0, known = 0;
	unsigned int *irqs = noise_numbers(host, NOISE_IRQS, "", &n);
	char *measure = noise_list(host->cpus);

	for (size_t i = 0; i < n; i++) {
		char *list = noise_read(host, NOISE_IRQ, irqs[i]);
		hwloc_bitmap_t cpus = noise_cpus(list);

		known += list != NULL;
		here += hwloc_bitmap_intersects(cpus, host->cpus);
		hwloc_bitmap_free(cpus);
		free(list);
	}
	snprintf(found, NOISE_TEXT, "%zu of %zu may come to CPU %s", here, known, measure);
	free(measure);
	free(irqs);
	if (!known)
		return NOISE_UNKNOWN;
	return here ? NOISE_NOISY : NOISE_QUIET;
}

static enum noise_health look_load(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *text = noise_read(host, "/proc/loadavg"), *end = text;
	const double load = text ? strtod(text, &end) : 0;
	enum noise_health health = load > LOAD_MOST ? NOISE_NOISY : NOISE_QUIET;

	if (end == text) {
		snprintf(found, NOISE_TEXT, "the kernel does not say");
		health = NOISE_UNKNOWN;
	} else {
		snprintf(found, NOISE_TEXT, "%.2f tasks ran or waited, on average of a minute",
			 load);
	}
	free(text);
	return health;
}

const struct noise_check noise_check_smt = {
	.name = "smt",
	.why = "what runs on the other thread of a core takes its caches and its units",
	.todo = "off into /sys/devices/system/cpu/smt/control, or nosmt on the kernel's command line",
	.look = look_smt,
};

const struct noise_check noise_check_isolation = {
	.name = "isolation",
	.why = "a CPU that the scheduler uses for others is taken away in the middle of a window",
	.todo = "isolcpus=N nohz_full=N on the kernel's command line, and measure on N",
	.look = look_isolation,
};

const struct noise_check noise_check_watchdog = {
	.name = "watchdog",
	.why = "it interrupts every CPU, with NMIs even where interrupts are off",
	.todo = "--quiet-system, or sysctl kernel.nmi_watchdog=0 kernel.watchdog=0",
	.look = look_watchdog,
};

const struct noise_check noise_check_irqs = {
	.name = "irqs",
	.why = "each disturbs a window that is open to interrupts, and the caches of all others",
	.todo = "--quiet-system, or other CPUs into /proc/irq/*/smp_affinity_list; stop irqbalance",
	.look = look_irqs,
};

const struct noise_check noise_check_load = {
	.name = "load",
	.why = "others take the CPU, its caches, the memory's bandwidth, and the heat turbo needs",
	.todo = "stop what need not run, and wait a minute",
	.look = look_load,
};
