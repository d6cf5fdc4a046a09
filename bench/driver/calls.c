// SPDX-License-Identifier: GPL-2.0-only
/* System calls over what is laid out, as a process makes them: timed here, and proved here. */

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/ticks.h"
#include "base/size.h"
#include "bench/driver/heap.h"
#include "bench/driver/series.h"
#include "workloads/units.h"

/* What a child found of its memory, as its exit status. */
enum found {
	FOUND_ALL,
	FOUND_NONE, /* it has mappings, and no entry yet: those of shared memory come by faults */
	FOUND_OTHER,
	FOUND_NO_PARENT, /* it cannot ask for what it looks with */
};

static enum found look(const struct series *series)
{
	struct ptwalk_inspect met;
	struct err err;

	if (heap_fetch())
		return FOUND_NO_PARENT;
	if (series_inspect(series, &met, &err))
		return FOUND_OTHER;
	if (met.vmas && met.hole_pages == series->size / units_page() && !met.error_pages)
		return FOUND_NONE;
	return workload_prove(series->workload, &met, &err) ? FOUND_OTHER : FOUND_ALL;
}

/* The ticks of the call, and what it answered: 0 or -errno; of fork() the child, or the like. */
static long call_timed(const struct series *series, uint64_t *ticks)
{
	void *addr = series->session->layout.addr;
	uint64_t begin = 0, end = 0;
	long ret = 0;

	switch (series->variant.op->call) {
	case OP_CALL_ZAP:
		begin = arch_ticks();
		ret = madvise(addr, series->size, MADV_DONTNEED);
		end = arch_ticks();
		break;
	case OP_CALL_MUNMAP:
		begin = arch_ticks();
		ret = munmap(addr, series->size);
		end = arch_ticks();
		break;
	case OP_CALL_FORK:
		begin = arch_ticks();
		ret = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
		end = arch_ticks();
		if (!ret)
			_exit(look(series));
		break;
	case OP_CALL_NONE:
		break;
	}
	*ticks = end - begin;
	return ret < 0 ? -errno : ret;
}

static int prove_child(pid_t child, struct err *err)
{
	int status = -1;

	if (waitpid(child, &status, 0) != child)
		return err_errno(err, "waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) <= FOUND_NONE)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == FOUND_NO_PARENT)
		return err_set(err, EIO, "the child cannot read its parent's memory");
	return err_set(err, CLIENT_WRONG, "the child has not what its parent has");
}

static int prove_gone(const struct series *series, struct err *err)
{
	const bool unmapped = series->variant.op->call == OP_CALL_MUNMAP;
	struct ptwalk_inspect met;
	int ret = series_inspect(series, &met, err);

	if (ret)
		return ret;
	if (met.hole_pages != series->size / units_page())
		return err_set(err, CLIENT_WRONG, "%" PRIu64 " pages are not gone",
			       (uint64_t)(series->size / units_page() - met.hole_pages));
	if (unmapped && met.vmas)
		return err_set(err, CLIENT_WRONG, "%u mappings are not gone", met.vmas);
	return 0;
}

/*
 * A child must not run in its parent's window: it waits for one that keeps the CPU. Where that is
 * not allowed, the samples say how often another ran.
 */
static long call_alone(const struct series *series, uint64_t *ticks)
{
	const struct sched_param first = { .sched_priority = 1 };
	const bool forks = series->variant.op->call == OP_CALL_FORK;
	const int policy = sched_getscheduler(0);
	struct sched_param usual = { 0 };
	long ret;

	sched_getparam(0, &usual);
	if (forks)
		heap_withhold();
	(void)sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
	ret = call_timed(series, ticks);
	if (forks)
		heap_share();
	(void)sched_setscheduler(0, policy, &usual);
	return ret;
}

static int call_once(struct series *series, struct ptwalk_sample *sample, uint64_t own,
		     struct err *err)
{
	const char *name = series->variant.op->name;
	struct rusage before, after;
	uint64_t ticks;
	long ret;

	getrusage(RUSAGE_THREAD, &before);
	ret = call_alone(series, &ticks);
	getrusage(RUSAGE_THREAD, &after);
	if (ret < 0)
		return err_set(err, (int)-ret, "%s: the call answered -%s (%s)", name,
			       strerrorname_np((int)-ret), strerror((int)-ret));
	/* An empty window's is taken off later, as of all. */
	*sample = (struct ptwalk_sample){
		.ticks = (ticks > own ? ticks - own : 0) + series->session->overhead,
		.switches = (uint32_t)(after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw -
				       before.ru_nivcsw),
		.faults = (uint32_t)(after.ru_minflt - before.ru_minflt + after.ru_majflt -
				     before.ru_majflt),
		.cpu = (uint32_t)sched_getcpu(),
	};
	if (sample->switches || sample->faults)
		sample->flags |= PTWALK_SAMPLE_DISTURBED;
	return series->variant.op->call == OP_CALL_FORK ? prove_child((pid_t)ret, err)
							: prove_gone(series, err);
}

/* Each finds what is laid out as it was laid out. */
static int lay_out_anew(struct series *series, struct err *err)
{
	struct session *session = series->session;
	struct ptwalk_inspect met;
	int ret;

	session_drop_layout(session);
	ret = session_lay_out_alone(session, series->workload, series->nodes, series->size, err);
	if (!ret)
		ret = series_inspect(series, &met, err);
	return ret ? ret : workload_prove(series->workload, &met, err);
}

/* What two looks at the clock cost with nothing between them. */
#define LOOKS 64

static uint64_t own_ticks(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < LOOKS; i++) {
		const uint64_t begin = arch_ticks(), ticks = arch_ticks() - begin;

		least = ticks < least ? ticks : least;
	}
	return least;
}

int calls_possible(const struct series *series, struct err *err)
{
	const struct options *o = series->session->options;

	if (!series->variant.op->call)
		return 0;
	if (o->facts || o->counters.n || perf_samples(&o->perf))
		return err_set(
			err, EOPNOTSUPP,
			"a system call, timed from outside: events, facts and profiles are of the "
			"module's windows");
	if (series->size % workload_granule(series->workload))
		return err_set(err, EOPNOTSUPP,
			       "%s is a part of a leaf, which a call does not let go of by itself",
			       size_name(series->size).text);
	return 0;
}

int calls_run(struct series *series, unsigned int iterations, struct err *err)
{
	const uint64_t own = own_ticks();
	int ret = 0;

	for (series->run.done = 0; series->run.done < iterations && !ret;) {
		ret = lay_out_anew(series, err);
		if (!ret)
			ret = call_once(series, &series->samples[series->run.done], own, err);
		series->run.done += !ret;
	}
	return ret;
}
