// SPDX-License-Identifier: GPL-2.0-only
/*
 * RFC 4180. Of a run as other tools read it a row a sample, with five columns for each event, and
 * one for each fact where any series has facts;
 * of a series that is missing one with its reason and no ticks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/figure.h"
#include "bench/report/format.h"

static void csv_text(FILE *f, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, f);
		return;
	}
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', f);
		fputc(*text, f);
	}
	fputc('"', f);
}

static void put_cell(FILE *f, const struct sheet_cell *cell)
{
	if (!isnan(cell->value) && !cell->whole)
		fprintf(f, "%.*g", RENDER_DIGITS, cell->value);
	else if (!cell->reason)
		csv_text(f, cell->text);
}

void render_csv(const struct sheets *sheets, const struct pen *pen)
{
	const struct sheet *s = sheets->v[0];

	for (size_t i = 0; i < s->nr_columns; i++) {
		fputs(i ? "," : "", pen->f);
		csv_text(pen->f, s->columns[i].title);
	}
	fputs("\r\n", pen->f);
	for (size_t row = 0; row < s->nr_cells; row += s->nr_columns) {
		for (size_t i = 0; i < s->nr_columns; i++) {
			fputs(i ? "," : "", pen->f);
			put_cell(pen->f, &s->cells[row + i]);
		}
		fputs("\r\n", pen->f);
	}
}

/* What each event has: its count as it was read, what of that an empty window counts, its times. */
static const char *const of_event[] = { "", ".overhead", ".enabled_ns", ".running_ns", ".missing" };

/* How many columns of facts. */
static size_t fact_columns(const struct records *records)
{
	for (size_t i = 0; i < records->nr_series; i++)
		if (records->series[i].has_facts)
			return FACT_NR_TOTALS;
	return 0;
}

static struct sheet *new_samples(const struct strv *events, size_t facts, struct sheets *to)
{
	struct sheet *sheet = sheets_data(
		to, "samples", "series", "boot", "sample", "op", "policy", "workload", "level",
		"size", "placement", "threads", "mms", "ticks", "overhead", "flags", "interrupts",
		"switches", "retries", "faults", "cpu", "note", "missing", NULL);

	for (size_t i = 0; i < events->n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(of_event); k++) {
			_cleanup_free_ char *key = xasprintf("%s%s", events->v[i], of_event[k]);

			sheet_key(sheet, key);
		}
	for (size_t i = 0; i < facts; i++)
		sheet_key(sheet, record_fact_names[i]);
	return sheet;
}

static void put_counts(struct sheet *sheet, const struct record_event *event,
		       const struct ptwalk_sample *w, size_t at)
{
	if (w->running_ns[at])
		sheet_count(sheet, w->events[at]);
	else
		sheet_missing(sheet, NULL);
	if (event->overhead != RECORD_NO_TICKS)
		sheet_count(sheet, event->overhead);
	else
		sheet_missing(sheet, NULL);
	sheet_count(sheet, w->enabled_ns[at]);
	sheet_count(sheet, w->running_ns[at]);
}

static void put_missing_cells(struct sheet *sheet, size_t n)
{
	while (n--)
		sheet_missing(sheet, NULL);
}

/* The columns of each event: of one that was not counted the reason alone. */
static void put_events(struct sheet *sheet, const struct record_series *s, size_t i,
		       const struct strv *events)
{
	for (size_t k = 0; k < events->n; k++) {
		const size_t at = event_find(s, events->v[k]);

		if (at < s->nr_events && !*s->events[at].reason)
			put_counts(sheet, &s->events[at], &s->samples[i], at);
		else
			put_missing_cells(sheet, ARRAY_SIZE(of_event) - 1);
		sheet_words(sheet, "%s", event_cost_sample(s, at, i).page.reason);
	}
}

static void put_facts(struct sheet *sheet, const struct record_series *s, size_t facts)
{
	for (size_t i = 0; i < facts; i++)
		if (s->has_facts)
			sheet_count(sheet, s->facts[i]);
		else
			sheet_missing(sheet, NULL);
}

static void put_sample(struct sheet *sheet, const struct record_series *s, size_t i,
		       const char *note, const struct strv *events, size_t facts)
{
	const struct ptwalk_sample *w = &s->samples[i];
	const unsigned counts[] = {
		w->flags, w->interrupts, w->switches, w->retries, w->faults, w->cpu,
	};

	sheet_words(sheet, "%s", s->name);
	sheet_count(sheet, s->boot);
	sheet_count(sheet, i);
	sheet_words(sheet, "%s", s->op);
	sheet_words(sheet, "%s", s->policy);
	sheet_words(sheet, "%s", s->workload);
	sheet_words(sheet, "%s", s->level);
	sheet_count(sheet, s->size);
	sheet_words(sheet, "%s", s->placement.name);
	sheet_count(sheet, s->threads);
	sheet_count(sheet, s->mms);
	sheet_count(sheet, w->ticks);
	sheet_count(sheet, s->overhead);
	for (size_t k = 0; k < ARRAY_SIZE(counts); k++)
		sheet_count(sheet, counts[k]);
	sheet_words(sheet, "%s", note);
	sheet_words(sheet, "%s", "");
	put_events(sheet, s, i, events);
	put_facts(sheet, s, facts);
}

static void put_missing(struct sheet *sheet, const struct record_missing *m, const char *note,
			const struct strv *events, size_t facts)
{
	sheet_words(sheet, "%s", m->name);
	sheet_count(sheet, m->boot);
	sheet_missing(sheet, NULL);
	sheet_words(sheet, "%s", m->op);
	sheet_words(sheet, "%s", m->policy);
	sheet_words(sheet, "%s", m->workload);
	sheet_missing(sheet, NULL);
	sheet_count(sheet, m->size);
	sheet_words(sheet, "%s", m->placement);
	sheet_count(sheet, m->threads);
	sheet_count(sheet, m->mms);
	put_missing_cells(sheet, 8);
	sheet_words(sheet, "%s", note);
	sheet_words(sheet, "%s", m->reason);
	put_missing_cells(sheet, events->n * ARRAY_SIZE(of_event) + facts);
}

static void export_csv(const struct records *records, FILE *f)
{
	const char *note = record_note(records->run.functional);
	const struct pen pen = { .f = f };
	_cleanup_(sheets_release) struct sheets sheets = { 0 };
	_cleanup_(strv_release) struct strv events = { 0 };
	const size_t facts = fact_columns(records);
	struct sheet *sheet;

	event_names(records, &events);
	sheet = new_samples(&events, facts, &sheets);
	for (size_t i = 0; i < records->nr_series; i++)
		for (size_t n = 0; n < records->series[i].nr_samples; n++)
			put_sample(sheet, &records->series[i], n, note, &events, facts);
	for (size_t i = 0; i < records->nr_missing; i++)
		put_missing(sheet, &records->missing[i], note, &events, facts);
	render_csv(&sheets, &pen);
}

const struct format format_csv = {
	.name = "csv",
	.summary = "RFC 4180",
	.render = render_csv,
	.data = true,
	.export = export_csv,
};
