// SPDX-License-Identifier: GPL-2.0-only
/* A process whose memory others' drivers mirror exits amid their walks. */
#include <errno.h>
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
#include "base/str.h"
#include "bench/driver/race.h"

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
