// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/series.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/driver/counters.h"

/* Windows stay closed to interrupts for up to this long where ticks are time. */
#define IRQS_OFF_SECONDS 1e-3

static double seconds(const struct series *series, uint64_t ticks)
{
	const struct session *session = series->session;

	if (session->options->exact)
		return (double)ticks / 1e9;
	return (double)ticks / ((double)session->client->query.tsc_khz * 1e3);
}

/* Of the slowest machine that anyone waits for: a translator beside five others, and by itself. */
#define SLOW_PER_SECOND	    10000000ULL
#define SLOW_PER_CPU_SECOND 40000000ULL
#define SERIES_SECONDS	    10
#define SERIES_CPU_SECONDS  5

/* Far more than any op takes for a page: with a fault or a sleep, and without. */
#define DEAR_PAGE  20000
#define CHEAP_PAGE 2000

/* And than what it takes to prove one, however often it is walked. */
#define PROVED_PAGE 1000

/* What is walked before a window over more, so that it is known what to expect of that. */
#define TRIED_BYTES (16 * MIB)

unsigned int series_seconds(const struct series *series, unsigned int iterations)
{
	const struct op *op = series->variant.op;
	const bool dear = op->req || op->call ||
			  op_is(op, PTWALK_OPF_SLEEPS | PTWALK_OPF_WAITS | PTWALK_OPF_REFERENCES);
	uint64_t each = series->size / units_page() * (dear ? DEAR_PAGE : CHEAP_PAGE);
	const uint64_t rate =
		series->session->options->exact ? SLOW_PER_CPU_SECOND : SLOW_PER_SECOND;

	/* Each lays out anew, and memory is zeroed by words. */
	if (op->call)
		each += workload_span(series->workload, series->size) / 4;
	if (op->budget)
		each += series->session->options->retry_limit.ns *
			(series->size / units_page() / op->chunk + 1);
	if (series->session->options->facts)
		each *= 4;
	return (series->session->options->exact ? SERIES_CPU_SECONDS : SERIES_SECONDS) +
	       (unsigned int)(each * iterations * series->walkers->threads / rate);
}

/* Is what a window over a part takes known to be its part of what one over all takes? */
static bool can_be_tried(const struct series *series)
{
	const struct op *op = series->variant.op;

	return series->session->options->exact && series->size > TRIED_BYTES && !op->populates &&
	       !op->call && !series->session->options->retry_limit.ns &&
	       !op_is(op, PTWALK_OPF_WAITS | PTWALK_OPF_PAGEMAPS);
}

/*
 * The same where a part was walked before: its instructions, times what there is more, and a half
 * again. Some look at the pages in the same way before each window, and some are walked twice first.
 */
static unsigned int tried_seconds(const struct series *series, unsigned int iterations,
				  uint32_t flags)
{
	const uint64_t pages = series->size / units_page();
	struct series part = *series;
	unsigned int seconds = series_seconds(series, iterations), windows = iterations;
	uint64_t ticks = 0;

	if (!can_be_tried(series))
		return seconds;
	part.size = TRIED_BYTES;
	part.samples = NULL;
	part.stages = NULL;
	emit_mark(series->session->emit, series->name, series_seconds(&part, 1));
	if (!ask_once(&part, flags, NULL))
		ticks = part.samples[0].ticks * (series->size / TRIED_BYTES + 1);
	free(part.samples);
	free(part.stages);
	if (!ticks)
		return seconds;
	windows += flags & PTWALK_RUN_POPULATED ? iterations : 0;
	windows += op_is(series->variant.op, PTWALK_OPF_REFERENCES | PTWALK_OPF_REFUSED) ? 2 : 0;
	ticks = ticks * windows * 3 / 2 + pages * PROVED_PAGE;
	if (series->session->options->facts)
		ticks *= 4;
	ticks = SERIES_CPU_SECONDS + ticks / SLOW_PER_CPU_SECOND;
	return ticks < seconds ? (unsigned int)ticks : seconds;
}

/*
 * Interrupts off wherever that is harmless: always on the exact machine; where
 * ticks are time, only for windows that a first, open one shows to be short, of
 * ops that cannot sleep.
 */
static int choose_flags(struct series *series, uint32_t *flags, struct err *err)
{
	const struct op *op = series->variant.op;
	int ret;

	*flags = PTWALK_RUN_IRQS_OFF;
	/* A clock samples by its interrupt; and nothing but windows is to be found. */
	if (perf_samples(&series->session->options->perf))
		*flags = op_is(op, PTWALK_OPF_WAITS) ? 0 : PTWALK_RUN_KEEP;
	else if (op->populates || op->call || op_is(op, PTWALK_OPF_WAITS))
		*flags = 0;
	else if (op->req || op_is(op, PTWALK_OPF_SLEEPS))
		*flags = series->session->options->exact ? *flags | PTWALK_RUN_POPULATED : 0;
	if (!(*flags & PTWALK_RUN_IRQS_OFF) || series->session->options->exact)
		return 0;
	emit_mark(series->session->emit, series->name, series_seconds(series, 1));
	ret = ask_run(series, 1, 0, err);
	if (!ret && seconds(series, series->samples[0].ticks) > IRQS_OFF_SECONDS / 2)
		*flags = 0;
	return ret;
}

static int lay_out(const struct series *series, struct err *err)
{
	struct session *s = series->session;
	unsigned int node = series->nodes->asked ? series->nodes->cpu : s->numa->map.home;
	int ret = numa_move(s->numa, node, err);

	return ret ? ret : session_lay_out(s, series->workload, series->nodes, series->size, err);
}

/* Who takes a page marks it accessed: from the third time on that changes nothing. */
static void mark_accessed(struct series *series, uint32_t flags)
{
	const struct op *op = series->variant.op;

	for (int i = 0;
	     i < 2 && op_is(op, PTWALK_OPF_REFERENCES | PTWALK_OPF_REFUSED) && !op->populates; i++)
		if (ask_once(series, flags, NULL))
			return;
}

/*
 * The same for a plugin, which counts all windows: these are the series', and none of its proofs'.
 * Where stages are marked, a window holds the marks, which its ticks do not: it has no facts.
 */
static int ask_told(struct series *series, unsigned int iterations, uint32_t flags, struct err *err)
{
	const bool marked = op_is(series->variant.op, PTWALK_OPF_STAGES);
	int ret;

	if (!marked)
		facts_tell_series(series->name);
	if (!marked && !op_is(series->variant.op, PTWALK_OPF_WAITS))
		flags |= PTWALK_RUN_TELL;
	ret = ask_run(series, iterations, flags, err);
	if (marked)
		facts_tell_series(series->name);
	facts_tell_samples(series->samples, ret || marked ? 0 : series->run.done);
	return ret;
}

/*
 * Where interrupts cannot be off, as a kernel that watches for sleepers has it, nothing is timed. It
 * runs all the same, and what it finds is proved: such kernels are there to find faults.
 */
static int run_untimed(struct series *series, unsigned int iterations, struct err *err)
{
	const struct ptwalk_inspect *proof = &series->proof;
	const unsigned int req = series->variant.op->req;
	uint64_t absent = proof->hole_pages + proof->nonpresent_pages - proof->device_own_pages;
	int ret;

	/* Elsewhere it is looked at with interrupts off whether a window would fault. */
	if (req & PTWALK_REQ_WRITE && series->workload->no_refault & WORKLOAD_WRITE)
		absent = series->size / units_page();
	if (req && absent)
		return err_set(err, EFAULT,
			       "%" PRIu64 " of %" PRIu64
			       " pages would be faulted in, and the layout "
			       "be another",
			       absent, series->size / units_page());
	ret = ask_run(series, iterations, 0, err);
	if (!ret)
		ret = series_prove_windows(series, err);
	if (!ret)
		ret = series_prove_parts(series, 0, err);
	return ret ? ret
		   : err_set(err, EOPNOTSUPP,
			     "not timed: interrupts are not off where this kernel watches for sleepers "
			     "(CONFIG_DEBUG_ATOMIC_SLEEP, CONFIG_PREEMPT_RT); it ran, and is right");
}

static int measure_alone(struct series *series, unsigned int iterations, struct err *err)
{
	uint32_t flags;
	int ret = choose_flags(series, &flags, err);

	if (ret)
		return ret;
	/* Where each window is made ready by itself, each has its own time. */
	series->window_seconds = series_seconds(series, 1);
	emit_mark(series->session->emit, series->name,
		  series->variant.op->populates ? series->window_seconds
						: tried_seconds(series, iterations, flags));
	mark_accessed(series, flags);
	ret = perf_on(series->session->perf, err);
	if (ret)
		return ret;
	ret = series->session->options->facts ? ask_told(series, iterations, flags, err)
					      : ask_run(series, iterations, flags, err);
	ret = perf_off(series->session->perf, series->name, ret, err);
	if (ret == -EOPNOTSUPP && flags & PTWALK_RUN_POPULATED)
		return run_untimed(series, iterations, err);
	if (!ret)
		ret = series_prove_windows(series, err);
	if (!ret)
		ret = series_prove_parts(series, flags, err);
	if (ret || !op_is(series->variant.op, PTWALK_OPF_COLLISIONS))
		return ret;
	return protocol_check(&series->run, series->stages, series->samples, err);
}

/* Why the module was not given its own code, where who built it knows. */
static int check_given(const struct series *series, struct err *err)
{
	const struct strv *lacks = &series->session->options->lacks;
	const struct variant *v = &series->variant;
	_cleanup_free_ char *name = xasprintf("%s/%s=", v->op->name, variant_policy_name(v));
	int ret = 0;

	for (size_t i = 0; !ret && i < lacks->n; i++)
		if (str_starts(lacks->v[i], name))
			ret = err_set(err, EOPNOTSUPP, "%s", lacks->v[i] + strlen(name));
	return ret;
}

static int measure(struct series *series, unsigned int iterations, struct err *err)
{
	const bool own_layouts = series->walkers->mms > 1;
	int ret = check_given(series, err);

	if (!ret)
		ret = client_can_run(series->session->client, &series->variant, err);
	if (!ret && series->variant.cold && !op_can_be_cold(series->variant.op))
		ret = err_set(
			err, EOPNOTSUPP,
			"cold caches: what it walks is not there before the window, or changes");
	if (!ret && series->variant.cold &&
	    !(series->session->client->query.features & PTWALK_FEATURE_COLD))
		ret = err_set(err, EOPNOTSUPP, "cold caches: the module is older, and knows none");

	if (!ret)
		ret = walkers_possible(series, err);
	if (!ret)
		ret = calls_possible(series, err);
	if (!ret && own_layouts) {
		session_drop_layout(series->session);
		session_hold(series->session, series->workload, series->nodes, series->size);
	}
	if (!ret && !own_layouts)
		ret = lay_out(series, err);
	if (!ret && !own_layouts)
		ret = series_prove_layout(series, err);
	if (ret || series->walkers->threads == 1)
		return ret ? ret : measure_alone(series, iterations, err);
	emit_mark(series->session->emit, series->name, series_seconds(series, iterations));
	ret = perf_on(series->session->perf, err);
	if (ret)
		return ret;
	ret = walkers_run(series, iterations, err);
	return perf_off(series->session->perf, series->name, ret, err);
}

/* Without the empty window's own. */
static uint64_t net_ticks(const struct series *series, uint32_t sample)
{
	uint64_t overhead = series->session->overhead, ticks = series->samples[sample].ticks;

	return ticks > overhead ? ticks - overhead : 0;
}

static uint64_t least_ticks(const struct series *series)
{
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < series->run.done; i++)
		if (net_ticks(series, i) < least)
			least = net_ticks(series, i);
	return least;
}

unsigned int series_level(const struct series *series)
{
	return series->variant.op->populates ? workload_level_of(series->workload, &series->proof)
					     : workload_level(series->workload);
}

double series_pages_per_second(const struct series *series)
{
	return (double)series->size / (double)units_page() / seconds(series, least_ticks(series));
}

static void report(const struct series *series, struct gbench_state *state)
{
	uint64_t least = least_ticks(series);
	double pages = (double)series->size / (double)units_page();

	/* The library's clock stops when it is asked once more than there are samples. */
	for (uint32_t i = 0; gbench_keep_running(state) && i < series->run.done; i++)
		gbench_set_iteration_seconds(state, seconds(series, net_ticks(series, i)));
	if (!series->session->options->exact && least)
		gbench_set_counter(state, "pages_per_second", series_pages_per_second(series));
	gbench_set_counter(state, "pages", pages);
	gbench_set_counter(state, "ticks", (double)least);
	gbench_set_counter(state, "ticks_per_page", (double)least / pages);
	gbench_set_counter(state, "overhead", (double)series->session->overhead);
	gbench_set_label(state, workload_level_name(series_level(series)));
}

/* Others must find the layout as it was laid out; one that nothing came of is as good as before. */
static void drop_changed(const struct series *series)
{
	struct ptwalk_inspect now;
	struct err err;

	if (series->session->layout.workload &&
	    (series->measured || series_inspect(series, &now, &err) ||
	     memcmp(&now, &series->proof, sizeof(now)) != 0))
		session_drop_layout(series->session);
}

void series_run(struct gbench_state *state, void *arg)
{
	unsigned int iterations = (unsigned int)gbench_max_iterations(state);
	struct series *series = arg;
	int ret;

	if (klog_bad(&series->session->klog)) {
		gbench_skip_with_error(state, "the kernel misbehaves");
		return;
	}
	if (series->walkers->threads > 1)
		series->session->met.holds = false;
	ret = measure(series, iterations, &series->err);
	klog_check(&series->session->klog, series->name);
	series->measured = !ret;
	series->wrong = ret == -CLIENT_WRONG;
	if (series->variant.op->call)
		session_drop_layout(series->session);
	else if (series->variant.op->populates || ask_changes(series))
		drop_changed(series);
	if (!series->measured) {
		gbench_skip_with_error(state, series->err.text);
		return;
	}
	report(series, state);
}

void series_release(struct series *series)
{
	free(series->name);
	free(series->samples);
	free(series->stages);
}
