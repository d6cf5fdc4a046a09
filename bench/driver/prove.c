// SPDX-License-Identifier: GPL-2.0-only
/* What is walked is what its label says, and what the op found of it is what is there. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "bench/driver/series.h"

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
