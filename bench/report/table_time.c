// SPDX-License-Identifier: GPL-2.0-only
/* Ticks as time, and the clock by which they are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"
#include "bench/stats/median.h"

#define FAR_PPM 500 /* a crystal is off by 100 at most: one that is farther off is another clock */

static bool ticks_are_time(const struct summary *s)
{
	return !s->records->run.exact && !record_functional(&s->records->run);
}

/* "CPUID 2100.000, hypervisor does not say". Owned by the caller. */
static char *said_by(const char *who, uint64_t khz)
{
	return khz == RECORD_NO_TICKS || !khz ? xasprintf("%s does not say", who)
					      : xasprintf("%s %.3f", who, (double)khz / 1e3);
}

static double deviation_ppm(const struct record_boot *b)
{
	const double khz = (double)b->tsc_khz;

	return ((double)b->tsc_measured_hz / 1e3 - khz) / khz * 1e6;
}

/* Of all boots, the one whose clock is the farthest off. */
static const struct record_boot *worst_clock(const struct records *r)
{
	const struct record_boot *worst = NULL;

	for (size_t i = 0; i < r->nr_boots; i++) {
		const struct record_boot *b = &r->boots[i];

		if (!b->tsc_khz || b->tsc_measured_hz == RECORD_NO_TICKS)
			continue;
		if (!worst || fabs(deviation_ppm(b)) > fabs(deviation_ppm(worst)))
			worst = b;
	}
	return worst;
}

void tables_clock(const struct summary *s, const struct pen *pen)
{
	const struct record_boot *b = worst_clock(s->records);
	char *cpu, *hypervisor;
	double ppm;

	if (s->records->run.exact || !b)
		return;
	cpu = said_by("CPUID", b->tsc_cpuid_khz);
	hypervisor = said_by("hypervisor", b->tsc_hypervisor_khz);
	ppm = deviation_ppm(b);
	fprintf(pen->f, "%-12s TSC %.3f MHz by the kernel, measured %.3f (%+.0f ppm); %s, %s%s\n",
		"clock", (double)b->tsc_khz / 1e3, (double)b->tsc_measured_hz / 1e6, ppm, cpu,
		hypervisor, fabs(ppm) > FAR_PPM ? ": TOO FAR OFF, times are wrong" : "");
	free(cpu);
	free(hypervisor);
}

/* Nanoseconds a tick in that boot; 0: not known. */
static double ns_per_tick(const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_boots; i++)
		if (r->boots[i].boot == boot && r->boots[i].tsc_khz)
			return 1e6 / (double)r->boots[i].tsc_khz;
	return 0;
}

/* The samples of one kind: how many, and the median of their time without an empty window's. */
struct kind {
	double *ns;
	size_t n;
};

static void gather(const struct records *r, const char *name, struct kind kinds[2])
{
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		double ns = ns_per_tick(r, s->boot);

		for (size_t k = 0; ns > 0 && !strcmp(s->name, name) && k < s->nr_samples; k++) {
			struct kind *to = &kinds[!!(s->samples[k].flags & PTWALK_SAMPLE_DISTURBED)];

			to->ns = xgrow(to->ns, to->n, sizeof(*to->ns));
			to->ns[to->n++] =
				fmax((double)s->samples[k].ticks - (double)s->overhead, 0) * ns;
		}
	}
}

static void kind_cell(struct table *t, const struct kind *kind, double pages, const char *none)
{
	struct spread spread;

	if (!kind->n || median_spread(kind->ns, kind->n, &spread, NULL))
		table_missing(t, none);
	else
		table_figure(t, &(struct figure){ .known = true, .value = spread.median / pages });
}

static void time_row(struct table *t, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column, const struct record_series *series)
{
	struct kind kinds[2] = { { 0 } };
	double pages = (double)series->size / PAGE;

	gather(s->records, series->name, kinds);
	table_cell(t, "%s", row->name);
	table_cell(t, "%s", column->name);
	table_cell(t, "%s", size_name(series->size).text);
	kind_cell(t, &kinds[0], pages, "every sample was disturbed");
	table_cell(t, "%zu", kinds[0].n);
	kind_cell(t, &kinds[1], pages, "no sample was disturbed");
	table_cell(t, "%zu", kinds[1].n);
	free(kinds[0].ns);
	free(kinds[1].ns);
}

void tables_time(const struct summary *s, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "workload", false }, { "op", false },	    { "size", true },
		{ "ns a page", true }, { "samples", true }, { "disturbed\nns a page", true },
		{ "samples", true },
	};
	struct table *t;

	if (!ticks_are_time(s))
		return;
	t = table_new(columns, ARRAY_SIZE(columns));
	pen_heading(pen, "Time of a page: the median of all boots' samples, disturbed ones apart");
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (series && strcmp(s->columns[c].op, "empty") != 0)
				time_row(t, s, &s->rows[r], &s->columns[c], series);
		}
	table_write(t, pen->f, pen->colour);
	table_free(t);
}
