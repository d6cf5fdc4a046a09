// SPDX-License-Identifier: GPL-2.0-only
/* What is walked is what its label says, and what the op found of it is what is there. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/driver/series.h"

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
	uint64_t pages = series->size / units_page();
	const unsigned int fault = op->req & PTWALK_REQ_WRITE ? WORKLOAD_WRITE : WORKLOAD_READ;
	int ret = 0;

	if (op->populates && series->workload->no_refault & fault)
		return err_set(err, EOPNOTSUPP,
			       "emptied and faulted in %s, it would not be what %s is",
			       fault == WORKLOAD_WRITE ? "for writing" : "for reading",
			       series->workload->name);
	if (op_is(op, PTWALK_OPF_PAGEMAPS) && !series->workload->pagemaps)
		return err_set(err, EOPNOTSUPP,
			       "needs pagemaps of the module's own: pgmaps-1-low and the like");
	if (op_is(op, PTWALK_OPF_PAGEMAPS) && series->size % (2 * MIB))
		return err_set(err, EINVAL, "a pagemap has whole pieces of 2M: %s is none",
			       size_name(series->size).text);
	if (op_is(op, PTWALK_OPF_MIGRATES) && proof->device_coherent_pages)
		return err_set(err, EOPNOTSUPP,
			       "the kernel tries without end to move coherent device memory first");
	/* On other machines there may be some that nobody told of. */
	if (op_is(op, PTWALK_OPF_MISSES) && series->session->options->exact &&
	    !series->session->site.nr_dax)
		return err_set(err, EOPNOTSUPP,
			       "needs a pagemap to pass by: measure it beside devdax-pte");
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
	uint64_t pages = series->size / units_page();

	if (run->valid_pages == pages && !run->error_pages)
		return 0;
	return err_set(err, CLIENT_WRONG, "%" PRIu64 " of %" PRIu64 " pages are valid",
		       (uint64_t)run->valid_pages, pages);
}

/* Flags and order as well, where entries have some, and no thread changes them meanwhile. */
static bool has_entries(const struct series *series)
{
	return client_hashes(series->session->client) &&
	       op_is(series->variant.op, PTWALK_OPF_ENTRIES) && !ask_changes(series);
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
	if (!ask_shows_pages(series))
		return 0;
	if (proof->error_pages ? run->valid_pages > pages : run->valid_pages != pages)
		return err_set(err, CLIENT_WRONG,
			       "%" PRIu64 " PFNs are valid where %" PRIu64 " pages are mapped",
			       (uint64_t)run->valid_pages, pages);
	if (run->error_pages != proof->error_pages)
		return err_set(err, CLIENT_WRONG,
			       "%" PRIu64 " entries are errors where %" PRIu32
			       " pages cannot be walked",
			       (uint64_t)run->error_pages, proof->error_pages);
	if (run->pfn_sum != proof->pfn_sum + proof->device_own_sum)
		return err_set(err, CLIENT_WRONG,
			       "frame numbers of the array are not what the page tables hold");
	if (has_entries(series) && run->entry_sum != proof->entry_sum)
		return err_set(err, CLIENT_WRONG,
			       "flags or orders of the array are not what the page tables hold");
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

/* A thread beside the windows takes write permission and gives it back: only that may differ. */
static void forget_changing(const struct series *series, struct ptwalk_inspect *met)
{
	if (ask_changes(series))
		met->entry_sum = 0;
}

static int find_blocks(const struct series *series, struct ptwalk_blocks *met, struct err *err)
{
	const struct session *session = series->session;

	return client_blocks(session->client, (char *)session->layout.addr + series->start,
			     series->size, met, err);
}

/*
 * What is there: as the series before left it, where that was of the same range. If it is not so any
 * more, the proof after the windows fails, and that of the array.
 */
static int meet(struct series *series, struct err *err)
{
	struct session *session = series->session;
	const bool holds = session->met.holds && session->met.start == series->start &&
			   session->met.size == series->size;
	int ret;

	/* Of several walkers each has its own. */
	if (series->walkers->threads == 1)
		session->met.holds = false;
	if (holds) {
		series->proof = session->met.proof;
		series->blocks = session->met.blocks;
		return 0;
	}
	ret = series_inspect(series, &series->proof, err);
	return ret ? ret : find_blocks(series, &series->blocks, err);
}

static void remember(const struct series *series)
{
	struct session *session = series->session;

	if (series->walkers->threads > 1 || ask_changes(series))
		return;
	session->met.holds = true;
	session->met.start = series->start;
	session->met.size = series->size;
	session->met.proof = series->proof;
	session->met.blocks = series->blocks;
}

/* Nothing may have moved between the proof before the windows and the one after. */
static int prove_again(const struct series *series, struct err *err)
{
	struct ptwalk_inspect before = series->proof, after;
	struct ptwalk_blocks blocks;
	int ret = series_inspect(series, &after, err);

	if (!ret)
		ret = find_blocks(series, &blocks, err);
	if (ret)
		return ret;
	if (after.pagemap_refs != before.pagemap_refs)
		return err_set(err, CLIENT_WRONG,
			       "references to a dev_pagemap are not back where they were: %" PRId64
			       " are left",
			       (int64_t)(after.pagemap_refs - before.pagemap_refs));
	forget_changing(series, &before);
	forget_changing(series, &after);
	if (memcmp(&after, &before, sizeof(after)) != 0 ||
	    memcmp(&blocks, &series->blocks, sizeof(blocks)) != 0)
		return err_set(err, CLIENT_WRONG, "the mapping changed while it was measured");
	remember(series);
	return 0;
}

int series_prove_windows(struct series *series, struct err *err)
{
	int ret = 0;

	if (series->variant.op->populates)
		ret = series_prove_populated(series, err);
	if (!ret && series->variant.op->populates)
		ret = find_blocks(series, &series->blocks, err);
	if (ret || ask_moves(series) || series->variant.op->call)
		return ret;
	ret = prove_pfns(series, err);
	if (!ret)
		ret = prove_result(series, err);
	return ret ? ret : prove_again(series, err);
}

static int prove_part(const struct series *series, uint64_t first, uint64_t pages, uint32_t flags,
		      struct err *err)
{
	struct series part = *series;
	int ret;

	part.start = first * units_page();
	part.size = pages * units_page();
	part.samples = NULL;
	part.stages = NULL;
	ret = ask_once(&part, flags, err);
	if (!ret)
		ret = series_inspect(&part, &part.proof, err);
	if (!ret)
		ret = prove_pfns(&part, err);
	if (ret)
		err_prefix(err, "pages %" PRIu64 " to %" PRIu64 " alone", first, first + pages - 1);
	free(part.samples);
	free(part.stages);
	return ret;
}

/* More than two tables of PTEs, and odd. */
#define PART_PAGES 1031

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int series_prove_parts(const struct series *series, uint32_t flags, struct err *err)
{
	const uint64_t n = series->size / units_page();
	const uint64_t granule = workload_granule(series->workload),
		       pmd = units_leaf(PTWALK_LEVEL_PMD),
		       leaf = (granule > pmd ? granule : pmd) / units_page();
	const struct {
		uint64_t first, pages;
	} parts[] = {
		{ 1, n > 2 ? least(n - 2, PART_PAGES) : 0 },		 /* from the odd page on */
		{ n / 2 | 1, 1 },					 /* one alone */
		{ leaf / 2 + 1, leaf + 2 },				 /* over a leaf's end */
		{ n > PART_PAGES ? n - PART_PAGES : 3, PART_PAGES - 5 }, /* short of the end */
		{ series->session->options->selection.start / units_page(), PART_PAGES },
	};
	int ret = 0;

	if (!op_shows_pages(series->variant.op))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !ret; i++) {
		uint64_t first = parts[i].first;

		if (first < n && parts[i].pages)
			ret = prove_part(series, first, least(parts[i].pages, n - first), flags,
					 err);
	}
	return ret;
}

int series_prove_untimed(struct series *series, struct err *err)
{
	uint32_t flags = series->session->options->exact ? PTWALK_RUN_IRQS_OFF : 0;
	int ret;

	if (flags && op_is(series->variant.op, PTWALK_OPF_SLEEPS))
		flags |= PTWALK_RUN_POPULATED;
	ret = ask_once(series, flags, err);
	if (!ret)
		ret = prove_pfns(series, err);
	return ret ? ret : series_prove_parts(series, flags, err);
}

int series_prove_layout(struct series *series, struct err *err)
{
	const struct session *session = series->session;
	int ret = meet(series, err);

	if (!ret)
		ret = workload_prove(series->workload, &series->proof, err);
	if (!ret)
		ret = workload_prove_blocks(series->workload, series->size / units_page(),
					    &series->blocks, err);
	if (!ret)
		ret = place_prove(&session->layout.place, workload_granule(series->workload),
				  &series->proof, err);
	if (!ret)
		ret = workload_verify(&session->layout, series->size, err);
	if (!ret)
		ret = check_memory(series, err);
	return ret;
}
