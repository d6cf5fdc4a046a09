// SPDX-License-Identifier: GPL-2.0-only
/* Windows with interrupts off, while another thread of the caller's invalidates. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "abi.h"

#define WINDOWS 4000
#define LEN	(640 * PAGE)
#define OTHERS	(64UL << 20)

static char *memory, *others;
static atomic_uint rounds;
static atomic_bool stop;

/* What is freed stays while nobody wants it: all that this does is to invalidate, for long. */
static void *invalidate(void *arg)
{
	for (; !stop; rounds++)
		madvise(others, OTHERS, MADV_FREE);
	return arg;
}

/*
 * That thread is stopped, now and then, amid an invalidation: a window waits for its end before it
 * begins, not in it, where nothing would end it and the kernel complains.
 */
static void test_op(const char *what, uint32_t op, uint32_t budget)
{
	static struct ptwalk_sample samples[WINDOWS];
	struct ptwalk_run run = abi_quiet(op, memory, LEN, samples, WINDOWS);
	unsigned int during;
	char name[96];
	pthread_t thread;
	int ret;

	run.flags |= PTWALK_RUN_POPULATED;
	run.chunk = 64;
	run.budget = budget;
	stop = false;
	rounds = 0;
	pthread_create(&thread, NULL, invalidate, NULL);
	ret = abi_ioctl(PTWALK_IOC_RUN, &run);
	during = rounds;
	stop = true;
	pthread_join(thread, NULL);
	snprintf(name, sizeof(name), "%s while another thread invalidates", what);
	abi_case(name, !ret && during > 1, "answered %d (%s) after %u windows and %u rounds", ret,
		 strerror(-ret), run.done, during);
}

void abi_test_invalidated(void)
{
	memory = abi_map(LEN, PROT_READ | PROT_WRITE);
	others = abi_map(OTHERS, PROT_READ | PROT_WRITE);
	memset(memory, 1, LEN);
	memset(others, 1, OTHERS);
	test_op("hmm_chunks", PTWALK_OP_HMM_CHUNKS, 0);
	test_op("mirror", PTWALK_OP_MIRROR, 8);
	munmap(others, OTHERS);
	munmap(memory, LEN);
}
