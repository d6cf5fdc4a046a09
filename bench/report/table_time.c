// SPDX-License-Identifier: GPL-2.0-only
/* Ticks as time, and the clock by which they are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"

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

/* The boots' values in nanoseconds, and how many samples there are of the kind. */
struct kind {
	double *boots;
	size_t n, samples;
};

/* Of the disturbed samples alone, in ticks; how many there are. */
static size_t disturbed(const struct record_series *s, double *value)
{
	double *ticks = xcalloc(s->nr_samples + 1, sizeof(*ticks));
	size_t n = 0;

	for (size_t i = 0; i < s->nr_samples; i++)
		if (s->samples[i].flags & PTWALK_SAMPLE_DISTURBED)
			ticks[n++] = fmax((double)s->samples[i].ticks - (double)s->overhead, 0);
	*value = series_value_of(false, ticks, n);
	free(ticks);
	return n;
}

static void add_boot(struct kind *kind, size_t samples, double ns)
{
	kind->samples += samples;
	if (samples)
		kind->boots[kind->n++] = ns;
}

static void gather(const struct records *r, const struct record_series *like, struct kind kinds[2])
{
	const struct series_key key = series_key_of(like);

	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		const struct series_key its = series_key_of(s);
		const double ns = ns_per_tick(r, s->boot);
		double value;
		size_t n;

		if (!(ns > 0) || !series_key_same(&its, &key))
			continue;
		n = disturbed(s, &value);
		add_boot(&kinds[1], n, value * ns);
		add_boot(&kinds[0], s->nr_samples - n, series_value_boot(false, s) * ns);
	}
}

static void kind_cell(struct table *t, const struct kind *kind, double pages, const char *none)
{
	const double value = series_value_of(false, kind->boots, kind->n) / pages;

	if (kind->n)
		table_figure(t, &(struct figure){ .known = true, .value = value });
	else
		table_missing(t, none);
	table_cell(t, "%zu", kind->samples);
}

static void time_row(struct table *t, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column, const struct record_series *series)
{
	const size_t room = s->records->nr_series;
	struct kind kinds[2] = { { .boots = xcalloc(room, sizeof(double)) },
				 { .boots = xcalloc(room, sizeof(double)) } };
	const double pages = (double)series->size / PAGE;

	gather(s->records, series, kinds);
	table_cell(t, "%s", row->name);
	table_cell(t, "%s", column->name);
	table_cell(t, "%s", size_name(series->size).text);
	kind_cell(t, &kinds[0], pages, "every sample was disturbed");
	kind_cell(t, &kinds[1], pages, "no sample was disturbed");
	free(kinds[0].boots);
	free(kinds[1].boots);
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
	pen_heading(pen,
		    "Time of a page: the median of the boots' values, disturbed samples apart");
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (series && !record_op_calibrates(s->columns[c].op))
				time_row(t, s, &s->rows[r], &s->columns[c], series);
		}
	table_write(t, pen->f, pen->colour);
	table_free(t);
}
