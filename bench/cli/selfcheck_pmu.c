// SPDX-License-Identifier: GPL-2.0-only
/* Performance counters: a loop whose instructions are known, counted from user space. */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/cli/selfcheck.h"

#define LOOPS	 10000000ULL
#define EXPECTED (2 * LOOPS)
#define SLACK	 0.01 /* calls and the switch on and off */

#define CACHE_MISS(cache)                                                               \
	(PERF_COUNT_HW_CACHE_##cache | (unsigned int)PERF_COUNT_HW_CACHE_OP_READ << 8 | \
	 (unsigned int)PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct {
	const char *name;
	unsigned int type;
	unsigned long config;
} events[] = {
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "dTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE_MISS(DTLB) },
	{ "LLC-load-misses", PERF_TYPE_HW_CACHE, CACHE_MISS(LL) },
};

static int open_event(size_t i)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = events[i].type,
		.config = events[i].config,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static void loop(void)
{
	unsigned long long n = LOOPS;

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
}

/* The count of the loop; negative: it was not counted. */
static double count(int fd)
{
	unsigned long long values[3] = { 0 };

	ioctl(fd, PERF_EVENT_IOC_RESET, 0);
	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
	loop();
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	if (read(fd, values, sizeof(values)) != sizeof(values) || !values[2])
		return -1;
	return (double)values[0] * (double)values[1] / (double)values[2];
}

static void refused(struct selfcheck_result *r, int error)
{
	if (error == EACCES || error == EPERM)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "perf events are forbidden to this user: run it as root, or lower "
			      "kernel.perf_event_paranoid");
	else if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE,
			      "the CPU offers no performance counters (%s): a virtual machine "
			      "without a PMU?",
			      strerror(error));
	else
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "perf_event_open: %s", strerror(error));
}

static void run(struct selfcheck *s, struct selfcheck_result *r)
{
	double instructions = -1;
	unsigned int counted = 0;

	(void)s;
	selfcheck_fact(r, "expected_instructions", json_integer((json_int_t)EXPECTED));
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		int fd = open_event(i);
		double n = fd < 0 ? -1 : count(fd);

		if (!i && fd < 0) {
			refused(r, -fd);
			return;
		}
		selfcheck_fact(r, events[i].name, n < 0 ? json_null() : json_real(n));
		counted += n >= 0;
		instructions = i ? instructions : n;
		if (fd >= 0)
			close(fd);
	}
	if (instructions < (double)EXPECTED || instructions > (double)EXPECTED * (1 + SLACK))
		selfcheck_say(r, SELFCHECK_FAIL, "%.0f instructions counted of a loop of %llu",
			      instructions, EXPECTED);
	else
		selfcheck_say(r, SELFCHECK_PASS,
			      "%.0f instructions counted of a loop of %llu; %u of %zu events count",
			      instructions, EXPECTED, counted, ARRAY_SIZE(events));
}

const struct selfcheck_check selfcheck_pmu = {
	.name = "pmu",
	.shows = "that performance counters count what is known to run",
	.run = run,
};
