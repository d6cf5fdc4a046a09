// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "abi.h"

int abi_fd = -1;
static unsigned int failures;

void abi_case(const char *name, bool ok, const char *why, ...)
{
	va_list args;

	if (ok) {
		printf("ok %s\n", name);
		return;
	}
	failures++;
	printf("not ok %s: ", name);
	va_start(args, why);
	vprintf(why, args);
	va_end(args);
	putchar('\n');
}

void abi_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	abi_fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (abi_fd < 0) {
		perror(PTWALK_DEVICE);
		exit(1);
	}
}

int abi_end(void)
{
	printf("%u not ok\n", failures);
	return failures != 0;
}

bool abi_kernel_since(unsigned int major, unsigned int minor)
{
	unsigned int has_major = 0, has_minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%u.%u", &has_major, &has_minor);
	return has_major > major || (has_major == major && has_minor >= minor);
}

int abi_ioctl(unsigned long command, void *arg)
{
	return ioctl(abi_fd, command, arg) ? -errno : 0;
}

void abi_answers(const char *name, unsigned long command, void *arg, int expected)
{
	int ret = abi_ioctl(command, arg);

	abi_case(name, ret == expected, "answered %d (%s), not %d (%s)", ret, strerror(-ret),
		 expected, strerror(-expected));
}

struct ptwalk_run abi_run(uint32_t op, const void *addr, uint64_t len,
			  struct ptwalk_sample *samples, uint32_t iterations)
{
	return (struct ptwalk_run){
		.op = op,
		.addr = (uintptr_t)addr,
		.len = len,
		.iterations = iterations,
		.samples = (uintptr_t)samples,
	};
}

char *abi_map(size_t len, int prot)
{
	char *p = mmap(NULL, len, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		printf("not ok mmap: %s\n", strerror(errno));
		exit(1);
	}
	madvise(p, len, MADV_NOHUGEPAGE);
	return p;
}

struct ptwalk_run abi_quiet(uint32_t op, const void *addr, uint64_t len,
			    struct ptwalk_sample *samples, uint32_t iterations)
{
	struct ptwalk_run run = abi_run(op, addr, len, samples, iterations);

	run.flags = PTWALK_RUN_IRQS_OFF;
	return run;
}

bool abi_measure(const char *name, struct ptwalk_run *run)
{
	int ret;

	memset((void *)run->samples, 0, run->iterations * sizeof(struct ptwalk_sample));
	ret = abi_ioctl(PTWALK_IOC_RUN, run);
	if (ret || run->done != run->iterations)
		abi_case(name, false, "answered %d (%s), %u of %u samples", ret, strerror(-ret),
			 run->done, run->iterations);
	return !ret && run->done == run->iterations;
}

bool abi_inspect(const char *name, const void *addr, uint64_t len, struct ptwalk_inspect *met)
{
	int ret;

	*met = (struct ptwalk_inspect){ .addr = (uintptr_t)addr, .len = len };
	ret = abi_ioctl(PTWALK_IOC_INSPECT, met);
	if (ret)
		abi_case(name, false, "inspect answered %d (%s)", ret, strerror(-ret));
	return !ret;
}

void abi_agree(const char *what, const void *addr, uint64_t len)
{
	struct ptwalk_sample samples[2];
	struct ptwalk_run hmm = abi_quiet(PTWALK_OP_HMM, addr, len, samples, 2);
	struct ptwalk_inspect met;
	char name[96];

	snprintf(name, sizeof(name), "%s: inspect and hmm agree", what);
	if (!abi_inspect(name, addr, len, &met) || !abi_measure(name, &hmm))
		return;
	abi_case(name, hmm.pfn_sum == met.pfn_sum + met.device_own_sum && !met.entry_sum,
		 "sums of PFNs %llx and %llx", met.pfn_sum + met.device_own_sum, hmm.pfn_sum);
	hmm.flags |= PTWALK_RUN_HASH;
	met = (struct ptwalk_inspect){ .addr = met.addr,
				       .len = met.len,
				       .flags = PTWALK_INSPECT_HASH };
	snprintf(name, sizeof(name), "%s: inspect and hmm agree on each entry", what);
	if (abi_ioctl(PTWALK_IOC_INSPECT, &met) || !abi_measure(name, &hmm))
		met.entry_sum = 0;
	abi_case(name,
		 hmm.pfn_sum == met.pfn_sum + met.device_own_sum &&
			 hmm.entry_sum == met.entry_sum && hmm.error_pages == met.error_pages,
		 "hashes of PFNs %llx and %llx, of entries %llx and %llx, %u and %llu errors",
		 met.pfn_sum + met.device_own_sum, hmm.pfn_sum, met.entry_sum, hmm.entry_sum,
		 met.error_pages, hmm.error_pages);
}

void abi_test_kernel_log(void)
{
	static const char *const bad[] = { "WARNING:", "BUG:", "Call Trace", "possible recursive" };
	static char text[1 << 20];
	const char *line = NULL;
	size_t i;

	abi_case("the kernel's log", klogctl(3 /* read all */, text, sizeof(text) - 1) > 0, "%s",
		 strerror(errno));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]) && !line; i++)
		line = strstr(text, bad[i]);
	abi_case("the kernel does not complain", !line, "%.400s", line);
}
