// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/series.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

/* What a walker leaves: in memory that all of them share. */
struct walker {
	struct ptwalk_run run;
	struct ptwalk_inspect proof;
	struct ptwalk_blocks blocks;
	uint64_t run_ticks;
	uint64_t more; /* windows that are not recorded */
	int code;
	struct err err;
};

struct crowd {
	const struct series *series;
	unsigned int n, iterations;
	bool each; /* has an address space of its own */
	pthread_barrier_t barrier;
	atomic_uint ready, done; /* walkers that began, and that have their samples */
	atomic_bool failed;
	struct ptwalk_sample *samples; /* iterations of each */
	struct walker walkers[];
};

struct thread {
	struct crowd *crowd;
	unsigned int number;
	pthread_t id;
};

int walkers_possible(const struct series *series, struct err *err)
{
	const struct op *op = series->variant.op;

	if (series->walkers->threads == 1)
		return 0;
	if (op->populates || op->call ||
	    op_is(op, PTWALK_OPF_COLLISIONS | PTWALK_OPF_STAGES | PTWALK_OPF_REFERENCES))
		return err_set(err, EOPNOTSUPP,
			       "%s takes one walker at a time: it changes the range or its "
			       "references, or times its stages",
			       op->name);
	if (series->walkers->mms > 1 && series->workload->pmem)
		return err_set(err, EOPNOTSUPP,
			       "one block device, one file system: it cannot be laid out for each "
			       "address space");
	return 0;
}

static void wait_for_all(struct crowd *crowd)
{
	pthread_barrier_wait(&crowd->barrier);
}

/* One after the other: each finds the settings of the kernel as the one before left them. */
static int lay_out_in_turn(struct crowd *crowd, unsigned int number, const struct series *mine,
			   struct err *err)
{
	int ret = 0;

	for (unsigned int turn = 0; turn < crowd->n; turn++) {
		if (turn == number && !crowd->failed)
			ret = session_lay_out_alone(mine->session, mine->workload, mine->nodes,
						    mine->size, err);
		if (ret)
			crowd->failed = true;
		wait_for_all(crowd);
	}
	return ret;
}

static void tear_down_in_turn(struct crowd *crowd, unsigned int number, const struct series *mine)
{
	for (unsigned int turn = crowd->n; turn--;) {
		if (turn == number)
			session_drop_layout(mine->session);
		wait_for_all(crowd);
	}
}

/* A window that is not recorded: company for those that are. */
static int keep_company(struct walker *w, const struct series *mine)
{
	struct series more = *mine;
	int ret;

	more.samples = NULL;
	ret = ask_run(&more, 1, 0, &w->err);
	free(more.samples);
	w->more++;
	return ret;
}

/* Each walks from before the first recorded window of all until after the last. */
static int walk_together(struct crowd *crowd, struct walker *w, struct series *mine)
{
	int ret = keep_company(w, mine);

	for (crowd->ready++; !ret && crowd->ready < crowd->n;)
		ret = keep_company(w, mine);
	if (!ret)
		ret = ask_run(mine, crowd->iterations, 0, &w->err);
	for (crowd->done++; !ret && crowd->done < crowd->n;)
		ret = keep_company(w, mine);
	return ret;
}

static void walk(struct crowd *crowd, unsigned int number)
{
	struct walker *w = &crowd->walkers[number];
	struct series mine = *crowd->series;
	struct numa numa = *mine.session->numa;
	int laid = 0;

	mine.samples = NULL;
	mine.stages = NULL;
	w->code = numa_take(&numa, number, &w->err);
	crowd->failed |= w->code != 0;
	wait_for_all(crowd);
	if (crowd->each)
		laid = lay_out_in_turn(crowd, number, &mine, &w->err);
	w->code = w->code ? w->code : laid;
	if (!crowd->failed)
		w->code = series_prove_layout(&mine, &w->err);
	crowd->failed |= w->code != 0;
	wait_for_all(crowd);
	if (!crowd->failed) {
		w->code = walk_together(crowd, w, &mine);
		wait_for_all(crowd);
		if (!w->code)
			w->code = series_prove_windows(&mine, &w->err);
	}
	w->proof = mine.proof;
	w->blocks = mine.blocks;
	w->run = mine.run;
	w->run_ticks = mine.run_ticks;
	if (!w->code && mine.samples)
		memcpy(&crowd->samples[(size_t)number * crowd->iterations], mine.samples,
		       crowd->iterations * sizeof(*mine.samples));
	free(mine.samples);
	if (crowd->each)
		tear_down_in_turn(crowd, number, &mine);
}

static void *walk_in_thread(void *arg)
{
	struct thread *thread = arg;

	walk(thread->crowd, thread->number);
	return NULL;
}

static void run_threads(struct crowd *crowd)
{
	_cleanup_free_ struct thread *threads = xcalloc(crowd->n, sizeof(*threads));

	for (unsigned int i = 0; i < crowd->n; i++) {
		int error;

		threads[i] = (struct thread){ .crowd = crowd, .number = i };
		error = pthread_create(&threads[i].id, NULL, walk_in_thread, &threads[i]);
		if (!error)
			continue;
		/* Those that run wait for one that will not come. */
		fprintf(stderr, "ptwalk-driver: cannot start walker %u of %u: %s\n", i + 1,
			crowd->n, strerror(error));
		exit(2);
	}
	for (unsigned int i = 0; i < crowd->n; i++)
		pthread_join(threads[i].id, NULL);
}

static void end_all(const pid_t *pids, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
}

/* One that dies leaves the others waiting: they are ended too. */
static int reap_all(pid_t *pids, unsigned int n, struct err *err)
{
	int ret = 0, status;

	for (unsigned int left = n; left;) {
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			break;
		for (unsigned int i = 0; i < n; i++)
			if (pids[i] == pid) {
				pids[i] = 0;
				left--;
			}
		if (ret || (WIFEXITED(status) && !WEXITSTATUS(status)))
			continue;
		ret = err_set(err, ECHILD, "a walker was ended by signal %d",
			      WIFSIGNALED(status) ? WTERMSIG(status) : 0);
		end_all(pids, n);
	}
	return ret;
}

static int run_processes(struct crowd *crowd, struct err *err)
{
	pid_t *pids = xcalloc(crowd->n, sizeof(*pids)), parent = getpid();
	int ret = 0;
	unsigned int i;

	for (i = 0; i < crowd->n && !ret; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			ret = err_errno(err, "cannot start walker %u of %u", i + 1, crowd->n);
		if (pids[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			walk(crowd, i);
		_exit(0);
	}
	if (ret)
		end_all(pids, i);
	if (ret)
		reap_all(pids, i - 1, &(struct err){ 0 });
	else
		ret = reap_all(pids, crowd->n, err);
	free(pids);
	return ret;
}

static int gather(const struct crowd *crowd, struct series *series, struct err *err)
{
	size_t n = (size_t)crowd->n * crowd->iterations;

	for (unsigned int i = 0; i < crowd->n; i++)
		if (crowd->walkers[i].code) {
			*err = crowd->walkers[i].err;
			return crowd->walkers[i].code;
		}
	series->samples = xrealloc(series->samples, n * sizeof(*series->samples));
	memcpy(series->samples, crowd->samples, n * sizeof(*series->samples));
	series->run = crowd->walkers[0].run;
	series->run.done = (uint32_t)n;
	series->proof = crowd->walkers[0].proof;
	series->blocks = crowd->walkers[0].blocks;
	series->run_ticks = 0;
	series->more = 0;
	for (unsigned int i = 0; i < crowd->n; i++) {
		const struct walker *w = &crowd->walkers[i];

		series->more += w->more;
		if (w->run_ticks > series->run_ticks)
			series->run_ticks = w->run_ticks;
	}
	return 0;
}

/* Of so many bytes, shared with children; zeroed. */
static void *shared(size_t size, struct err *err)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return p;
	err_errno(err, "no memory for the samples of all walkers");
	return NULL;
}

int walkers_run(struct series *series, unsigned int iterations, struct err *err)
{
	unsigned int n = series->walkers->threads;
	size_t samples = (size_t)n * iterations * sizeof(struct ptwalk_sample);
	size_t size = sizeof(struct crowd) + n * sizeof(struct walker);
	struct crowd *crowd = shared(size + samples, err);
	pthread_barrierattr_t attr;
	int ret = 0;

	if (!crowd)
		return -ENOMEM;
	crowd->series = series;
	crowd->n = n;
	crowd->iterations = iterations;
	crowd->each = series->walkers->mms > 1;
	crowd->samples = (struct ptwalk_sample *)((char *)crowd + size);
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&crowd->barrier, &attr, n);
	if (crowd->each)
		ret = run_processes(crowd, err);
	else
		run_threads(crowd);
	if (!ret)
		ret = gather(crowd, series, err);
	pthread_barrierattr_destroy(&attr);
	munmap(crowd, size + samples);
	return ret;
}
