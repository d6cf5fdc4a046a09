// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device-dax device is unbound while a run walks it and inspect looks at it: its pagemap and
 * struct pages go, and nobody looks at them after that:
 *
 *	test_unbind --dax=/dev/daxN.0
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"

#define LEN	(16 * MIB)
#define WINDOWS 4000

static char *memory;
static struct ptwalk_sample samples[WINDOWS];

static void *unbind(void *dax)
{
	const char *name = strrchr(dax, '/') + 1;
	int fd = open("/sys/bus/dax/drivers/device_dax/unbind", O_WRONLY | O_CLOEXEC);
	ssize_t n;

	usleep(5000);
	n = write(fd, name, strlen(name));
	abi_case("the device is unbound", n == (ssize_t)strlen(name), "%s", strerror(errno));
	close(fd);
	return NULL;
}

static void it_goes(char *dax)
{
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, memory, LEN, samples, WINDOWS);
	struct ptwalk_inspect met;
	pthread_t thread;

	abi_inspect("before", memory, LEN, &met);
	abi_case("its pages are there", met.zone_device_pages == LEN / PAGE, "%llu",
		 met.zone_device_pages);
	pthread_create(&thread, NULL, unbind, dax);
	abi_answers("a run of what goes", PTWALK_IOC_RUN, &run, 0);
	abi_case("it went between two windows", !run.valid_pages, "%llu pages are there",
		 run.valid_pages);
	pthread_join(thread, NULL);
	abi_inspect("after", memory, LEN, &met);
	abi_case("nothing is left of it", met.hole_pages == LEN / PAGE, "%llu", met.hole_pages);
}

int main(int argc, char **argv)
{
	char *dax = argc > 1 ? strchr(argv[1], '/') : NULL;
	int fd = dax ? open(dax, O_RDWR | O_CLOEXEC) : -1;

	abi_begin();
	memory = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	abi_case("the device is mapped", memory != MAP_FAILED, "%s", strerror(errno));
	if (memory == MAP_FAILED)
		return abi_end();
	for (size_t at = 0; at < LEN; at += PAGE)
		memory[at] = 1;
	it_goes(dax);
	abi_test_kernel_log();
	return abi_end();
}
