// SPDX-License-Identifier: GPL-2.0-only
/* What the samples themselves say: time, perf events, stages, notes; and what is missing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/report/figure.h"
#include "bench/report/report.h"

#define FAR_PPM 500 /* a crystal is off by 100 at most: one that is farther off is another clock */

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

void report_clock(const struct summary *s, struct sheets *to)
{
	const struct record_boot *b = worst_clock(s->records);
	_cleanup_free_ char *cpu = NULL, *hypervisor = NULL;
	double ppm;

	if (s->records->run.exact || !b)
		return;
	cpu = said_by("CPUID", b->tsc_cpuid_khz);
	hypervisor = said_by("hypervisor", b->tsc_hypervisor_khz);
	ppm = deviation_ppm(b);
	sheets_line(to, "clock", "TSC %.3f MHz by the kernel, measured %.3f (%+.0f ppm); %s, %s%s",
		    (double)b->tsc_khz / 1e3, (double)b->tsc_measured_hz / 1e6, ppm, cpu,
		    hypervisor, fabs(ppm) > FAR_PPM ? ": TOO FAR OFF, times are wrong" : "");
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
	_cleanup_free_ double *ticks = xcalloc(s->nr_samples + 1, sizeof(*ticks));
	size_t n = 0;

	for (size_t i = 0; i < s->nr_samples; i++)
		if (s->samples[i].flags & PTWALK_SAMPLE_DISTURBED)
			ticks[n++] = fmax((double)s->samples[i].ticks - (double)s->overhead, 0);
	*value = series_value_of(false, ticks, n);
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

static void kind_cells(struct sheet *sheet, const struct kind *kind, double pages, const char *none)
{
	sheet_cost(sheet,
		   kind->n ? series_value_of(false, kind->boots, kind->n) / pages : (double)NAN,
		   none);
	sheet_count(sheet, kind->samples);
}

static void time_row(struct sheet *sheet, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column, const struct record_series *series)
{
	const size_t room = s->records->nr_series;
	struct kind kinds[2] = { { .boots = xcalloc(room, sizeof(double)) },
				 { .boots = xcalloc(room, sizeof(double)) } };
	const double pages = series_pages(series);

	gather(s->records, series, kinds);
	sheet_words(sheet, "%s", row->name);
	sheet_words(sheet, "%s", column->name);
	sheet_words(sheet, "%s", size_name(series->size).text);
	kind_cells(sheet, &kinds[0], pages, "every sample was disturbed");
	kind_cells(sheet, &kinds[1], pages, "no sample was disturbed");
	free(kinds[0].boots);
	free(kinds[1].boots);
}

void report_time(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"), SHEET_WORDS("op"),
		SHEET_FIGURE("size"),	 SHEET_FIGURE("ns a page"),
		SHEET_FIGURE("samples"), SHEET_FIGURE("disturbed\nns a page"),
		SHEET_FIGURE("samples"),
	};
	struct sheet *sheet;

	if (s->records->run.exact || s->records->run.functional)
		return;
	sheet = sheets_add(
		to, columns, ARRAY_SIZE(columns),
		"Time of a page: the median of the boots' values, disturbed samples apart");
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (series && !record_op_calibrates(s->columns[c].op))
				time_row(sheet, s, &s->rows[r], &s->columns[c], series);
		}
}

/* Of every cell of the sheet of costs, in order of appearance. */
typedef size_t (*names_of)(const struct record_series *, size_t i, const char **name);

static size_t event_name(const struct record_series *series, size_t i, const char **name)
{
	*name = i < series->nr_events ? series->events[i].name : NULL;
	return series->nr_events;
}

static size_t stage_name(const struct record_series *series, size_t i, const char **name)
{
	*name = i < series->nr_stages ? series->stages[i].name : NULL;
	return series->nr_stages;
}

static void shown_names(const struct summary *s, names_of of, struct strv *names)
{
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;
			const char *name;

			for (size_t i = 0; series && i < of(series, i, &name); i++)
				if (!strv_has(names, name))
					strv_add(names, name);
		}
}

/* A sheet with a column for each name after the first few. */
static struct sheet *with_names(struct sheets *to, const struct sheet_column *first, size_t n,
				const struct strv *names, const char *title)
{
	_cleanup_free_ struct sheet_column *columns = xcalloc(names->n + n, sizeof(*columns));
	struct sheet *sheet;

	memcpy(columns, first, n * sizeof(*columns));
	for (size_t i = 0; i < names->n; i++)
		columns[n + i] = (struct sheet_column)SHEET_FIGURE(names->v[i]);
	sheet = sheets_add(to, columns, names->n + n, "%s", title);
	sheet->keep = 3;
	return sheet;
}

/* A figure that was scaled has a mark: what it is worth is another thing. */
static void event_cell(struct sheet *sheet, const struct event_cost *cost, double *worst)
{
	if (!cost->page.known || cost->share >= 1) {
		report_figure(sheet, &cost->page);
		return;
	}
	sheet_number(sheet, cost->page.value, "%.2f~", cost->page.value);
	*worst = fmin(*worst, cost->share);
}

static void events_row(struct sheet *sheet, const struct summary *s, const struct summary_row *row,
		       size_t column, const struct strv *names, double *worst)
{
	const struct summary_cell *cell = &row->cells[column];
	const bool empty = record_op_calibrates(s->columns[column].op);

	sheet_words(sheet, "%s", row->name);
	sheet_words(sheet, "%s%s", s->columns[column].name, empty ? ", a call" : "");
	sheet_words(sheet, "%s", size_name(cell->series->size).text);
	report_figure(sheet, empty ? &cell->ticks : &cell->page);
	for (size_t i = 0; i < names->n; i++) {
		const size_t event = event_find(cell->series, names->v[i]);
		const struct event_cost cost =
			(empty ? event_cost_call : event_cost)(&s->index, cell->series, event);

		event_cell(sheet, &cost, worst);
	}
}

void report_events(const struct summary *s, struct sheets *to)
{
	const struct sheet_column first[] = {
		SHEET_WORDS("workload"),
		SHEET_WORDS("op"),
		SHEET_FIGURE("size"),
		SHEET_FIGURE(report_ticks(&s->records->run)),
	};
	_cleanup_(strv_release) struct strv names = { 0 };
	struct sheet *sheet;
	double worst = 1;

	shown_names(s, event_name, &names);
	if (!names.n)
		return;
	sheet = with_names(to, first, ARRAY_SIZE(first), &names,
			   "Perf events in a window, a page (an empty window's taken off)");
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (series && series->nr_events)
				events_row(sheet, s, &s->rows[r], c, &names, &worst);
		}
	if (worst < 1)
		sheet_note(sheet,
			   "~ multiplexed: on a counter for %.0f %% of the window in the worst "
			   "sample, and scaled",
			   worst * 100);
}

/* The names of the events that have @reason, in @series; "" where none has. */
static char *with_reason(const struct record_series *series, const char *reason)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	for (size_t i = 0; i < series->nr_events; i++)
		if (!strcmp(series->events[i].reason, reason))
			strv_add(&names, series->events[i].name);
	return strv_join(&names, ", ");
}

/* Each reason once, whichever series has it. */
void report_uncounted(const struct summary *s, struct sheets *to)
{
	_cleanup_(strv_release) struct strv said = { 0 };

	for (size_t i = 0; i < s->records->nr_series; i++) {
		const struct record_series *series = &s->records->series[i];

		for (size_t k = 0; k < series->nr_events; k++) {
			const char *reason = series->events[k].reason;
			_cleanup_free_ char *names = NULL;

			if (!*reason || strv_has(&said, reason))
				continue;
			strv_add(&said, reason);
			names = with_reason(series, reason);
			sheets_line(to, "events", "not counted: %s: %s", names, reason);
		}
	}
}

/* The sample whose ticks are the series' value. */
static size_t least_sample(const struct record_series *series)
{
	size_t least = 0;

	for (size_t i = 1; i < series->nr_samples; i++)
		if (series->samples[i].ticks < series->samples[least].ticks)
			least = i;
	return least;
}

static const struct record_stage *find_stage(const struct record_series *series, const char *name)
{
	for (size_t i = 0; i < series->nr_stages; i++)
		if (!strcmp(series->stages[i].name, name))
			return &series->stages[i];
	return NULL;
}

static struct figure stage_cost(const struct record_series *series, const char *name)
{
	const struct record_stage *stage = find_stage(series, name);
	uint64_t ticks =
		stage && series->nr_samples ? stage->ticks[least_sample(series)] : RECORD_NO_TICKS;

	if (ticks == RECORD_NO_TICKS)
		return (struct figure){ .reason = "not a stage of this op, or it did not happen" };
	return (struct figure){ .known = true,
				.value = (double)ticks / series_pages(series),
				.reason = "" };
}

void report_stages(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column first[] = {
		SHEET_WORDS("workload"),
		SHEET_WORDS("op"),
		SHEET_FIGURE("size"),
	};
	_cleanup_(strv_release) struct strv names = { 0 };
	struct sheet *sheet;

	shown_names(s, stage_name, &names);
	if (!names.n)
		return;
	sheet = with_names(
		to, first, ARRAY_SIZE(first), &names,
		"Stages of a window, a page (inject is the module's own, and in no sum)");
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (!series || !series->nr_stages)
				continue;
			sheet_words(sheet, "%s", series->workload);
			sheet_words(sheet, "%s", series->op);
			sheet_words(sheet, "%s", size_name(series->size).text);
			for (size_t i = 0; i < names.n; i++) {
				const struct figure figure = stage_cost(series, names.v[i]);

				report_figure(sheet, &figure);
			}
		}
}
