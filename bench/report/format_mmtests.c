// SPDX-License-Identifier: GPL-2.0-only
/* The shape of mmtests' compare-kernels: positive is better, stars around what is significant. */
#include <math.h>
#include <string.h>

#include "bench/report/compare_words.h"
#include "bench/report/format.h"

#define LEAST_NAME 12

static int name_width(const struct compare_table *t)
{
	size_t width = LEAST_NAME;

	for (size_t r = 0; r < t->nr_names; r++)
		if (strlen(t->labels[r]) > width)
			width = strlen(t->labels[r]);
	return (int)width;
}

static void write_titles(const struct compare_table *t, int width, FILE *f)
{
	fprintf(f, "%-*s %24.24s", width, "", t->columns[0].base->run.id);
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, " %24.24s", t->columns[i].new->run.id);
	fprintf(f, "\n%-*s %24.24s", width, "", t->columns[0].base->run.kernel.spec);
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, " %24.24s", t->columns[i].new->run.kernel.spec);
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

static void write_row(const struct compare_table *t, const char *name, const char *label, int width,
		      FILE *f)
{
	const double base = compare_table_base(t, name);

	fprintf(f, "%-*s", width, label);
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

	write_titles(t, width, f);
	for (size_t r = 0; r < t->nr_names; r++)
		write_row(t, t->names[r], t->labels[r], width, f);
	fprintf(f,
		"\n%s a 4 KiB page; less is better, positive changes are better; * significant\n",
		compare_unit(&t->columns[0]));
	compare_write_footer(t, f);
}

const struct format format_mmtests = {
	.name = "mmtests",
	.summary = "the shape of mmtests' tables: positive is better",
	.compare = write_mmtests,
};
