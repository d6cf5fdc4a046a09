// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/series.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/driver/ask.h"
#include "bench/driver/protocol.h"
#include "bench/driver/walkers.h"

/* Windows stay closed to interrupts for up to this long where ticks are time. */
#define IRQS_OFF_SECONDS 1e-3

static double seconds(const struct series *series, uint64_t ticks)
{
	const struct session *session = series->session;

	if (session->options->exact)
		return (double)ticks / 1e9;
	return (double)ticks / ((double)session->client->query.tsc_khz * 1e3);
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
	else if (op->populates || op_is(op, PTWALK_OPF_WAITS))
		*flags = 0;
	else if (op->req || op_is(op, PTWALK_OPF_SLEEPS))
		*flags = series->session->options->exact ? *flags | PTWALK_RUN_POPULATED : 0;
	if (!(*flags & PTWALK_RUN_IRQS_OFF) || series->session->options->exact)
		return 0;
	ret = ask_run(series, 1, 0, err);
	if (!ret && seconds(series, series->samples[0].ticks) > IRQS_OFF_SECONDS / 2)
		*flags = 0;
	return ret;
}

static int inspect(const struct series *series, struct ptwalk_inspect *met, struct err *err)
{
	const struct session *session = series->session;

	return client_inspect(session->client, session->layout.addr, series->size, met, err);
}

static uint64_t present_pages(const struct ptwalk_inspect *proof)
{
	uint64_t pages = 0;

	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		pages += proof->leaf_pages[level];
	return pages;
}

static int check_kind(const char *kind, uint64_t are, uint64_t pages, struct err *err)
{
	if (are == pages)
		return 0;
	if (!are)
		return err_set(err, EOPNOTSUPP, "needs %s memory, which this is not", kind);
	return err_set(err, EOPNOTSUPP, "needs %s memory: %" PRIu64 " of %" PRIu64 " pages are",
		       kind, are, pages);
}

/* Is this memory that the op has a meaning for? */
static int check_memory(const struct series *series, struct err *err)
{
	const struct op *op = series->variant.op;
	const struct ptwalk_inspect *proof = &series->proof;
	uint64_t pages = series->size / PAGE;
	int ret = 0;

	if (op_is(op, PTWALK_OPF_PAGEMAPS) && !series->workload->pagemaps)
		return err_set(err, EOPNOTSUPP,
			       "needs pagemaps of the module's own: pgmaps-1-low and the like");
	if (op_is(op, PTWALK_OPF_PAGEMAPS) && series->size % (2 * MIB))
		return err_set(err, EINVAL, "a pagemap has whole pieces of 2M: %s is none",
			       size_name(series->size).text);
	if (op_is(op, PTWALK_OPF_ZONE_DEVICE))
		ret = check_kind("ZONE_DEVICE", proof->zone_device_pages, pages, err);
	if (!ret && op_is(op, PTWALK_OPF_PRIVATE))
		ret = check_kind("device-private", proof->device_private_pages, pages, err);
	return ret;
}

/* Pages that the op brought to where they are valid, and that are gone from there again. */
static int prove_private(const struct series *series, struct err *err)
{
	const struct ptwalk_run *run = &series->run;
	uint64_t pages = series->size / PAGE;

	if (run->valid_pages == pages && !run->error_pages)
		return 0;
	return err_set(err, EBADE, "%" PRIu64 " of %" PRIu64 " pages are valid",
		       (uint64_t)run->valid_pages, pages);
}

/*
 * The array that the op filled must be what the page tables hold, entries of the
 * caller's own device among it.
 */
static int prove_pfns(const struct series *series, struct err *err)
{
	const struct ptwalk_run *run = &series->run;
	const struct ptwalk_inspect *proof = &series->proof;
	uint64_t pages = present_pages(proof) + proof->device_own_pages;

	if (op_is(series->variant.op, PTWALK_OPF_PRIVATE))
		return prove_private(series, err);
	if (!op_shows_pages(series->variant.op))
		return 0;
	if (run->valid_pages != pages || run->error_pages)
		return err_set(err, EBADE,
			       "%" PRIu64 " PFNs are valid where %" PRIu64
			       " pages are mapped, %" PRIu64 " are errors",
			       (uint64_t)run->valid_pages, pages, (uint64_t)run->error_pages);
	if (run->pfn_sum != proof->pfn_sum + proof->device_own_sum)
		return err_set(err, EBADE, "the PFN array is not what the page tables hold");
	return 0;
}

/* The node that the result array came from must be the one it was asked for. */
static int prove_result(const struct series *series, struct err *err)
{
	int node = series->run.result_node;

	if (!series->nodes->asked || !op_shows_pages(series->variant.op) ||
	    node == (int)series->nodes->result)
		return 0;
	if (node < 0)
		return err_set(err, EBADE,
			       "the result array is on several nodes; node %u was "
			       "asked for",
			       series->nodes->result);
	return err_set(err, EBADE, "the result array is on node %d; node %u was asked for", node,
		       series->nodes->result);
}

/* Nothing may have moved between the proof before the windows and the one after. */
static int prove_again(const struct series *series, struct err *err)
{
	struct ptwalk_inspect after;
	int ret = inspect(series, &after, err);

	if (!ret && memcmp(&after, &series->proof, sizeof(after)))
		ret = err_set(err, EBADE, "the mapping changed while it was measured");
	return ret;
}

static int lay_out(const struct series *series, struct err *err)
{
	struct session *s = series->session;
	unsigned int node = series->nodes->asked ? series->nodes->cpu : s->numa->map.home;
	int ret = numa_move(s->numa, node, err);

	return ret ? ret : session_lay_out(s, series->workload, series->nodes, series->size, err);
}

int series_prove_windows(struct series *series, struct err *err)
{
	int ret = 0;

	if (series->variant.op->populates)
		ret = inspect(series, &series->proof, err);
	if (ret || ask_moves(series))
		return ret;
	ret = prove_pfns(series, err);
	if (!ret)
		ret = prove_result(series, err);
	return ret ? ret : prove_again(series, err);
}

int series_prove_layout(struct series *series, struct err *err)
{
	const struct session *session = series->session;
	int ret = inspect(series, &series->proof, err);

	if (!ret)
		ret = workload_prove(series->workload, &series->proof, err);
	if (!ret)
		ret = place_prove(&session->layout.place, series->workload->granule, &series->proof,
				  err);
	if (!ret)
		ret = workload_verify(&session->layout, series->size, err);
	if (!ret)
		ret = check_memory(series, err);
	return ret;
}

static int measure_alone(struct series *series, unsigned int iterations, struct err *err)
{
	uint32_t flags;
	int ret = choose_flags(series, &flags, err);

	if (ret)
		return ret;
	emit_mark(series->session->emit, series->name);
	ret = perf_on(series->session->perf, err);
	if (ret)
		return ret;
	ret = ask_run(series, iterations, flags, err);
	ret = perf_off(series->session->perf, series->name, ret, err);
	return ret ? ret : series_prove_windows(series, err);
}

static int measure(struct series *series, unsigned int iterations, struct err *err)
{
	const bool own_layouts = series->walkers->mms > 1;
	int ret = client_can_run(series->session->client, series->variant.op, err);

	if (!ret && series->variant.cold && !op_can_be_cold(series->variant.op))
		ret = err_set(
			err, EOPNOTSUPP,
			"cold caches: what it walks is not there before the window, or changes");
	if (!ret && series->variant.cold &&
	    !(series->session->client->query.features & PTWALK_FEATURE_COLD))
		ret = err_set(err, EOPNOTSUPP, "cold caches: the module is older, and knows none");

	if (!ret)
		ret = walkers_possible(series, err);
	if (!ret && own_layouts)
		session_drop_layout(series->session);
	if (!ret && !own_layouts)
		ret = lay_out(series, err);
	if (!ret && !own_layouts)
		ret = series_prove_layout(series, err);
	if (ret || series->walkers->threads == 1)
		return ret ? ret : measure_alone(series, iterations, err);
	emit_mark(series->session->emit, series->name);
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

double series_pages_per_second(const struct series *series)
{
	return (double)series->size / PAGE / seconds(series, least_ticks(series));
}

static void report(const struct series *series, struct gbench_state *state)
{
	uint64_t least = least_ticks(series);
	double pages = (double)series->size / PAGE;

	/* The library's clock stops when it is asked once more than there are samples. */
	for (uint32_t i = 0; gbench_keep_running(state) && i < series->run.done; i++)
		gbench_set_iteration_seconds(state, seconds(series, net_ticks(series, i)));
	if (!series->session->options->exact && least)
		gbench_set_counter(state, "pages_per_second", series_pages_per_second(series));
	gbench_set_counter(state, "pages", pages);
	gbench_set_counter(state, "ticks", (double)least);
	gbench_set_counter(state, "ticks_per_page", (double)least / pages);
	gbench_set_counter(state, "overhead", (double)series->session->overhead);
	gbench_set_label(state, workload_level_name(series->workload->level));
}

/* Others must find the layout as it was laid out; one that nothing came of is as good as before. */
static void drop_changed(const struct series *series)
{
	struct ptwalk_inspect now;
	struct err err;

	if (series->session->layout.workload && (series->measured || inspect(series, &now, &err) ||
						 memcmp(&now, &series->proof, sizeof(now)) != 0))
		session_drop_layout(series->session);
}

void series_run(struct gbench_state *state, void *arg)
{
	unsigned int iterations = (unsigned int)gbench_max_iterations(state);
	struct series *series = arg;

	series->measured = !measure(series, iterations, &series->err);
	if (series->variant.op->populates || ask_moves(series))
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
