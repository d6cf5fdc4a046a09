// SPDX-License-Identifier: GPL-2.0-only
/* One walker of a race: its file, its thread, and what it is told. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/driver/race.h"
#include "workloads/workload.h"

/* A walker looks so often whether it is to end. */
#define TURN_MS 50

/* Times that a walker may begin a chunk again. */
#define BUDGET 32

static uint32_t own_of(const struct client *client, const struct race_walker *walker)
{
	for (size_t i = 0; i < client->nr_owns; i++)
		if (client->owns[i].op == walker->op && !strcmp(client->owns[i].name, walker->own))
			return client->owns[i].own;
	return 0;
}

static void *walk(void *arg)
{
	struct racer *racer = arg;
	uint32_t ms = TURN_MS;

	racer->task = (pid_t)syscall(SYS_gettid);
	while (!*racer->stop && (!ioctl(racer->fd, PTWALK_IOC_RACE_WALK, &ms) || errno == EINTR))
		;
	return NULL;
}

int racer_prepare(const struct race_plan *plan, struct racer *racer, uint64_t seed, struct err *err)
{
	const struct race_walker *walker = racer->walker;

	racer->ask = (struct ptwalk_race_driver){
		.addr = (uintptr_t)WORKLOAD_BASE,
		.len = RACE_LEN,
		.op = walker->op,
		.own = walker->own ? own_of(plan->client, walker) : 0,
		.req = walker->req,
		.protocol = plan->protocol->index,
		.chunk = walker->chunk ? walker->chunk : RACE_LEN / PAGE,
		.budget = BUDGET,
		.delay = plan->options->race.delay,
		.seed = seed,
	};
	if (walker->own && !racer->ask.own)
		return err_set(err, EOPNOTSUPP, "the module was built without it");
	return 0;
}

int racer_open(struct racer *racer, struct err *err)
{
	racer->fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	return racer->fd < 0 ? err_errno(err, "cannot open %s", PTWALK_DEVICE) : 0;
}

int racer_walk(struct racer *racer, struct err *err)
{
	if (pthread_create(&racer->thread, NULL, walk, racer))
		return err_set(err, EAGAIN, "cannot start a thread");
	racer->started = true;
	return 0;
}

/* Counts add up; what is the longest of anything is that of both. */
static void add_told(struct ptwalk_race_told *sum, const struct ptwalk_race_told *told)
{
	const struct ptwalk_race_told was = *sum;
	const __u64 *from = (const __u64 *)told;
	__u64 *to = (__u64 *)sum;

	for (size_t i = 0; i < sizeof(*told) / sizeof(*to); i++)
		to[i] += from[i];
	for (size_t i = 0; i < PTWALK_NR_PHASES; i++) {
		const struct ptwalk_race_phase *a = &was.phases[i], *b = &told->phases[i];

		sum->phases[i].pass_ns = a->pass_ns > b->pass_ns ? a->pass_ns : b->pass_ns;
		sum->phases[i].took_ns = a->took_ns > b->took_ns ? a->took_ns : b->took_ns;
	}
}

void racer_ask(struct racer *racer)
{
	struct ptwalk_race_told told;

	if (racer->fd < 0 || ioctl(racer->fd, PTWALK_IOC_RACE_TELL, &told))
		return;
	racer->told = racer->before;
	add_told(&racer->told, &told);
}

void racer_close(struct racer *racer)
{
	if (racer->started)
		pthread_join(racer->thread, NULL);
	racer->started = false;
	racer_ask(racer);
	racer->before = racer->told;
	closep(&racer->fd);
	racer->fd = -1;
}
