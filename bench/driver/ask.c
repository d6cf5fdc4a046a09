// SPDX-License-Identifier: GPL-2.0-only
/* What the module is asked for one series, and what goes on beside it meanwhile. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "arch/ticks.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/driver/series.h"
#include "bench/op/invalidate.h"

/* Where the module makes the changes itself: in one chunk of so many. */
#define RARE_CHUNKS 16

/* Where a thread does. */
#define RARE_PAUSE_US 10000

static void clear_samples(struct series *series, unsigned int iterations)
{
	series->samples = xrealloc(series->samples, iterations * sizeof(*series->samples));
	memset(series->samples, 0, iterations * sizeof(*series->samples));
	if (!op_is(series->variant.op, PTWALK_OPF_STAGES))
		return;
	series->stages = xrealloc(series->stages, iterations * sizeof(*series->stages));
	memset(series->stages, 0, iterations * sizeof(*series->stages));
}

/* Does a thread change the range? Else the module does: on the exact machine, or without a CPU. */
static bool has_thread(const struct series *series)
{
	return series->variant.op->changes && !series->session->options->exact &&
	       invalidator_possible();
}

static uint32_t collide(const struct series *series)
{
	if (!series->variant.op->changes || has_thread(series))
		return 0;
	return series->variant.op->changes == OP_CHANGES_RARE ? RARE_CHUNKS : 1;
}

static uint32_t budget_of(const struct series *series)
{
	const struct retry_limit *limit = &series->session->options->retry_limit;

	return series->variant.op->budget && limit->passes ? limit->passes
							   : series->variant.op->budget;
}

static void ask(struct series *series, unsigned int iterations, uint32_t flags)
{
	const struct session *session = series->session;
	const struct variant *v = &series->variant;

	clear_samples(series, iterations);
	series->run = (struct ptwalk_run){
		.op = v->op->id,
		.policy = v->policy ? v->policy->id : PTWALK_POLICY_NONE,
		.addr = (uintptr_t)session->layout.addr + series->start,
		.len = series->size,
		.iterations = iterations,
		.flags = flags | (v->cold ? PTWALK_RUN_COLD : 0),
		.req = v->op->req,
		.samples = (uintptr_t)series->samples,
		.result_want = series->nodes->asked ? series->nodes->result + 1 : 0,
		.stages = (uintptr_t)series->stages,
		.chunk = v->op->chunk,
		.collide = collide(series),
		.budget = budget_of(series),
		.budget_ns = v->op->budget ? session->options->retry_limit.ns : 0,
		.own = client_own(session->client, v),
	};
	counters_ask(&session->options->counters, &series->run);
}

/*
 * Pages that are on their way to the lists of the LRU, by this CPU, get there: who marks one
 * accessed would look for it on the way. This is what MADV_COLD begins with, whatever it is of.
 */
static void settle_pages(void)
{
	static _Alignas(PAGE_MOST) char page[PAGE_MOST];

	*(volatile char *)page = 1;
	(void)!madvise(page, units_page(), MADV_COLD);
}

static int do_run(struct series *series, unsigned int iterations, uint32_t flags, struct err *err)
{
	uint64_t before;
	int ret;

	ask(series, iterations, flags);
	settle_pages();
	before = arch_ticks();
	if (series->variant.op->call)
		ret = calls_run(series, iterations, err);
	else
		ret = series->variant.op->populates
			      ? absent_run(series, err)
			      : client_run(series->session->client, &series->run, err);
	series->run_ticks = arch_ticks() - before;
	return ret;
}

/* The same, while a thread changes the range. */
static int do_run_beside(struct series *series, unsigned int iterations, uint32_t flags,
			 struct err *err)
{
	struct invalidator invalidator = {
		.how = series->session->options->invalidation,
		.addr = series->session->layout.addr,
		.len = workload_span(series->workload, series->size),
		.granule = workload_granule(series->workload),
		.pause_us = series->variant.op->changes == OP_CHANGES_RARE ? RARE_PAUSE_US : 0,
	};
	struct err stop_err;
	int ret = invalidator_start(&invalidator, err), stopped;

	if (ret)
		return ret;
	ret = do_run(series, iterations, flags, err);
	stopped = invalidator_stop(&invalidator, &stop_err);
	series->changes = invalidator.changes;
	if (!ret && stopped)
		*err = stop_err;
	return ret ? ret : stopped;
}

int ask_run(struct series *series, unsigned int iterations, uint32_t flags, struct err *err)
{
	return has_thread(series) ? do_run_beside(series, iterations, flags, err)
				  : do_run(series, iterations, flags, err);
}

int ask_once(struct series *series, uint32_t flags, struct err *err)
{
	ask(series, 1, flags);
	return client_run(series->session->client, &series->run, err);
}

bool ask_changes(const struct series *series)
{
	return has_thread(series);
}

bool ask_shows_pages(const struct series *series)
{
	const struct ptwalk_run *run = &series->run;

	if (!op_shows_pages(series->variant.op) || ask_moves(series))
		return false;
	return !ask_changes(series) || !series->stages || !run->done ||
	       !series->stages[run->done - 1].stuck;
}

bool ask_moves(const struct series *series)
{
	return has_thread(series) && series->session->options->invalidation->moves;
}
