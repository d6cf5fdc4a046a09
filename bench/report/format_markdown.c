// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"

/* A bar would be a column, and a tag markup. */
static void write_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\<`*[~", *text))
			fputc('\\', f);
		fputc(*text, f);
	}
}

static void write_value(FILE *f, double value)
{
	if (isnan(value))
		fputs(" missing |", f);
	else
		fprintf(f, " %.2f |", value);
}

static void write_cells(const struct compare *c, const char *name, FILE *f)
{
	const struct compare_row *row = compare_find(c, name);

	if (!row) {
		fputs(" missing | - | - | - | missing in new |", f);
		return;
	}
	write_value(f, compare_new(row));
	fprintf(f, " %s | %s | %s | %s |", format_percent(compare_percent(row)).text,
		format_interval(row).text, format_p(c, row).text,
		compare_verdict_name(row->verdict));
}

static void write_runs(const struct compare_table *t, FILE *f)
{
	fputs("| series | better |", f);
	for (size_t i = 0; i <= t->n; i++) {
		const struct compare *c = &t->columns[i ? i - 1 : 0];
		char *name = format_run_name(i ? &c->new->run : &c->base->run);

		fputc(' ', f);
		write_text(f, name);
		fputs(i ? " | change | interval | p adjusted | verdict |" : " |", f);
		free(name);
	}
	fputs("\n|---|---|---:|", f);
	for (size_t i = 0; i < t->n; i++)
		fputs("---:|---:|---:|---:|---|", f);
	fputc('\n', f);
}

/* They may name series, and say reasons. */
static void write_notes(const struct compare *c, FILE *f)
{
	char *text = NULL;
	size_t len;
	FILE *notes = open_memstream(&text, &len);

	format_notes(c, "- ", notes);
	fclose(notes);
	write_text(f, text);
	free(text);
}

static void write_markdown(const struct compare_table *t, FILE *f, bool colour)
{
	const struct compare *first = &t->columns[0];

	(void)colour;
	fputs("Machine ", f);
	write_text(f, first->base->run.machine);
	fputs(": ", f);
	write_text(f, format_unit(first));
	fputs(" a 4 KiB page; less is better.\n", f);
	for (size_t i = 0; i < t->n; i++) {
		char *environment = format_environment(&t->columns[i]);

		fprintf(f, "Environment %s.\n", environment);
		free(environment);
	}
	fputc('\n', f);
	write_runs(t, f);
	for (size_t r = 0; r < t->nr_names; r++) {
		fputs("| ", f);
		write_text(f, t->labels[r]);
		fprintf(f, " | %s |", format_better_of(t, t->names[r]));
		write_value(f, compare_table_base(t, t->names[r]));
		for (size_t i = 0; i < t->n; i++)
			write_cells(&t->columns[i], t->names[r], f);
		fputc('\n', f);
	}
	fputc('\n', f);
	for (size_t i = 0; i < t->n; i++)
		write_notes(&t->columns[i], f);
}

const struct format format_markdown = {
	.name = "markdown",
	.summary = "a table for pages and issues",
	.write = write_markdown,
};
