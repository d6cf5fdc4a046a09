// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bench/report/format.h"
#include "bench/report/report.h"
#include "bench/report/table.h"

static void write_heading(const struct compare *c, FILE *f)
{
	char *base = format_run_name(&c->base->run), *new = format_run_name(&c->new->run);
	char *environment = format_environment(c);

	fprintf(f, "base         %s (%s)\nnew          %s (%s)\n", base, c->base->run.id, new,
		c->new->run.id);
	fprintf(f, "machine      %s: %s; less is better\n", c->base->run.machine, REPORT_NOT_TIME);
	fprintf(f, "environment  %s\n", environment);
	for (size_t i = 0; i < c->nr_differences; i++)
		fprintf(f, "             %s: %s against %s\n", c->differences[i].field,
			c->differences[i].base, c->differences[i].new);
	fputc('\n', f);
	free(environment);
	free(base);
	free(new);
}

static void add_counts(struct table *table, const struct compare_row *row)
{
	if (row->base)
		table_cell(table, "%.2f", (double)row->base_ticks / row->pages);
	else
		table_missing(table, row->reason);
	if (row->new)
		table_cell(table, "%.2f", (double)row->new_ticks / row->pages);
	else
		table_missing(table, row->reason);
}

static void add_row(struct table *table, const struct compare_row *row)
{
	double percent = compare_percent(row);

	table_cell(table, "%s", row->name);
	add_counts(table, row);
	if (row->base && row->new) {
		table_cell(table, "%+.2f", compare_change(row));
		table_cell(table, "%+" PRId64, row->new_ticks - row->base_ticks);
		if (isnan(percent))
			table_missing(table, "the base is 0");
		else
			table_cell(table, "%+.2f%%", percent);
	} else {
		for (int i = 0; i < 3; i++)
			table_missing(table, row->reason);
	}
	table_cell(table, "%s", compare_verdict_name(row->verdict));
}

static void write_counts(const struct compare *c, FILE *f)
{
	const char *between = "\n";

	for (int v = 0; v < COMPARE_NR_VERDICTS; v++) {
		if (!c->counts[v])
			continue;
		fprintf(f, "%s%zu %s", between, c->counts[v], compare_verdict_name(v));
		between = ", ";
	}
	fprintf(f, "; exact counts: no test, no interval\n");
}

static void write_terminal(const struct compare *c, FILE *f, bool colour)
{
	static const struct table_column columns[] = {
		{ "series", false },	    { "base\na page", true },	{ "new\na page", true },
		{ "change\na page", true }, { "change\na call", true }, { "change", true },
		{ "verdict", false },
	};
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	write_heading(c, f);
	for (size_t i = 0; i < c->nr_rows; i++)
		add_row(table, &c->rows[i]);
	table_write(table, f, colour);
	table_free(table);
	write_counts(c, f);
}

const struct format format_terminal = {
	.name = "terminal",
	.summary = "a table for people (default)",
	.write = write_terminal,
};
