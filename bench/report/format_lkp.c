// SPDX-License-Identifier: GPL-2.0-only
/* 0-day's shape: what was the same on top, then a column a commit, the base first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/export.h"
#include "bench/report/format.h"
#include "bench/report/lkp.h"

static void write_titles(const struct compare_table *t, FILE *f)
{
	fprintf(f, "%16.16s ", export_kernel(&t->columns[0].base->run));
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, "%27.27s ", export_kernel(&t->columns[i].new->run));
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
static void write_value(const struct records *records, const char *series, const char *event,
			double pages, FILE *f)
{
	size_t n;
	double mean, *values = lkp_values(records, series, event, &n);
	const double spread = lkp_spread(values, n, &mean);

	free(values);
	if (n) {
		lkp_value(mean / pages, f);
		lkp_deviation(spread, f);
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

static void write_row(const struct compare_table *t, const char *name, FILE *f)
{
	const struct compare_event *e = compare_table_event(t, name);
	const char *series = e ? e->series : name, *event = e ? e->name : NULL;
	const double pages = pages_of(t, name);

	write_value(t->columns[0].base, series, event, pages, f);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *row = compare_find(&t->columns[i], name);
		const double percent = row ? compare_percent(row) : (double)NAN;

		if (isnan(percent))
			fprintf(f, " %11s ", "-");
		else
			fprintf(f, " %+10.1f%% ", percent);
		write_value(t->columns[i].new, series, event, pages, f);
		/* 0-day has no such column: what is not shown to be a change says so. */
		fputc(row ? format_mark(row->verdict) : 'x', f);
	}
	fprintf(f, "  %s.%s_per_page\n", series, e ? event : "ticks");
}

static void write_lkp(const struct compare_table *t, FILE *f, bool colour)
{
	(void)colour;
	lkp_parameters(&t->columns[0].base->run, f);
	fputs("commit:\n", f);
	lkp_commit(&t->columns[0].base->run, f);
	for (size_t i = 0; i < t->n; i++)
		lkp_commit(&t->columns[i].new->run, f);
	fputc('\n', f);
	write_titles(t, f);
	for (size_t r = 0; r < t->nr_names; r++)
		write_row(t, t->names[r], f);
	fprintf(f, "\n%s a 4 KiB page, less is better on every row\n", format_unit(&t->columns[0]));
	format_legend(t, "", f);
	format_footer(t, f);
}

const struct format format_lkp = {
	.name = "lkp",
	.summary = "the shape of 0-day's tables",
	.write = write_lkp,
};
