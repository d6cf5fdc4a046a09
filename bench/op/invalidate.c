// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/invalidate.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"
#include "base/str.h"
#include "kmod/uapi/ptwalk.h"

int retry_limit_parse(const char *text, struct retry_limit *limit, struct err *err)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = { { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 } };
	unsigned long n = 0;
	char *end = NULL;

	*limit = (struct retry_limit){ 0 };
	if (!text)
		return 0;
	if (*text >= '0' && *text <= '9')
		n = strtoul(text, &end, 10);
	if (n && !*end && n <= PTWALK_MAX_BUDGET) {
		limit->passes = (uint32_t)n;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(units) && n; i++)
		if (!strcmp(end, units[i].unit) && n <= PTWALK_MAX_BUDGET_NS / units[i].ns) {
			*limit = (struct retry_limit){ PTWALK_MAX_BUDGET, n * units[i].ns };
			return 0;
		}
	return err_set(
		err, EINVAL,
		"--retry-limit %s: so many passes (1 to %d), or so long (1us to 10s) a chunk", text,
		PTWALK_MAX_BUDGET);
}

static int change_protection(void *addr, uint64_t len, unsigned int turn)
{
	(void)turn;
	if (mprotect(addr, len, PROT_READ) || mprotect(addr, len, PROT_READ | PROT_WRITE))
		return -errno;
	return 0;
}

/* In one step: a walk that asks for pages must not find the range unmapped. */
static int change_mapping(void *addr, uint64_t len, unsigned int turn)
{
	void *got = mmap(addr, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			 -1, 0);

	(void)turn;
	return got == MAP_FAILED ? -errno : 0;
}

/* To node 0 and node 1 in turn. */
static int change_node(void *addr, uint64_t len, unsigned int turn)
{
	const int flags = 1 << 1; /* MPOL_MF_MOVE */

	for (uint64_t at = 0; at < len; at += (uint64_t)sysconf(_SC_PAGESIZE)) {
		void *page = (char *)addr + at;
		int node = (int)(turn & 1), status = 0;

		if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, flags) < 0)
			return -errno;
		/* Busy, or not there at the moment: the next turn is as good. */
		if (status < 0 && status != -EBUSY && status != -ENOENT && status != -EAGAIN)
			return status;
	}
	return 0;
}

static const struct invalidation by_mprotect = {
	.name = "mprotect",
	.summary = "write permission is taken and given back",
	.change = change_protection,
};

static const struct invalidation by_remap = {
	.name = "remap",
	.summary = "memory is unmapped and new anonymous memory mapped in its place",
	.moves = true,
	.change = change_mapping,
};

static const struct invalidation by_migrate = {
	.name = "migrate",
	.summary = "pages move to NUMA node 1 and back to node 0",
	.moves = true,
	.change = change_node,
};

const struct invalidation *const invalidations[] = { &by_mprotect, &by_remap, &by_migrate, NULL };

int invalidation_find(const char *name, const struct invalidation **found, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; invalidations[i]; i++) {
		*found = invalidations[i];
		if (!strcmp(name, (*found)->name))
			return 0;
	}
	*found = NULL;
	for (size_t i = 0; invalidations[i]; i++)
		strv_add(&known, invalidations[i]->name);
	return err_unknown(err, "invalidation", name, &known);
}

static void pause_for(unsigned int us)
{
	const struct timespec time = { us / 1000000, (long)(us % 1000000) * 1000 };

	if (us)
		nanosleep(&time, NULL);
}

/* One granule after another, in an order that no walk follows. */
static void *change_all(void *arg)
{
	struct invalidator *in = arg;
	uint64_t granules = in->len / in->granule, at = 0;
	int ret = 0;

	for (unsigned int turn = 0; !in->stop && !ret; turn++) {
		ret = in->how->change(in->addr + at * in->granule, in->granule, turn);
		at = (at + granules / 2 + 1) % granules;
		in->changes++;
		pause_for(in->pause_us);
	}
	in->error = ret;
	return NULL;
}

/* Every CPU but the caller's; false where there is none. */
static bool other_cpus(cpu_set_t *cpus)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);
	int own = sched_getcpu();

	CPU_ZERO(cpus);
	for (long cpu = 0; cpu < nr && cpu < CPU_SETSIZE; cpu++)
		if (cpu != own)
			CPU_SET((size_t)cpu, cpus);
	return CPU_COUNT(cpus) > 0;
}

bool invalidator_possible(void)
{
	cpu_set_t cpus;

	return other_cpus(&cpus);
}

static int changing_failed(const struct invalidator *in, int error, struct err *err)
{
	return err_set(err, -error, "cannot change the range by %s (%s): %s", in->how->name,
		       in->how->summary, strerror(-error));
}

int invalidator_start(struct invalidator *in, struct err *err)
{
	pthread_attr_t attr;
	cpu_set_t cpus;
	int ret;

	/* What cannot be done at all is found out here. */
	ret = in->how->change(in->addr, in->granule, 0);
	if (ret)
		return changing_failed(in, ret, err);
	if (!other_cpus(&cpus))
		return err_set(err, EOPNOTSUPP, "a thread beside the walk needs a second CPU");
	pthread_attr_init(&attr);
	ret = -pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	if (!ret)
		ret = -pthread_create(&in->thread, &attr, change_all, in);
	pthread_attr_destroy(&attr);
	if (ret)
		return err_set(err, -ret, "cannot start a thread beside the walk: %s",
			       strerror(-ret));
	while (!in->changes && !in->error)
		sched_yield();
	return 0;
}

int invalidator_stop(struct invalidator *in, struct err *err)
{
	in->stop = true;
	pthread_join(in->thread, NULL);
	return in->error ? changing_failed(in, in->error, err) : 0;
}
