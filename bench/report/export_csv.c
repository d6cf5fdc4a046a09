// SPDX-License-Identifier: GPL-2.0-only
/*
 * RFC 4180: a row a sample, with five columns for each event of the run; of a series that is
 * missing one with its reason and no ticks.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/report/csv.h"
#include "bench/report/event_cost.h"
#include "bench/report/export.h"

/* What each event has: its count as it was read, what of that an empty window counts, its times. */
static const char *const of_event[] = { "", ".overhead", ".enabled_ns", ".running_ns", ".missing" };

static void write_event_titles(const struct strv *events, FILE *f)
{
	for (size_t i = 0; i < events->n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(of_event); k++) {
			char *title = xasprintf("%s%s", events->v[i], of_event[k]);

			fputc(',', f);
			csv_text(f, title);
			free(title);
		}
}

static void write_counts(const struct record_event *event, const struct ptwalk_sample *w, size_t at,
			 FILE *f)
{
	if (w->running_ns[at])
		fprintf(f, ",%" PRIu64, (uint64_t)w->events[at]);
	else
		fputc(',', f);
	if (event->overhead != RECORD_NO_TICKS)
		fprintf(f, ",%" PRIu64, event->overhead);
	else
		fputc(',', f);
	fprintf(f, ",%" PRIu64 ",%" PRIu64 ",", (uint64_t)w->enabled_ns[at],
		(uint64_t)w->running_ns[at]);
}

/* The columns of each event: of one that was not counted the reason alone. */
static void write_events(const struct record_series *s, size_t i, const struct strv *events,
			 FILE *f)
{
	for (size_t k = 0; k < events->n; k++) {
		const size_t at = event_find(s, events->v[k]);
		const struct event_cost cost = event_cost_sample(s, at, i);

		if (at < s->nr_events && !*s->events[at].reason)
			write_counts(&s->events[at], &s->samples[i], at, f);
		else
			fputs(",,,,,", f);
		csv_text(f, cost.page.reason);
	}
}

static void write_sample(const struct record_series *s, size_t i, const char *note,
			 const struct strv *events, FILE *f)
{
	const struct ptwalk_sample *w = &s->samples[i];

	csv_text(f, s->name);
	fprintf(f, ",%u,%zu,", s->boot, i);
	csv_text(f, s->op);
	fputc(',', f);
	csv_text(f, s->policy);
	fputc(',', f);
	csv_text(f, s->workload);
	fprintf(f, ",%s,%" PRIu64 ",", s->level, s->size);
	csv_text(f, s->placement.name);
	fprintf(f, ",%u,%u,%" PRIu64 ",%" PRIu64, s->threads, s->mms, (uint64_t)w->ticks,
		s->overhead);
	fprintf(f, ",%u,%u,%u,%u,%u,%u,%s,", w->flags, w->interrupts, w->switches, w->retries,
		w->faults, w->cpu, note);
	write_events(s, i, events, f);
	fputs("\r\n", f);
}

static void write_missing(const struct record_missing *m, const char *note,
			  const struct strv *events, FILE *f)
{
	csv_text(f, m->name);
	fprintf(f, ",%u,,", m->boot);
	csv_text(f, m->op);
	fputc(',', f);
	csv_text(f, m->policy);
	fputc(',', f);
	csv_text(f, m->workload);
	fprintf(f, ",,%" PRIu64 ",", m->size);
	csv_text(f, m->placement);
	fprintf(f, ",%u,%u,,,,,,,,,%s,", m->threads, m->mms, note);
	csv_text(f, m->reason);
	for (size_t i = 0; i < events->n * ARRAY_SIZE(of_event); i++)
		fputc(',', f);
	fputs("\r\n", f);
}

static void write_csv(const struct records *records, FILE *f)
{
	const char *note = record_note(records->run.machine);
	struct strv events = { 0 };

	event_names(records, &events);
	fputs("series,boot,sample,op,policy,workload,level,size,placement,threads,mms,ticks,"
	      "overhead,flags,interrupts,switches,retries,faults,cpu,note,missing",
	      f);
	write_event_titles(&events, f);
	fputs("\r\n", f);
	for (size_t i = 0; i < records->nr_series; i++)
		for (size_t n = 0; n < records->series[i].nr_samples; n++)
			write_sample(&records->series[i], n, note, &events, f);
	for (size_t i = 0; i < records->nr_missing; i++)
		write_missing(&records->missing[i], note, &events, f);
	strv_release(&events);
}

const struct export export_csv = {
	.name = "csv",
	.summary = "RFC 4180: a row a sample",
	.write = write_csv,
};
