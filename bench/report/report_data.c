// SPDX-License-Identifier: GPL-2.0-only
/* One run for programs. The first sheet is all that a format of one table has. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/report/figure.h"
#include "bench/report/report.h"

static void data_figure(struct sheet *sheet, const struct figure *figure)
{
	sheet_value(sheet, figure->known ? figure->value : (double)NAN);
}

static void data_scene(struct sheet *sheet, const struct summary_row *row)
{
	sheet_words(sheet, "%s", row->scene.workload);
	sheet_words(sheet, "%s", row->level);
	sheet_words(sheet, "%s", row->scene.placement);
	sheet_count(sheet, row->scene.threads);
	sheet_count(sheet, row->scene.mms);
	sheet_words(sheet, "%s", row->scene.cache);
}

static void put_series(const struct summary *s, struct sheets *to)
{
	const char *ticks = report_ticks(&s->records->run),
		   *note = record_note(s->records->run.functional);
	_cleanup_free_ char *call = xasprintf("%s_a_call", ticks);
	_cleanup_free_ char *page = xasprintf("%s_a_page", ticks);
	struct sheet *sheet = sheets_data(to, "series", "workload", "level", "placement", "threads",
					  "mms", "cache", "op", "policy", "size", call, page,
					  "note", "reason", "series", NULL);

	for (size_t i = 0; i < s->nr_rows * s->nr_columns; i++) {
		const struct summary_row *row = &s->rows[i / s->nr_columns];
		const struct summary_column *column = &s->columns[i % s->nr_columns];
		const struct summary_cell *cell = &row->cells[i % s->nr_columns];
		struct series_key key = row->scene;
		_cleanup_free_ char *name = NULL;

		key.op = column->op;
		key.policy = column->policy;
		key.size = row->size;
		name = series_key_name(&key);
		data_scene(sheet, row);
		sheet_words(sheet, "%s", column->op);
		sheet_words(sheet, "%s", column->policy);
		sheet_count(sheet, row->size);
		data_figure(sheet, &cell->ticks);
		data_figure(sheet, &cell->page);
		sheet_words(sheet, "%s", note);
		sheet_words(sheet, "%s", cell->page.reason);
		sheet_words(sheet, "%s", name);
	}
}

void report_runs(const struct records *const *runs, size_t n, struct sheets *to)
{
	struct sheet *sheet =
		sheets_data(to, "runs", "run", "kernel", "release", "version", "image_sha256",
			    "config_sha256", "compiler", "machine", "unit", "qemu", "exact",
			    "mitigations", "boots", "note", NULL);

	for (size_t i = 0; i < n; i++) {
		const struct record_run *run = &runs[i]->run;
		const char *const texts[] = {
			run->id,
			run->kernel.spec,
			run->kernel.release,
			run->kernel.version,
			run->kernel.image_sha256,
			run->kernel.config_sha256,
			run->kernel.compiler,
			run->machine,
			run->unit,
			run->qemu,
		};

		for (size_t t = 0; t < ARRAY_SIZE(texts); t++)
			sheet_words(sheet, "%s", texts[t]);
		sheet_truth(sheet, run->exact);
		if (*record_mitigations(run))
			sheet_truth(sheet, run->mitigations);
		else
			sheet_missing(sheet, NULL);
		sheet_count(sheet, runs[i]->nr_boots);
		sheet_words(sheet, "%s",
			    run->functional ? RECORD_FUNCTIONAL
			    : run->exact    ? REPORT_NOT_TIME
					    : "");
	}
}

/* What an empty window counts. */
static void put_window(const struct summary *s, struct sheets *to)
{
	struct sheet *sheet = sheets_data(to, "window", "least", "most", NULL);
	const bool known = s->overhead_min <= s->overhead_max;

	sheet->single = true;
	sheet_value(sheet, known ? (double)s->overhead_min : (double)NAN);
	sheet_value(sheet, known ? (double)s->overhead_max : (double)NAN);
}

static void put_events(struct sheet *sheet, const struct summary *s,
		       const struct record_series *series)
{
	for (size_t i = 0; i < series->nr_events; i++) {
		const struct event_cost cost = event_cost(&s->index, series, i);

		sheet_words(sheet, "%s", series->name);
		sheet_words(sheet, "%s", series->events[i].name);
		data_figure(sheet, &cost.page);
		sheet_value(sheet, cost.page.known ? cost.share : (double)NAN);
		sheet_words(sheet, "%s", cost.page.reason);
	}
}

/* Counts of the window as they are, whose instructions are the ticks. */
static void put_facts(struct sheet *sheet, const struct record_series *series)
{
	if (!series->has_facts)
		return;
	sheet_words(sheet, "%s", series->name);
	for (size_t i = 0; i < FACT_NR_TOTALS; i++)
		sheet_count(sheet, series->facts[i]);
}

/* What there is beside the costs of the series in the table of costs. */
static void put_beside(const struct summary *s, struct sheets *to)
{
	struct sheet *events = sheets_data(to, "events", "series", "event", "count_a_page", "share",
					   "reason", NULL);
	struct sheet *facts = sheets_data(to, "facts", "series", NULL);
	struct sheet *notes = sheets_data(to, "notes", "series", "note", NULL);

	for (size_t i = 0; i < FACT_NR_TOTALS; i++)
		sheet_key(facts, record_fact_names[i]);
	for (size_t i = 0; i < s->nr_rows * s->nr_columns; i++) {
		const struct record_series *series =
			s->rows[i / s->nr_columns].cells[i % s->nr_columns].series;

		if (!series)
			continue;
		put_events(events, s, series);
		put_facts(facts, series);
		for (size_t n = 0; n < series->notes.n; n++) {
			sheet_words(notes, "%s", series->name);
			sheet_words(notes, "%s", series->notes.v[n]);
		}
	}
}

static void put_models(const struct summary *s, struct sheets *to)
{
	struct sheet *sheet = sheets_data(to, "models", "workload", "level", "placement", "threads",
					  "mms", "cache", "op", "policy", "sizes", "call", "page",
					  "residual", "reason", NULL);

	for (size_t i = 0; i < s->nr_rows * s->nr_columns; i++) {
		const struct summary_row *row = &s->rows[i / s->nr_columns];
		const struct summary_column *column = &s->columns[i % s->nr_columns];
		const struct summary_model *m = &row->models[i % s->nr_columns];

		data_scene(sheet, row);
		sheet_words(sheet, "%s", column->op);
		sheet_words(sheet, "%s", column->policy);
		sheet_count(sheet, m->sizes);
		sheet_value(sheet, m->known ? m->fit.call : (double)NAN);
		sheet_value(sheet, m->known ? m->fit.page : (double)NAN);
		sheet_value(sheet, m->known ? m->fit.residual : (double)NAN);
		sheet_words(sheet, "%s", m->known ? "" : m->reason);
	}
}

static void put_workloads(const struct summary *s, struct sheets *to)
{
	static const char *const policies[] = { "range", "batch", "entry" };
	static const char *const pfns[] = { "", "equal", "differ" };
	struct sheet *sheet =
		sheets_data(to, "workloads", "workload", "level", "placement", "threads", "mms",
			    "cache", "zone_device", "size", "pgmap_range", "pgmap_batch",
			    "pgmap_entry", "fidelity", "pfns", "pfns_differ", NULL);

	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];
		const struct figure fidelity = summary_fidelity(s, row);

		data_scene(sheet, row);
		sheet_truth(sheet, row->zone_device);
		sheet_count(sheet, row->size);
		for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
			const struct figure adds = summary_pgmap(s, row, policies[p]);

			data_figure(sheet, &adds);
		}
		data_figure(sheet, &fidelity);
		sheet_words(sheet, "%s", pfns[row->pfns]);
		sheet_words(sheet, "%s", row->pfns_differ ? row->pfns_differ : "");
	}
}

static void put_repeat(const struct summary *s, struct sheets *to)
{
	const struct repeat *r = &s->repeat;
	struct sheet *repeat =
		sheets_data(to, "repeat", "series", "open", "samples", "equal", NULL);
	struct sheet *differences = sheets_data(to, "differences", "series", "boot", "sample",
						"what", "got", "expected", "expected_boot", NULL);
	struct sheet *disturbed = sheets_data(to, "disturbed", "series", "boot", NULL);

	repeat->single = true;
	sheet_count(repeat, r->series);
	sheet_count(repeat, r->open);
	sheet_count(repeat, r->samples);
	sheet_truth(repeat, !r->nr_differences);
	for (size_t i = 0; i < r->nr_differences; i++) {
		const struct repeat_difference *d = &r->differences[i];

		sheet_words(differences, "%s", d->name);
		sheet_count(differences, d->boot);
		sheet_count(differences, d->sample);
		sheet_words(differences, "%s", d->what);
		sheet_count(differences, d->got);
		sheet_count(differences, d->expected);
		sheet_count(differences, d->expected_boot);
	}
	for (size_t i = 0; i < s->nr_disturbed; i++) {
		sheet_words(disturbed, "%s", s->disturbed[i]->name);
		sheet_count(disturbed, s->disturbed[i]->boot);
	}
}

static void put_missing(const struct records *records, struct sheets *to)
{
	struct sheet *sheet = sheets_data(to, "missing", "series", "boot", "reason", "wrong", NULL);

	for (size_t i = 0; i < records->nr_missing; i++) {
		const struct record_missing *m = &records->missing[i];

		sheet_words(sheet, "%s", m->name);
		sheet_count(sheet, m->boot);
		sheet_words(sheet, "%s", m->reason);
		sheet_truth(sheet, m->wrong);
	}
}

void report_data(const struct summary *s, struct sheets *to)
{
	to->title = "report";
	put_series(s, to);
	report_runs(&s->records, 1, to);
	put_window(s, to);
	put_beside(s, to);
	put_models(s, to);
	put_workloads(s, to);
	put_repeat(s, to);
	put_missing(s->records, to);
}
