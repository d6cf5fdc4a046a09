// SPDX-License-Identifier: GPL-2.0-only
/* What the module is asked for one series, and what goes on beside it meanwhile. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <x86intrin.h>

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

static void ask(struct series *series, unsigned int iterations, uint32_t flags)
{
	const struct session *session = series->session;
	const struct variant *v = &series->variant;
	const bool tell = session->options->facts && !op_is(v->op, PTWALK_OPF_WAITS);

	clear_samples(series, iterations);
	series->run = (struct ptwalk_run){
		.op = v->op->id,
		.policy = v->policy ? v->policy->id : PTWALK_POLICY_NONE,
		.addr = (uintptr_t)session->layout.addr,
		.len = series->size,
		.iterations = iterations,
		.flags = flags | (v->cold ? PTWALK_RUN_COLD : 0) | (tell ? PTWALK_RUN_TELL : 0),
		.req = v->op->req,
		.samples = (uintptr_t)series->samples,
		.result_want = series->nodes->asked ? series->nodes->result + 1 : 0,
		.stages = (uintptr_t)series->stages,
		.chunk = v->op->chunk,
		.collide = collide(series),
		.budget = v->op->budget,
		.own = client_own(session->client, v),
	};
	counters_ask(&session->options->counters, &series->run);
}

static int empty(const struct client *client, const struct ptwalk_run *run, struct err *err)
{
	void *addr = (void *)(uintptr_t)run->addr;
	struct ptwalk_inspect met;
	uint64_t stay;
	int ret;

	if (madvise(addr, run->len, MADV_DONTNEED))
		return err_errno(err, "the layout cannot be emptied by MADV_DONTNEED");
	ret = client_inspect(client, addr, run->len, &met, err);
	if (ret)
		return ret;
	stay = met.nonpresent_pages;
	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		stay += met.leaf_pages[level];
	return stay ? err_set(err, EBADE,
			      "the layout cannot be emptied: %" PRIu64 " pages stay where they are",
			      stay)
		    : 0;
}

/*
 * Windows that each find no page present: the range is emptied by
 * madvise(MADV_DONTNEED) before each, and looked at: a page that stays is -EBADE.
 * Left in the end is what the last window faulted in; done is of all.
 */
static int populate_run(const struct client *client, struct ptwalk_run *run, struct err *err)
{
	const struct ptwalk_run asked = *run;
	int ret = 0;

	for (uint32_t done = 0; done < asked.iterations && !ret; done++) {
		*run = asked;
		run->iterations = 1;
		run->samples += done * sizeof(struct ptwalk_sample);
		ret = empty(client, run, err);
		if (!ret)
			ret = client_run(client, run, err);
		run->done += done;
	}
	run->iterations = asked.iterations;
	run->samples = asked.samples;
	return ret;
}

static int do_run(struct series *series, unsigned int iterations, uint32_t flags, struct err *err)
{
	const struct client *client = series->session->client;
	uint64_t before;
	int ret;

	ask(series, iterations, flags);
	before = __rdtsc();
	ret = series->variant.op->populates ? populate_run(client, &series->run, err)
					    : client_run(client, &series->run, err);
	series->run_ticks = __rdtsc() - before;
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
		.granule = series->workload->granule,
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

bool ask_moves(const struct series *series)
{
	return has_thread(series) && series->session->options->invalidation->moves;
}

/* What is walked is what its label says, and what the op found of it is what is there. */

int series_inspect(const struct series *series, struct ptwalk_inspect *met, struct err *err)
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
	int ret = series_inspect(series, &after, err);

	if (!ret && memcmp(&after, &series->proof, sizeof(after)))
		ret = err_set(err, EBADE, "the mapping changed while it was measured");
	return ret;
}

int series_prove_windows(struct series *series, struct err *err)
{
	int ret = 0;

	if (series->variant.op->populates)
		ret = series_inspect(series, &series->proof, err);
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
	int ret = series_inspect(series, &series->proof, err);

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
