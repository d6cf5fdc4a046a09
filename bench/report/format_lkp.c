// SPDX-License-Identifier: GPL-2.0-only
/* What kernel testers read: the comparison of LKP and its stats.json, and that of mmtests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/record/series_index.h"
#include "bench/report/compare_parts.h"
#include "bench/report/figure.h"
#include "bench/report/format.h"

#define BAR	   89
#define SHOWN_FROM 2.0 /* per cent */

/* "gcc-12", "clang-16": a parameter is a word. */
static char *compiler_word(const char *compiler)
{
	static const char clang[] = "clang version ";
	const char *at = strstr(compiler, clang);
	size_t len = strcspn(compiler, " ");

	if (at)
		return xasprintf("clang-%d", atoi(at + strlen(clang)));
	while (len && memchr(compiler, '/', len)) {
		compiler++;
		len--;
	}
	return xstrndup(compiler, len);
}

/* The names of the parameters in a line, their values in the next. */
static void put_parameters(const struct record_run *run, FILE *f)
{
	const char *note = record_note(run->functional);
	_cleanup_free_ char *compiler = compiler_word(run->kernel.compiler);

	for (int i = 0; i < BAR; i++)
		fputc('=', f);
	fprintf(f,
		"\ncompiler/kconfig/machine/mitigations%s/testcase:\n  %s/%.12s/%s/%s%s%s/ptwalk\n\n",
		*note ? "/note" : "", compiler, run->kernel.config_sha256, run->machine,
		record_mitigations(run), *note ? "/" : "", note);
}

/* What a series counts, as a word: "instructions", "ticks", or an event. */
static void put_metric(const struct record_run *run, const char *series, const char *event,
		       const char *of, FILE *f)
{
	fprintf(f, "%s.", series);
	for (const char *at = event ? event : run->unit; *at; at++)
		fputc(*at == ' ' ? '_' : *at, f);
	fprintf(f, "_per_%s", of);
}

static void put_commit(const struct record_run *run, FILE *f)
{
	fprintf(f, "  %s (\"%s\")\n", record_kernel(run), run->kernel.spec);
}

static void put_value(double value, FILE *f)
{
	if (fabs(value) < 1000)
		fprintf(f, "%10.2f", value);
	else if (fabs(value) > 1e8)
		fprintf(f, "%10.4g", value);
	else
		fprintf(f, "%10.0f", value);
}

static void put_deviation(double percent, FILE *f)
{
	if (percent > SHOWN_FROM)
		fprintf(f, " \u00b1%3.0f%%", percent);
	else
		fprintf(f, "%6s", "");
}

static double spread_of(const double *values, size_t n, double *mean)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	*mean = n ? sum / (double)n : (double)NAN;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - *mean) * (values[i] - *mean);
	if (n < 2 || !(*mean > 0))
		return 0;
	return 100 * sqrt(squares / (double)(n - 1)) / *mean;
}

static bool value_of(const struct records *records, const struct record_series *s,
		     const char *event, double *value)
{
	struct event_cost cost;

	if (!event) {
		*value = series_value_boot(records->run.exact, s);
		return s->nr_samples;
	}
	cost = event_cost_boot(s, event_find(s, event));
	*value = cost.page.value;
	return cost.page.known;
}

static double *values_of(const struct series_index *index, const char *name, const char *event,
			 size_t *n)
{
	const struct series_range boots = series_named(&index->series, name);
	double *values = xcalloc(boots.n + 1, sizeof(*values));

	*n = 0;
	for (size_t i = 0; i < boots.n; i++)
		*n += value_of(index->records, boots.v[i]->series, event, &values[*n]);
	return values;
}

static void write_titles(const struct compare_table *t, FILE *f)
{
	fprintf(f, "%16.16s ", record_kernel(&t->columns[0].base->run));
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, "%27.27s ", record_kernel(&t->columns[i].new->run));
	fputs("\n---------------- ", f);
	for (size_t i = 0; i < t->n; i++)
		fputs("--------------------------- ", f);
	fputs("\n         %stddev ", f);
	for (size_t i = 0; i < t->n; i++)
		fputs("    %change         %stddev ", f);
	fputs("\n             \\   ", f);
	for (size_t i = 0; i < t->n; i++)
		fputs("       |                \\   ", f);
	fputc('\n', f);
}

/* Value and deviation: 16 columns. */
static void write_mean(const struct series_index *index, const char *series, const char *event,
		       double pages, FILE *f)
{
	size_t n;
	double mean, *values = values_of(index, series, event, &n);
	const double spread = spread_of(values, n, &mean);

	free(values);
	if (n) {
		put_value(mean / pages, f);
		put_deviation(spread, f);
	} else {
		fprintf(f, "%10s%6s", "missing", "");
	}
}

static double pages_of(const struct compare_table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *row = compare_find(&t->columns[i], name);

		if (row)
			return row->pages;
	}
	return 1;
}

/* @indices: of the base, and of each that is new. */
static void write_row(const struct compare_table *t, const struct series_index *indices,
		      const char *name, FILE *f)
{
	const struct compare_event *e = compare_table_event(t, name);
	const char *series = e ? e->series : name, *event = e ? e->name : NULL;
	const double pages = pages_of(t, name);

	write_mean(&indices[0], series, event, pages, f);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *row = compare_find(&t->columns[i], name);
		const double percent = row ? compare_percent(row) : (double)NAN;

		if (isnan(percent))
			fprintf(f, " %11s ", "-");
		else
			fprintf(f, " %+10.1f%% ", percent);
		write_mean(&indices[1 + i], series, event, pages, f);
		/* 0-day has no such column: what is not shown to be a change says so. */
		fputc(row ? compare_mark(row->verdict) : 'x', f);
	}
	fputs("  ", f);
	put_metric(&t->columns[0].base->run, series, event, "page", f);
	fputc('\n', f);
}

/* "noticed a 36.5% regression of hmm/devdax-pte/1G.instructions_per_page on:" */
static void put_finding(const struct compare *c, FILE *f)
{
	const size_t at = compare_gravest(c);
	const struct compare_row *row = at == SIZE_MAX ? NULL : compare_judged(c, at);
	const double percent = row ? fabs(compare_percent(row)) : 0;

	if (c->counts[COMPARE_WRONG] || !row) {
		_cleanup_free_ char *headline = compare_headline(c);

		fprintf(f, "ptwalk noticed %s (%s) on:\n\n",
			c->counts[COMPARE_WRONG] ? "what is wrong" : "no change", headline);
	} else {
		fprintf(f,
			percent < 0.05 ? "ptwalk noticed a %.2g%% %s of "
				       : "ptwalk noticed a %.1f%% %s of ",
			percent, row->verdict == COMPARE_WORSE ? "regression" : "improvement");
		put_metric(&c->base->run, c->rows[at].name, c->by, "page", f);
		fputs(" on:\n\n", f);
	}
	fprintf(f, "commit: %s (\"%s\")\n\n", record_kernel(&c->new->run), c->new->run.kernel.spec);
}

/* What was run, and on what. */
static void put_testcase(const struct records *r, FILE *f)
{
	const struct record_run *run = &r->run;

	fprintf(f, "testcase: ptwalk\ntest machine: %s", run->machine);
	if (r->nr_boots && *r->boots[0].cpu)
		fprintf(f, ", %s", r->boots[0].cpu);
	if (*run->qemu)
		fprintf(f, ", QEMU %.*s", (int)strcspn(run->qemu, " "), run->qemu);
	fprintf(f, "\nparameters:\n\n\tmitigations: %s\n\tboots: %u\n\n", record_mitigations(run),
		run->boots);
}

static void compare_lkp(const struct compare_table *t, FILE *f)
{
	_cleanup_free_ struct series_index *indices = xcalloc(1 + t->n, sizeof(*indices));

	for (size_t i = 0; i < t->n; i++)
		put_finding(&t->columns[i], f);
	put_testcase(t->columns[0].base, f);
	put_parameters(&t->columns[0].base->run, f);
	fputs("commit:\n", f);
	put_commit(&t->columns[0].base->run, f);
	for (size_t i = 0; i < t->n; i++)
		put_commit(&t->columns[i].new->run, f);
	fputc('\n', f);
	write_titles(t, f);
	series_index_init(&indices[0], t->columns[0].base);
	for (size_t i = 0; i < t->n; i++)
		series_index_init(&indices[1 + i], t->columns[i].new);
	for (size_t r = 0; r < t->nr_names; r++)
		write_row(t, indices, t->names[r], f);
	for (size_t i = 0; i < 1 + t->n; i++)
		series_index_release(&indices[i]);
	fprintf(f, "\n%s; a %s, less is better on every row\n", compare_unit(&t->columns[0]),
		record_page(&t->columns[0].base->run).text);
	compare_write_legend(t, "", f);
	compare_write_footer(t, f);
}

/* Its ticks, or what @event counted. False: there is nothing. */
static bool export_values(const struct series_index *index, const char *name, const char *event,
			  FILE *f)
{
	size_t n;
	double mean, *values = values_of(index, name, event, &n);
	const double spread = spread_of(values, n, &mean);

	free(values);
	if (!n)
		return false;
	put_value(mean, f);
	put_deviation(spread, f);
	fputs("  ", f);
	put_metric(&index->records->run, name, event, "call", f);
	fputc('\n', f);
	return true;
}

static void export_series(const struct series_index *index, const struct record_series *s, FILE *f)
{
	if (!export_values(index, s->name, NULL, f))
		fprintf(f, "%16s  %s\n", "missing", s->name);
	for (size_t i = 0; i < s->nr_events; i++) {
		const struct event_cost cost = event_cost(index, s, i);
		const char *event = s->events[i].name;

		if (!export_values(index, s->name, event, f))
			fprintf(f, "%16s  %s.%s_per_call: %s\n", "missing", s->name, event,
				cost.page.reason);
		else if (cost.share < 1)
			fprintf(f, "%16s  %s.%s_per_call: counted for %.0f %% at worst\n", "scaled",
				s->name, event, 100 * cost.share);
	}
}

static void export_lkp(const struct records *records, FILE *f)
{
	_cleanup_(series_index_release) struct series_index index;

	put_parameters(&records->run, f);
	fputs("commit:\n", f);
	put_commit(&records->run, f);
	fprintf(f, "\n%.16s\n----------------\n         %%stddev\n             \\\n",
		record_kernel(&records->run));
	series_index_init(&index, records);
	for (size_t i = 0; i < index.series.n; i++) {
		const struct series_entry *entry = &index.series.entries[i];

		if (series_named(&index.series, entry->name).v[0] == entry)
			export_series(&index, entry->series, f);
	}
	for (size_t i = 0; i < records->nr_missing; i++)
		fprintf(f, "%16s  %s: %s\n", "missing", records->missing[i].name,
			records->missing[i].reason);
}

const struct format format_lkp = {
	.name = "lkp",
	.summary = "the shape of 0-day's tables",
	.compare = compare_lkp,
	.export = export_lkp,
};

#define LEAST_NAME 12

static int name_width(const struct compare_table *t)
{
	size_t width = LEAST_NAME;

	for (size_t r = 0; r < t->nr_names; r++)
		if (strlen(t->labels[r]) > width)
			width = strlen(t->labels[r]);
	return (int)width;
}

/* What a figure is: of exact counts all are one, of noisy boots it is their median. */
#define OPERATION(exact) ((exact) ? "Amean    " : "2nd-qrtle")

static void put_titles(const struct compare_table *t, int width, FILE *f)
{
	const int before = width + (int)strlen(OPERATION(true)) + 1;

	fprintf(f, "%*s %24.24s", before, "", record_kernel(&t->columns[0].base->run));
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, " %24.24s", record_kernel(&t->columns[i].new->run));
	fprintf(f, "\n%*s %24.24s", before, "", t->columns[0].base->run.id);
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, " %24.24s", t->columns[i].new->run.id);
	fputc('\n', f);
}

/* Less is better: what is less is so many per cent to the good. */
static void write_cell(const struct compare_row *row, FILE *f)
{
	const double percent = row ? compare_percent(row) : (double)NAN;
	const bool star = row && compare_significant(row);

	if (!row || isnan(compare_new(row))) {
		fprintf(f, " %12s (%9s)", "missing", "-");
		return;
	}
	fprintf(f, " %12.2f ", compare_new(row));
	if (isnan(percent))
		fprintf(f, "(%9s)", "-");
	else
		fprintf(f, star ? "*%8.2f%%*" : "(%8.2f%%)",
			percent > 0 || percent < 0 ? -percent : 0);
}

static void put_row(const struct compare_table *t, const char *name, const char *label, int width,
		    FILE *f)
{
	const double base = compare_table_base(t, name);

	fprintf(f, "%s %-*s", OPERATION(t->columns[0].exact), width, label);
	if (isnan(base))
		fprintf(f, " %12s (%9s)", "missing", "-");
	else
		fprintf(f, " %12.2f (%8.2f%%)", base, 0.0);
	for (size_t i = 0; i < t->n; i++)
		write_cell(compare_find(&t->columns[i], name), f);
	fputc('\n', f);
}

static void write_mmtests(const struct compare_table *t, FILE *f)
{
	const int width = name_width(t);

	put_titles(t, width, f);
	for (size_t r = 0; r < t->nr_names; r++)
		put_row(t, t->names[r], t->labels[r], width, f);
	fprintf(f, "\n%s; a %s; less is better, a positive change is better; * significant\n",
		compare_unit(&t->columns[0]), record_page(&t->columns[0].base->run).text);
	compare_write_footer(t, f);
}

const struct format format_mmtests = {
	.name = "mmtests",
	.summary = "the shape of mmtests' tables: positive is better",
	.compare = write_mmtests,
};
