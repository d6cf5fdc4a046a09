// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bench/report/format.h"
#include "bench/report/report.h"
#include "bench/report/table.h"

#define MAX_COLUMNS 64

static void write_differences(const struct compare *c, FILE *f)
{
	char *environment = format_environment(c);

	fprintf(f, "environment  %s\n", environment);
	for (size_t i = 0; i < c->nr_differences; i++)
		fprintf(f, "             %s: %s against %s\n", c->differences[i].field,
			c->differences[i].base, c->differences[i].new);
	free(environment);
}

static void write_heading(const struct compare_table *t, FILE *f)
{
	const struct compare *first = &t->columns[0];
	char *name = format_run_name(&first->base->run);

	fprintf(f, "base         %s (%s)\n", name, first->base->run.id);
	free(name);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		name = format_run_name(&c->new->run);
		if (t->n > 1)
			fprintf(f, "new %-8zu %s (%s)\n", i + 1, name, c->new->run.id);
		else
			fprintf(f, "new          %s (%s)\n", name, c->new->run.id);
		free(name);
		if (t->n > 1 && c->nr_differences)
			write_differences(c, f);
	}
	fprintf(f, "machine      %s: %s; less is better\n", first->base->run.machine,
		format_unit(first));
	if (t->n == 1)
		write_differences(first, f);
	fputc('\n', f);
}

/* A value a page. */
static void add_value(struct table *table, double value, const char *reason)
{
	if (isnan(value))
		table_missing(table, reason);
	else
		table_cell(table, "%.2f", value);
}

static void add_percent(struct table *table, const struct compare_row *row)
{
	if (isnan(compare_percent(row)))
		table_missing(table, row->base && row->new && !*row->reason ? "the base is 0"
									    : row->reason);
	else
		table_cell(table, "%s", format_percent(compare_percent(row)).text);
}

static void add_exact(struct table *table, const struct compare_row *row)
{
	if (!row->base || !row->new) {
		for (int i = 0; i < 3; i++)
			table_missing(table, row->reason);
		return;
	}
	table_cell(table, "%+.2f", compare_change(row));
	table_cell(table, "%+" PRId64, row->new_ticks - row->base_ticks);
	add_percent(table, row);
}

static void add_noisy(struct table *table, const struct compare *c, const struct compare_row *row)
{
	add_percent(table, row);
	if (!row->judged) {
		table_missing(table, row->reason);
		table_missing(table, row->reason);
		return;
	}
	table_cell(table, "%s", format_interval(row).text);
	table_cell(table, "%s", format_p(c, row).text);
}

static void add_row(struct table *table, const struct compare *c, const struct compare_row *row,
		    const char *label)
{
	table_cell(table, "%s", label);
	add_value(table, compare_base(row), row->reason);
	add_value(table, compare_new(row), row->reason);
	if (c->exact)
		add_exact(table, row);
	else
		add_noisy(table, c, row);
	if (c->with_floor && isnan(row->floor))
		table_missing(table, row->verdict == COMPARE_NO_VERDICT
					     ? "of ticks alone"
					     : "the base has fewer than two boots of it");
	else if (c->with_floor)
		table_cell(table, "%.2f%%", row->floor);
	table_cell(table, "%s", format_better(row));
	table_cell(table, "%s", compare_verdict_name(row->verdict));
}

static struct table *one_table(const struct compare *c)
{
	static const struct table_column exact[] = { { "change\na page", true },
						     { "change\na call", true },
						     { "change", true } };
	static const struct table_column noisy[] = { { "change", true },
						     { "interval", true },
						     { "p\nadjusted", true } };
	struct table_column columns[9] = { { "series", false },
					   { "base\na page", true },
					   { "new\na page", true } };
	size_t n = 3;
	struct table *table;

	for (size_t i = 0; i < 3; i++)
		columns[n++] = c->exact ? exact[i] : noisy[i];
	if (c->with_floor)
		columns[n++] = (struct table_column){ "A/A", true };
	columns[n++] = (struct table_column){ "better", false };
	columns[n++] = (struct table_column){ "verdict", false };
	table = table_new(columns, n);
	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = &c->rows[i];

		add_row(table, c, row, row->name);
		for (size_t k = 0; k < row->nr_events; k++)
			add_row(table, c, &row->events[k].row, row->events[k].label);
	}
	return table;
}

static void add_new(struct table *table, const struct compare *c, const char *name, bool event)
{
	const struct compare_row *row = compare_find(c, name);

	if (!row) {
		for (int i = 0; i < 3; i++)
			table_missing(table, event ? "this run did not count it"
						   : "this run has no such series at this size");
		return;
	}
	add_value(table, compare_new(row), row->reason);
	add_percent(table, row);
	table_cell(table, "%s", compare_verdict_name(row->verdict));
}

static struct table *many_table(const struct compare_table *t)
{
	struct table_column columns[MAX_COLUMNS] = { { "series", false },
						     { "base\na page", true } };
	const size_t shown = t->n < (MAX_COLUMNS - 3) / 3 ? t->n : (MAX_COLUMNS - 3) / 3;
	char titles[MAX_COLUMNS][24];
	struct table *table;
	size_t n = 2;

	for (size_t i = 0; i < shown; i++) {
		snprintf(titles[i], sizeof(titles[i]), "new %zu\na page", i + 1);
		columns[n++] = (struct table_column){ titles[i], true };
		columns[n++] = (struct table_column){ "change", true };
		columns[n++] = (struct table_column){ "verdict", false };
	}
	columns[n++] = (struct table_column){ "better", false };
	table = table_new(columns, n);
	for (size_t r = 0; r < t->nr_names; r++) {
		const bool event = compare_table_event(t, t->names[r]);

		table_cell(table, "%s", t->labels[r]);
		add_value(table, compare_table_base(t, t->names[r]),
			  event ? "the base did not count it" : "the base has no such series");
		for (size_t i = 0; i < shown; i++)
			add_new(table, &t->columns[i], t->names[r], event);
		table_cell(table, "%s", format_better_of(t, t->names[r]));
	}
	return table;
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
	fputc('\n', f);
	format_notes(c, "", f);
}

static void write_terminal(const struct compare_table *t, FILE *f, bool colour)
{
	struct table *table;

	write_heading(t, f);
	table = t->n > 1 ? many_table(t) : one_table(&t->columns[0]);
	table_write(table, f, colour);
	table_free(table);
	for (size_t i = 0; i < t->n; i++) {
		if (t->n > 1)
			fprintf(f, "\nnew %zu:", i + 1);
		write_counts(&t->columns[i], f);
	}
}

const struct format format_terminal = {
	.name = "terminal",
	.summary = "a table for people (default)",
	.write = write_terminal,
};
