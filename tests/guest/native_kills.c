// SPDX-License-Identifier: GPL-2.0-only
/*
 * kill -9 of the CLI and of the driver, in turn, at points that are spread over
 * the run: after each, the next start finds what was left and repairs it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

/* All that a run changes, on a device with data. */
static const char *run_words[] = { "--module=/ptwalk.ko",
				   "-q",
				   "-wdevdax-pmd,swapped,hugetlb-2m,shmem-thp",
				   "-s64K,2M,16M",
				   "-ohmm,bare",
				   "-n32",
				   "--threads=1,2",
				   "--mms=each",
				   "--quiet-system",
				   "--out=/tmp/killed",
				   NULL,
				   NULL,
				   NULL };

static const char *const next_words[] = {
	"--module=/ptwalk.ko", "-q", "-wanon-pte", "-s64K", "-oempty", "-n1",
	"--out=/tmp/next",     NULL
};

struct times {
	double driver, all; /* seconds from the start to the driver, and to the end */
};

static struct {
	unsigned int repaired, early, module;
} seen;

static double random_part(unsigned int *seed)
{
	return (double)rand_r(seed) / RAND_MAX;
}

static pid_t start(void)
{
	fs_remove("/tmp/killed", NULL);
	fs_remove("/tmp/results", NULL);
	return native_start(run_words);
}

static struct times time_a_run(void)
{
	double begun = host_seconds();
	pid_t pid = start();
	struct times t = { 0 };
	int status;

	native_driver_of(pid);
	t.driver = host_seconds() - begun;
	status = native_wait(pid, 1800);
	t.all = host_seconds() - begun;
	if (status) {
		char *said = native_said();

		abi_case("a run that nothing kills", false, "status %#x: %s", status, said);
		free(said);
		exit(1);
	}
	printf("the driver after %.2f s, all in %.2f s\n", t.driver, t.all);
	return t;
}

/* At @part of the driver's time; whether it was there to be killed. */
static bool kill_driver(double part, const struct times *t)
{
	pid_t pid = start(), driver = native_driver_of(pid);
	int status;
	bool met;

	usleep((unsigned int)(1e6 * part * (t->all - t->driver)));
	met = driver && !kill(driver, SIGKILL);
	status = native_wait(pid, 900);
	return met && WIFEXITED(status) && WEXITSTATUS(status) == 2;
}

static bool kill_cli(double part, const struct times *t)
{
	pid_t pid = start();
	int status;

	usleep((unsigned int)(1e6 * part * t->all));
	kill(pid, SIGKILL);
	status = native_wait(pid, 900);
	return WIFSIGNALED(status);
}

/* One that ended before it could be killed is tried again: runs take less than was thought. */
static void kill_one(unsigned int i, double part, struct times *t, uint64_t digest)
{
	bool cli = i % 2, module;
	char *name, *changed, *said;
	int status;

	while (!(cli ? kill_cli(part, t) : kill_driver(part, t))) {
		seen.early++;
		t->driver *= 0.85;
		t->all *= 0.85;
		fs_remove("/tmp/next", NULL);
		native_run(next_words);
	}
	module = native_has_module("ptwalk");
	seen.module += module;
	fs_remove("/tmp/next", NULL);
	status = native_run(next_words);
	said = native_said();
	seen.repaired += strstr(said, "which process ") != NULL;
	changed = native_changed();
	name = xasprintf("%u: %s killed at %.0f %%%s", i, cli ? "CLI" : "driver", 100 * part,
			 module ? ", which left the module" : "");
	abi_case(name, !status && !changed && digest == native_digest(native_dax[1], false),
		 "status %d: %s; %s; the device's data is%s as it was", status, said,
		 changed ? changed : "settings as they were",
		 digest == native_digest(native_dax[1], false) ? "" : " not");
	free(name);
	free(changed);
	free(said);
}

void native_test_kills(unsigned int count, unsigned int seed)
{
	uint64_t whole, part;
	struct times t;

	seed = seed ? seed : (unsigned int)(host_seconds() * 1e9);
	printf("%u kills, seed %u\n", count, seed);
	run_words[10] = xasprintf("--dax=%s", native_dax[1]);
	run_words[11] = xasprintf("--overwrite=%s", native_dax[1]);
	native_fill(native_dax[1]);
	whole = native_digest(native_dax[1], true);
	part = native_digest(native_dax[1], false);
	/* The first one reads what all others find in memory. */
	time_a_run();
	t = time_a_run();
	for (unsigned int i = 0; i < count; i++)
		kill_one(i, (i + random_part(&seed)) / count, &t, part);
	printf("%u starts repaired something, %u kills left the module, %u came too late and were "
	       "tried again\n",
	       seen.repaired, seen.module, seen.early);
	abi_case("kills left something to repair", seen.repaired >= count / 5, "%u of %u",
		 seen.repaired, count);
	abi_case("the whole device's data is as it was",
		 whole == native_digest(native_dax[1], true), "it is not");
}
