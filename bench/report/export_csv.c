// SPDX-License-Identifier: GPL-2.0-only
/* RFC 4180: a row a sample; of a series that is missing one with its reason and no ticks. */
#include <inttypes.h>

#include "bench/report/csv.h"
#include "bench/report/export.h"

static void write_sample(const struct record_series *s, size_t i, const char *note, FILE *f)
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
	fprintf(f, ",%u,%u,%u,%u,%u,%u,%s,\r\n", w->flags, w->interrupts, w->switches, w->retries,
		w->faults, w->cpu, note);
}

static void write_missing(const struct record_missing *m, const char *note, FILE *f)
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
	fputs("\r\n", f);
}

static void write_csv(const struct records *records, FILE *f)
{
	const char *note = record_note(records->run.machine);

	fputs("series,boot,sample,op,policy,workload,level,size,placement,threads,mms,ticks,"
	      "overhead,flags,interrupts,switches,retries,faults,cpu,note,missing\r\n",
	      f);
	for (size_t i = 0; i < records->nr_series; i++)
		for (size_t n = 0; n < records->series[i].nr_samples; n++)
			write_sample(&records->series[i], n, note, f);
	for (size_t i = 0; i < records->nr_missing; i++)
		write_missing(&records->missing[i], note, f);
}

const struct export export_csv = {
	.name = "csv",
	.summary = "RFC 4180: a row a sample",
	.write = write_csv,
};
