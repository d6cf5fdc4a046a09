// SPDX-License-Identifier: GPL-2.0-only
/* How fast the clock runs: governor and turbo. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/noise/check.h"
#include "bench/noise/paths.h"

/* The governors of the CPUs that measure, each once. */
static enum noise_health look_governor(const struct noise_host *host, char found[NOISE_TEXT])
{
	struct strv governors = { 0 };
	enum noise_health health = NOISE_QUIET;
	unsigned int cpu;
	char *list;

	hwloc_bitmap_foreach_begin(cpu, host->cpus)
	{
		char *governor = noise_read(host, NOISE_GOVERNOR, cpu);

		if (governor && !strv_has(&governors, governor))
			strv_add(&governors, governor);
		if (governor && strcmp(governor, "performance") != 0)
			health = NOISE_NOISY;
		free(governor);
	}
	hwloc_bitmap_foreach_end();
	list = strv_join(&governors, ", ");
	snprintf(found, NOISE_TEXT, "%s",
		 governors.n ? list : "no cpufreq: firmware or a hypervisor decides");
	if (!governors.n)
		health = NOISE_UNKNOWN;
	free(list);
	strv_release(&governors);
	return health;
}

static enum noise_health look_turbo(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *off = noise_read(host, NOISE_NO_TURBO), *on = noise_read(host, NOISE_BOOST);
	enum noise_health health = NOISE_UNKNOWN;

	if (off || on)
		health = (off && !strcmp(off, "1")) || (!off && !strcmp(on, "0")) ? NOISE_QUIET
										  : NOISE_NOISY;
	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel does not say"
		 : health == NOISE_QUIET ? "off"
					 : "on");
	free(off);
	free(on);
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
