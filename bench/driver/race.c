// SPDX-License-Identifier: GPL-2.0-only
/* One race of one protocol. */
#include "bench/driver/race.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/workload.h"

/* Between two lines that say how far it is. */
#define BEAT_SECONDS 2.0

/* What does not end by then does not. */
#define HANGS_SECONDS 50

static uint64_t mixed(uint64_t seed, uint64_t with)
{
	seed = (seed ^ with) * 0x9e3779b97f4a7c15;
	seed ^= seed >> 29;
	return seed ? seed : 1;
}

static int racer_start(const struct race_plan *plan, struct racer *racer, uint64_t seed,
		       struct err *err)
{
	int ret = racer_prepare(plan, racer, seed, err);

	/* Each child makes it a driver anew. */
	if (ret || plan->memory == RACE_CHILD)
		return ret;
	ret = racer_open(racer, err);
	if (!ret && ioctl(racer->fd, PTWALK_IOC_RACE_DRIVER, &racer->ask))
		ret = err_errno(err, "%s cannot walk", racer->walker->name);
	return ret ? ret : racer_walk(racer, err);
}

static void racers_stop(struct race_result *r, atomic_bool *stop)
{
	*stop = true;
	for (size_t i = 0; i < r->nr_racers; i++)
		racer_close(&r->racers[i]);
}

/* What walkers found out by themselves. */
static void ask_racers(struct race_result *r)
{
	r->verdict.stuck = r->verdict.late = 0;
	for (size_t i = 0; i < r->nr_racers; i++) {
		racer_ask(&r->racers[i]);
		r->verdict.stuck += r->racers[i].told.stuck;
		r->verdict.late += r->racers[i].told.late;
	}
}

/* Who tells that a phase does not end: whoever is in it cannot. */
struct watchdog {
	pthread_t thread;
	atomic_bool stop;
	_Atomic double beat;
	struct emit *emit;
	const struct race_result *result;
	const char *_Atomic act;
};

/*
 * Where in the kernel each thread is: who looks for what hangs needs no more. Nothing is
 * allocated: a change of the address space might end what hangs.
 */
static void print_stacks(const struct race_result *r)
{
	char path[64], stack[4096];

	for (size_t i = 0; i <= r->nr_racers; i++) {
		pid_t task = i < r->nr_racers ? r->racers[i].task : getpid();
		int fd;
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/task/%d/stack", task);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, stack, sizeof(stack));
		if (n > 0) {
			const char *who = i < r->nr_racers ? r->racers[i].walker->name : "threat";

			(void)!write(STDERR_FILENO, who, strlen(who));
			(void)!write(STDERR_FILENO, ":\n", 2);
			(void)!write(STDERR_FILENO, stack, (size_t)n);
		}
		closep(&fd);
	}
}

static void *watch(void *arg)
{
	struct watchdog *w = arg;

	while (!w->stop) {
		usleep(100000);
		if (host_seconds() - w->beat > HANGS_SECONDS) {
			struct race_record verdict = w->result->verdict;
			_cleanup_free_ char *line = NULL;

			print_stacks(w->result);
			verdict.never = (char *)w->act;
			line = race_line(&verdict);
			emit_line(w->emit, line);
			_exit(1);
		}
	}
	return NULL;
}

static void beat(const struct race_plan *plan, struct watchdog *w, const struct race_result *r,
		 double *told)
{
	double now = host_seconds();

	w->beat = now;
	if (now - *told < BEAT_SECONDS)
		return;
	*told = now;
	_cleanup_free_ char *text = xasprintf("%s over %s, round %" PRIu64, plan->protocol->name,
					      race_memories[plan->memory], r->verdict.rounds + 1);
	emit_mark(plan->emit, text, HANGS_SECONDS + 60);
}

static void say_missing(const struct race_plan *plan, const char *walker, const char *act,
			const struct err *err)
{
	struct race_record record = {
		.kind = RACE_MISSING,
		.memory = (char *)race_memories[plan->memory],
		.walker = (char *)walker,
		.phase = (char *)act,
		.reason = (char *)err->text,
	};
	_cleanup_free_ char *line = race_line(&record);

	if (!plan->first)
		emit_line(plan->emit, line);
}

/* One round: every act once. Those that are not possible are not tried again. */
static int one_round(const struct race_plan *plan, struct arena *arena, struct race_result *r,
		     struct watchdog *w, bool *lacks, double started, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < plan->nr_acts && !ret; i++) {
		if (lacks[i])
			continue;
		w->act = plan->acts[i]->name;
		w->beat = host_seconds();
		ret = plan->memory == RACE_CHILD ? race_exit(arena, plan->acts[i], r, err)
						 : arena_act(arena, plan->acts[i], err);
		if (ret == -EOPNOTSUPP) {
			lacks[i] = true;
			say_missing(plan, "", plan->acts[i]->name, err);
			ret = 0;
		}
		/* Time for tables to be filled again. */
		usleep(1 + (unsigned int)(mixed(arena->random, arena->round) %
					  (plan->options->race.delay + 1)));
		r->verdict.stale = arena->stale;
		r->verdict.gained = arena->gained;
		r->verdict.undead = arena->undead;
		r->verdict.held = arena->held;
		ask_racers(r);
		if (race_failed(&r->verdict) && !r->verdict.first_ns)
			r->verdict.first_ns = (uint64_t)((host_seconds() - started) * 1e9);
		if (plan->first && r->verdict.first_ns)
			break;
	}
	return ret;
}

static int all_rounds(const struct race_plan *plan, struct arena *arena, struct race_result *r,
		      struct err *err)
{
	_cleanup_free_ bool *lacks = xcalloc(plan->nr_acts + 1, sizeof(*lacks));
	double started = host_seconds(), told = started;
	struct watchdog w = { .emit = plan->emit, .result = r, .beat = started };
	int ret = 0;

	w.act = "";
	if (pthread_create(&w.thread, NULL, watch, &w))
		return err_set(err, EAGAIN, "cannot start a thread");
	while (!ret) {
		if (plan->rounds && r->verdict.rounds == plan->rounds)
			break;
		if (plan->seconds > 0 && host_seconds() - started > plan->seconds)
			break;
		/* What cannot be drained once cannot be later, and each time takes long. */
		if (r->verdict.held || (plan->first && r->verdict.first_ns))
			break;
		ret = one_round(plan, arena, r, &w, lacks, started, err);
		r->verdict.rounds++;
		beat(plan, &w, r, &told);
	}
	w.stop = true;
	pthread_join(w.thread, NULL);
	r->verdict.ns = (uint64_t)((host_seconds() - started) * 1e9);
	return ret;
}

static int start_racers(const struct race_plan *plan, struct race_result *r,
			const atomic_bool *stop, uint64_t seed, struct err *err)
{
	struct strv names = { 0 };
	int ret = 0;

	for (size_t i = 0; i < plan->nr_walkers && !ret; i++) {
		struct racer *racer = &r->racers[r->nr_racers];

		*racer = (struct racer){ .walker = plan->walkers[i], .fd = -1, .stop = stop };
		ret = racer_start(plan, racer, mixed(seed, i + 2), err);
		if (ret == -EOPNOTSUPP) {
			say_missing(plan, racer->walker->name, "", err);
			closep(&racer->fd);
			ret = 0;
			continue;
		}
		r->nr_racers++;
		strv_add(&names, racer->walker->name);
	}
	if (!ret && !r->nr_racers)
		ret = err_set(err, EOPNOTSUPP, "none of the walkers can walk here");
	r->verdict.walkers = strv_join(&names, ",");
	strv_release(&names);
	return ret;
}

int race_run(const struct race_plan *plan, struct race_result *r, struct err *err)
{
	const uint64_t seed = mixed(plan->options->race.seed, plan->protocol->index);
	atomic_bool stop = false;
	struct arena arena;
	int ret = arena_open(&arena, plan->options, plan->memory, err);

	if (ret)
		return ret;
	arena.random = mixed(seed, 1);
	*r = (struct race_result){
		.verdict = { .kind = RACE_VERDICT,
			     .memory = xstrdup(race_memories[plan->memory]),
			     .protocol = xstrdup(plan->protocol->name),
			     .wrong = xstrdup(plan->protocol->wrong),
			     .fewest = xstrdup(""),
			     .never = xstrdup(""),
			     .seed = plan->options->race.seed },
		.racers = xcalloc(plan->nr_walkers, sizeof(*r->racers)),
	};
	ret = start_racers(plan, r, &stop, seed, err);
	if (!ret)
		ret = all_rounds(plan, &arena, r, err);
	racers_stop(r, &stop);
	ask_racers(r);
	arena_close(&arena);
	if (ret)
		race_result_release(r);
	return ret;
}

void race_result_release(struct race_result *r)
{
	race_record_release(&r->verdict);
	free(r->racers);
	*r = (struct race_result){ 0 };
}
