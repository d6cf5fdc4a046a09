// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptwalk-driver: runs on the machine under test. It pins itself, lays memory
 * out, has the module time walks over it, and writes records.
 *
 * Exit status: 0 every series was measured; 3 some are missing, each with its
 * reason in its record; 2 usage or internal error.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "bench/driver/client.h"
#include "bench/driver/counters.h"
#include "bench/driver/emit.h"
#include "bench/driver/gbench.h"
#include "bench/driver/heap.h"
#include "bench/driver/numa.h"
#include "bench/driver/options.h"
#include "bench/driver/race.h"
#include "bench/driver/series.h"

/* For the last layout to go. */
#define END_SECONDS  15
#define LIST_SECONDS 15

enum status {
	STATUS_WHOLE = 0,
	STATUS_ERROR = 2,
	STATUS_MISSING = 3,
};

/* Every series that is asked for; the session must outlive it. */
struct suite {
	struct session *session;
	struct series *series;
	size_t n;
};

static void suite_init(struct suite *s, struct session *session)
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

static void suite_release(struct suite *s)
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
	if (op_is(series->variant.op, PTWALK_OPF_REFUSED)) {
		_cleanup_free_ char *said = failure_refused(&series->run);

		strv_add(notes, said);
	}
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

	/* Where the kernel misbehaved in it, it is no series; those behind it are none either. */
	if (klog_bad(&session->klog))
		return;
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
		.level = (char *)workload_level_name(series_level(series)),
		.size = series->size,
		.placement = placement_record(series),
		.threads = series->walkers->threads,
		.mms = series->walkers->mms,
		.varies = (char *)op_varies(op, session->client->ops[op->id].flags),
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
		.blocks = series->blocks,
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

/*
 * Have the benchmark library run every series, by name. The record of each is
 * written once: of its last execution, or that it is missing and why.
 */
static void suite_run(struct suite *s)
{
	/* The library moves all instances for each that it adds, before it runs the first. */
	emit_mark(s->session->emit, "the list of series",
		  LIST_SECONDS + (unsigned int)(s->n * s->n / 500000));
	for (size_t i = 0; i < s->n; i++) {
		gbench_register(s->series[i].name, series_run, &s->series[i],
				s->session->options->selection.iterations);
		if (i + 1 == s->n || (i + 1) % gbench_most() == 0)
			gbench_run(suite_done, s);
	}
}

static void emit_wrong(const struct series *series, void *arg)
{
	(void)arg;
	emit_missing(series);
}

/* Of the parts of a boot that was cut, one does what is done once. */
static bool is_last(const struct selection *s)
{
	return !s->part.to || s->part.to == selection_scenes(s);
}

static int measure(struct options *o, const struct client *client, struct numa *numa,
		   struct err *err)
{
	struct emit emit = { .fd = o->records_fd };
	struct session session;
	struct suite suite;
	struct perf perf;
	struct klog klog;
	struct boot_found found = { .tsc_hz = RECORD_NO_TICKS,
				    .iterations = o->selection.iterations };
	int ret = client_overhead(client, o->exact, &found.overhead, err);

	if (!ret && o->exact && o->site.pmem)
		ret = workload_idle_pmem(o->site.pmem, err);
	if (!ret)
		ret = counters_probe(&o->counters, client, err);
	/* Counts need none; who reads the facts sees that there are none. */
	if (!ret && o->facts && facts_tell_symbols(err))
		fprintf(stderr, "ptwalk-driver: no symbols: %s\n", err->text);
	if (!ret)
		ret = perf_start(&perf, &o->perf, err);
	if (ret)
		return ret;
	/* Where ticks are instructions, the clock that tells them is made of them. */
	if (!o->exact)
		found.tsc_hz = clock_tsc_hz();
	klog_open(&klog);
	found.warnings = &klog.before;
	boot_emit(&emit, client, numa->description, &found);
	gbench_add_context("ptwalk_unit", o->exact ? "instructions (1 ns each)" : "seconds");
	session_init(&session, o, client, numa, &emit, &perf, found.overhead);
	session.klog = klog;
	suite_init(&suite, &session);
	suite_run(&suite);
	if (is_last(&o->selection))
		others_prove(&session, emit_wrong, NULL);
	emit_mark(&emit, "the end", END_SECONDS);
	session_end(&session);
	klog_check(&session.klog, "the end");
	suite_release(&suite);
	if (perf_samples(&o->perf))
		emit_mark(&emit, "what perf sampled", PERF_STOP_SECONDS);
	ret = perf_stop(&perf, err);
	if (klog_bad(&session.klog)) {
		*err = session.klog.err;
		ret = -EIO;
	}
	klog_close(&session.klog);
	if (ret)
		return ret;
	return emit.missing ? STATUS_MISSING : STATUS_WHOLE;
}

static int check_part(const struct selection *s, struct err *err)
{
	if (s->part.to <= selection_scenes(s))
		return 0;
	return err_set(err, EINVAL, "--scenes %zu:%zu: there are %zu", s->part.from, s->part.to,
		       selection_scenes(s));
}

static int start(struct options *o, struct err *err)
{
	struct client client;
	struct numa numa;
	int ret = numa_init(&numa, o->cpu, err);

	if (ret)
		return ret;
	ret = selection_place(&o->selection, &numa.map, err);
	if (!ret)
		ret = check_part(&o->selection, err);
	if (!ret)
		ret = selection_check_cpus(&o->selection, numa_cpus(&numa), "", err);
	if (!ret)
		ret = client_open(&client, err);
	if (!ret) {
		units_use((struct units){ units_page(), client.query.block_ptes });
		ret = o->races ? race_main(o, &client, err) : measure(o, &client, &numa, err);
		client_close(&client);
	}
	numa_release(&numa);
	return ret;
}

/* The library ends at --help with its own text; ours names its flags. */
static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") ||
		    !strcmp(argv[i], "--usage"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err = { 0 };
	int ret;

	heap_settle();
	units_use((struct units){ .page = (uint64_t)sysconf(_SC_PAGESIZE) });
	if (!asks_for_help(argc, argv))
		gbench_init(&argc, argv);
	ret = options_parse(argc, argv, &options, &err);
	if (!ret)
		ret = start(&options, &err);
	options_release(&options);
	gbench_shutdown();
	if (ret >= 0)
		return ret;
	fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	return STATUS_ERROR;
}
