// SPDX-License-Identifier: GPL-2.0-only
/* RFC 4180: a header, a row a series and NEW and one for each of its events, empty fields where a figure is missing and `verdict` says so. */
#include <inttypes.h>
#include <math.h>

#include "bench/report/csv.h"
#include "bench/report/format.h"

static void write_number(FILE *f, double value)
{
	fputc(',', f);
	if (isfinite(value))
		fprintf(f, "%.12g", value);
}

/* Counts are whole; medians need not be. */
static void write_values(const struct compare *c, const struct compare_row *row, FILE *f)
{
	write_number(f, row->base_value);
	write_number(f, row->new_value);
	if (c->exact && row->base && row->new)
		fprintf(f, ",%" PRId64, row->new_ticks - row->base_ticks);
	else
		write_number(f, row->new_value - row->base_value);
	fputc(',', f);
}

static void write_judgement(const struct compare_row *row, FILE *f)
{
	const struct judgement *j = &row->judgement;
	const bool bounded = row->judged && j->change.bounded;

	write_number(f, row->judged ? j->change.ratio : (double)NAN);
	write_number(f, bounded ? j->change.low : (double)NAN);
	write_number(f, bounded ? j->change.high : (double)NAN);
	write_number(f, row->judged ? j->test.p : (double)NAN);
	write_number(f, row->judged ? j->p_adjusted : (double)NAN);
	write_number(f, row->floor);
}

/* Of @event, or where that is "" of the ticks. */
static void write_row(const struct compare *c, const struct compare_row *row, const char *series,
		      const char *event, FILE *f)
{
	csv_text(f, series);
	fprintf(f, ",%.0f", row->pages);
	write_values(c, row, f);
	csv_text(f, compare_verdict_name(row->verdict));
	fputc(',', f);
	csv_text(f, row->reason);
	fprintf(f, ",%s,", format_better(row));
	csv_text(f, c->new->run.id);
	fprintf(f, ",%s", c->nr_differences ? "differs" : "same");
	write_judgement(row, f);
	fputc(',', f);
	csv_text(f, event);
	fputs("\r\n", f);
}

static void write_rows(const struct compare *c, const struct compare_row *row, FILE *f)
{
	write_row(c, row, row->name, "", f);
	for (size_t i = 0; i < row->nr_events; i++)
		write_row(c, &row->events[i].row, row->name, row->events[i].name, f);
}

static void write_csv(const struct compare_table *t, FILE *f, bool colour)
{
	const char *unit = t->columns[0].exact ? "instructions" : "ticks";

	(void)colour;
	fprintf(f,
		"series,pages,base_%s,new_%s,change_%s,verdict,reason,better,new,environment,ratio,"
		"low,high,p,p_adjusted,aa_percent,event\r\n",
		unit, unit, unit);
	for (size_t i = 0; i < t->n; i++)
		for (size_t r = 0; r < t->columns[i].nr_rows; r++)
			write_rows(&t->columns[i], &t->columns[i].rows[r], f);
}

const struct format format_csv = {
	.name = "csv",
	.summary = "RFC 4180, ticks a call",
	.write = write_csv,
};
