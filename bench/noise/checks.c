// SPDX-License-Identifier: GPL-2.0-only
/* The checks: the clock, who shares the CPUs that measure, and memory. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/noise/noise.h"

/* The governors of the CPUs that measure, each once. */
static enum noise_health look_governor(const struct noise_host *host, char found[NOISE_TEXT])
{
	_cleanup_(strv_release) struct strv governors = { 0 };
	enum noise_health health = NOISE_QUIET;
	unsigned int cpu;
	_cleanup_free_ char *list = NULL;

	hwloc_bitmap_foreach_begin(cpu, host->cpus)
	{
		_cleanup_free_ char *governor = noise_read(host, NOISE_GOVERNOR, cpu);

		if (governor && !strv_has(&governors, governor))
			strv_add(&governors, governor);
		if (governor && strcmp(governor, "performance") != 0)
			health = NOISE_NOISY;
	}
	hwloc_bitmap_foreach_end();
	list = strv_join(&governors, ", ");
	snprintf(found, NOISE_TEXT, "%s",
		 governors.n ? list : "no cpufreq: firmware or a hypervisor decides");
	if (!governors.n)
		health = NOISE_UNKNOWN;
	return health;
}

static enum noise_health look_turbo(const struct noise_host *host, char found[NOISE_TEXT])
{
	_cleanup_free_ char *off = noise_read(host, NOISE_NO_TURBO),
			    *on = noise_read(host, NOISE_BOOST);
	enum noise_health health = NOISE_UNKNOWN;

	if (off || on)
		health = (off && !strcmp(off, "1")) || (!off && !strcmp(on, "0")) ? NOISE_QUIET
										  : NOISE_NOISY;
	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel does not say"
		 : health == NOISE_QUIET ? "off"
					 : "on");
	return health;
}

const struct noise_check noise_check_governor = {
	.name = "governor",
	.why = "a clock that follows the load runs slower at first, and differently each time",
	.todo = "--quiet-system, or cpupower frequency-set -g performance",
	.look = look_governor,
};

const struct noise_check noise_check_turbo = {
	.name = "turbo",
	.why = "how far the clock goes up depends on heat and on what the other cores do",
	.todo = "--quiet-system, or 1 into /sys/devices/system/cpu/intel_pstate/no_turbo (0 into "
		"cpufreq/boost)",
	.look = look_turbo,
};

/* Who else is on the CPUs that measure: siblings, tasks, watchdogs, interrupts. */

#define LOAD_MOST 0.3 /* of the last minute, on average */

/* Online siblings of those that measure which do not measure themselves. */
static hwloc_bitmap_t siblings(const struct noise_host *host)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc();
	unsigned int cpu;

	hwloc_bitmap_foreach_begin(cpu, host->cpus)
	{
		_cleanup_free_ char *list = noise_read(
			host, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
		hwloc_bitmap_t own = noise_cpus(list);

		hwloc_bitmap_or(all, all, own);
		hwloc_bitmap_free(own);
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
	_cleanup_free_ char *list = noise_read(host, "/sys/devices/system/cpu/isolated");
	_cleanup_free_ char *ticks = noise_read(host, "/sys/devices/system/cpu/nohz_full");
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
	return health;
}

static enum noise_health look_watchdog(const struct noise_host *host, char found[NOISE_TEXT])
{
	_cleanup_free_ char *nmi = noise_read(host, NOISE_NMI_WATCHDOG),
			    *soft = noise_read(host, NOISE_WATCHDOG);
	const bool nmi_on = nmi && strcmp(nmi, "0") != 0, soft_on = soft && strcmp(soft, "0") != 0;
	enum noise_health health = !nmi && !soft       ? NOISE_UNKNOWN
				   : nmi_on || soft_on ? NOISE_NOISY
						       : NOISE_QUIET;

	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel has none, or does not say"
		 : nmi_on		 ? "on: NMIs, and one counter of the PMU taken"
		 : soft_on		 ? "on: a timer and a task on every CPU"
					 : "off");
	return health;
}

static enum noise_health look_irqs(const struct noise_host *host, char found[NOISE_TEXT])
{
	size_t n, here = 0, known = 0;
	unsigned int *irqs = noise_numbers(host, NOISE_IRQS, "", &n);
	char *measure = noise_list(host->cpus);

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *list = noise_read(host, NOISE_IRQ, irqs[i]);
		hwloc_bitmap_t cpus = noise_cpus(list);

		known += list != NULL;
		here += hwloc_bitmap_intersects(cpus, host->cpus);
		hwloc_bitmap_free(cpus);
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

/* Where memory lies, and what the kernel does on the way to it: THP, ASLR, mitigations. */

/* The chosen one of "always [madvise] never". */
static enum noise_health look_thp(const struct noise_host *host, char found[NOISE_TEXT])
{
	_cleanup_free_ char *text = noise_read(host, "/sys/kernel/mm/transparent_hugepage/enabled");
	const char *open = text ? strchr(text, '[') : NULL;
	enum noise_health health = NOISE_UNKNOWN;

	if (open) {
		snprintf(found, NOISE_TEXT, "%.*s", (int)strcspn(open + 1, "]"), open + 1);
		health = strcmp(found, "always") != 0 ? NOISE_QUIET : NOISE_NOISY;
	} else {
		snprintf(found, NOISE_TEXT, "the kernel has none");
	}
	return health;
}

static enum noise_health look_aslr(const struct noise_host *host, char found[NOISE_TEXT])
{
	_cleanup_free_ char *text = noise_read(host, "/proc/sys/kernel/randomize_va_space");
	enum noise_health health = !text		    ? NOISE_UNKNOWN
				   : strcmp(text, "0") != 0 ? NOISE_NOISY
							    : NOISE_QUIET;

	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel does not say"
		 : health == NOISE_NOISY ? "on"
					 : "off");
	return health;
}

static enum noise_health look_mitigations(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *path = noise_path(host, "/sys/devices/system/cpu/vulnerabilities");
	size_t on = 0, all = 0;
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *text =
			*entry->d_name == '.'
				? NULL
				: noise_read(host, "/sys/devices/system/cpu/vulnerabilities/%s",
					     entry->d_name);

		all += text != NULL;
		on += text && strstr(text, "Mitigation") != NULL;
	}
	if (dir)
		closedir(dir);
	free(path);
	snprintf(found, NOISE_TEXT, "%zu of %zu on", on, all);
	return all ? NOISE_QUIET : NOISE_UNKNOWN;
}

const struct noise_check noise_check_thp = {
	.name = "thp",
	.why = "khugepaged joins pages, of this program too, while others are measured",
	.todo = "madvise into /sys/kernel/mm/transparent_hugepage/enabled",
	.look = look_thp,
};

const struct noise_check noise_check_aslr = {
	.name = "aslr",
	.why = "other addresses are other cache sets and TLB entries in every process",
	.todo = "--quiet-system puts it off for the driver alone; or setarch -R",
	.look = look_aslr,
};

const struct noise_check noise_check_mitigations = {
	.name = "mitigations",
	.why = "no noise, but a part of every figure: recorded, and compared only with the same",
	.todo = "nothing, unless two runs differ in it",
	.look = look_mitigations,
};

#define X(name) &noise_check_##name,
const struct noise_check *const noise_checks[] = { NOISE_CHECKS(X) };
#undef X

const size_t nr_noise_checks = ARRAY_SIZE(noise_checks);

const char *noise_health_name(enum noise_health health)
{
	static const char *const names[] = {
		[NOISE_QUIET] = "quiet",
		[NOISE_NOISY] = "noisy",
		[NOISE_UNKNOWN] = "?",
	};

	return names[health];
}
