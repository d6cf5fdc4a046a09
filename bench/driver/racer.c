// SPDX-License-Identifier: GPL-2.0-only
/* One walker of a race: its file, its thread, and what it is told; and walkers whose process exits. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

/* A process whose memory others' drivers mirror exits amid their walks. */

/* What the child says of itself: an errno, or this. */
#define READY (-1)

/* Nothing is allocated: other threads of the parent's may have held what is needed for that. */
static _Noreturn void be_child(const struct arena *a, const struct race_result *r, atomic_int *said)
{
	struct arena own = *a;
	struct err err;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ret = arena_map(&own, &err);
	for (size_t i = 0; i < r->nr_racers && !ret; i++)
		if (ioctl(r->racers[i].fd, PTWALK_IOC_RACE_DRIVER, &r->racers[i].ask))
			ret = -errno;
	*said = ret ? -ret : READY;
	for (;;)
		pause();
}

/* Files are those of both, so that the parent walks by those that the child made drivers. */
static pid_t begin_child(const struct arena *a, const struct race_result *r, atomic_int *said,
			 struct err *err)
{
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	if (!child)
		be_child(a, r, said);
	if (child < 0)
		return err_errno(err, "cannot fork");
	while (!*said && !waitpid(child, NULL, WNOHANG))
		usleep(100);
	if (*said == READY)
		return child;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return err_set(err, ECHILD, "a child's memory cannot be mirrored: %s",
		       *said ? strerror(*said) : "it has died");
}

/* Until each is at work. */
static int begin_walks(struct race_result *r, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < r->nr_racers && !ret; i++)
		ret = racer_walk(&r->racers[i], err);
	for (size_t i = 0; i < r->nr_racers && !ret; i++)
		while (r->racers[i].told.chunks == r->racers[i].before.chunks) {
			usleep(100);
			racer_ask(&r->racers[i]);
		}
	return ret;
}

static int race_child(struct arena *a, const struct race_act *act, struct race_result *r,
		      atomic_int *said, struct err *err)
{
	pid_t child = begin_child(a, r, said, err);
	int ret = child < 0 ? child : begin_walks(r, err);

	if (child < 0)
		return ret;
	usleep(1 + (unsigned int)(a->random >> 32) % (a->options->race.delay + 1));
	if (!ret)
		ret = arena_mark(a, r->racers[0].fd, act, PTWALK_MARK_BEGIN, err);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	/* They end when its memory is gone; only then may none hold anything. */
	for (size_t i = 0; i < r->nr_racers; i++) {
		if (r->racers[i].started)
			pthread_join(r->racers[i].thread, NULL);
		r->racers[i].started = false;
	}
	if (!ret)
		ret = arena_mark(a, r->racers[0].fd, act, PTWALK_MARK_END, err);
	return ret;
}

int race_exit(struct arena *a, const struct race_act *act, struct race_result *r, struct err *err)
{
	atomic_int *said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (said == MAP_FAILED)
		return err_errno(err, "no memory to share with a child");
	a->round++;
	a->random = a->random * 6364136223846793005 + 1442695040888963407;
	for (size_t i = 0; i < r->nr_racers && !ret; i++)
		ret = racer_open(&r->racers[i], err);
	if (!ret)
		ret = race_child(a, act, r, said, err);
	for (size_t i = 0; i < r->nr_racers; i++)
		racer_close(&r->racers[i]);
	munmap(said, sizeof(*said));
	return ret;
}
