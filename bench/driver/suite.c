// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/driver/gbench.h"
#include "bench/driver/protocol.h"

void suite_init(struct suite *s, struct session *session)
{
	const struct selection *what = &session->options->selection;
	struct selected at = { 0 };

	*s = (struct suite){
		.session = session,
		.series = xcalloc(selection_series(what), sizeof(*s->series)),
	};
	while (selection_next(what, &at))
		s->series[s->n++] = (struct series){
			.session = session,
			.workload = what->workloads[at.workload],
			.placement = &what->placements[at.placement],
			.nodes = &what->nodes[at.placement],
			.size = at.size,
			.walkers = at.walkers,
			.variant = *at.variant,
			.name = selection_name(what, &at),
		};
}

void suite_release(struct suite *s)
{
	for (size_t i = 0; i < s->n; i++)
		series_release(&s->series[i]);
	free(s->series);
}

static void emit_missing(const struct series *series)
{
	struct record record = {
		.kind = RECORD_MISSING,
		.missing = {
			.boot = 1,
			.name = series->name,
			.op = (char *)series->variant.op->name,
			.policy = (char *)variant_policy_name(&series->variant),
			.workload = (char *)series->workload->name,
			.size = series->size,
			.placement = (char *)series->placement->name,
			.threads = series->walkers->threads,
			.mms = series->walkers->mms,
			.wrong = series->wrong,
			.reason = (char *)series->err.text,
		},
	};

	emit_record(series->session->emit, &record);
}

static int one_node(uint64_t nodes)
{
	return nodes & (nodes - 1) ? -1 : __builtin_ctzll(nodes);
}

static struct record_placement placement_record(const struct series *series)
{
	struct record_placement placement = RECORD_PLACEMENT((char *)series->placement->name);
	const struct placement_nodes *nodes = series->nodes;

	if (!nodes->asked)
		return placement;
	placement.cpu = series->walkers->threads == 1 ? (int)nodes->cpu : -1;
	placement.tables = one_node(nodes->tables);
	placement.pages = one_node(nodes->pages);
	if (op_shows_pages(series->variant.op))
		placement.result = (int)nodes->result;
	return placement;
}

/* What has no field of its own: of a protocol, and of the proof. */
static void add_notes(const struct series *series, struct strv *notes)
{
	const struct invalidation *how = series->session->options->invalidation;

	if (series->workload->pagemaps)
		strv_addf(notes, "%" PRIu64 " runs of entries with one dev_pagemap each",
			  (uint64_t)series->proof.pagemap_runs);
	if (series->variant.cold)
		strv_addf(notes, "%" PRIu64 " bytes put out of the caches before each window",
			  (uint64_t)series->run.cold_bytes);
	if (!op_is(series->variant.op, PTWALK_OPF_COLLISIONS))
		return;
	protocol_notes(series->variant.op, series->stages, series->samples, series->run.done,
		       notes);
	if (!series->session->options->exact)
		strv_addf(notes, "%.0f pages a second in the fastest window",
			  series_pages_per_second(series));
	if (series->changes)
		strv_addf(notes, "a thread changed the range %" PRIu64 " times by %s: %s",
			  series->changes, how->name, how->summary);
}

static void emit(const struct series *series)
{
	const struct session *session = series->session;
	const struct op *op = series->variant.op;
	struct record record = { .kind = RECORD_SERIES };

	if (!series->measured) {
		emit_missing(series);
		return;
	}
	record.series = (struct record_series){
		.boot = 1,
		.name = series->name,
		.op = (char *)op->name,
		.policy = (char *)variant_policy_name(&series->variant),
		.workload = (char *)series->workload->name,
		.level = (char *)workload_level_name(series->workload->level),
		.size = series->size,
		.placement = placement_record(series),
		.threads = series->walkers->threads,
		.mms = series->walkers->mms,
		.cache = (char *)(series->variant.cold ? "cold" : "warm"),
		.overhead = session->overhead,
		.run_ticks = series->run_ticks,
		.result_node = series->run.result_node,
		.valid_pages = series->run.valid_pages,
		.error_pages = series->run.error_pages,
		.pfn_sum = series->run.pfn_sum,
		.entry_sum = series->run.entry_sum,
		/* Those of pages that others replaced meanwhile can be compared with nothing. */
		.has_pfns = ask_shows_pages(series),
		.has_entries = ask_shows_pages(series) && op_is(op, PTWALK_OPF_ENTRIES) &&
			       !ask_changes(series),
		.proof = series->proof,
		.samples = series->samples,
		.nr_samples = series->run.done,
	};
	counters_record(&session->options->counters, &record.series);
	if (series->stages)
		protocol_stages(series->stages, series->run.done, &record.series);
	add_notes(series, &record.series.notes);
	if (series->walkers->threads > 1)
		strv_addf(&record.series.notes,
			  "%u walkers, each at work from before the first sample until after the "
			  "last: %" PRIu64 " windows more than are recorded",
			  series->walkers->threads, series->more);
	emit_record(session->emit, &record);
	protocol_release(&record.series);
}

static void suite_done(const char *name, void *arg)
{
	struct suite *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->series[i].name, name))
			emit(&s->series[i]);
}

void suite_run(struct suite *s)
{
	for (size_t i = 0; i < s->n; i++) {
		gbench_register(s->series[i].name, series_run, &s->series[i],
				s->session->options->selection.iterations);
		if (i + 1 == s->n || (i + 1) % gbench_most() == 0)
			gbench_run(suite_done, s);
	}
}
