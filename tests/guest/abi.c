/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

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

unsigned int abi_failures(void)
{
	return failures;
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
