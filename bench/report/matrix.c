// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/report.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"

/* "walk/entry" as "walk", "entry"; "gup_fast" as "gup", "fast": columns stay narrow. */
static char *stacked_name(const struct summary_column *c)
{
	char *name = xstrdup(c->name);

	for (char *p = name; *p; p++)
		if (*p == '/' || *p == '_')
			*p = '\n';
	return name;
}

struct figure_text figure_compact(double value)
{
	struct figure_text out;
	double size = fabs(value);

	if (value > 0 && value < 0.005)
		snprintf(out.text, sizeof(out.text), "<0.01");
	else if (size < 9.995)
		snprintf(out.text, sizeof(out.text), "%.2f", value);
	else if (size < 99.95)
		snprintf(out.text, sizeof(out.text), "%.1f", value);
	else if (size < 9999.5)
		snprintf(out.text, sizeof(out.text), "%.0f", value);
	else if (size < 9999.5e3)
		snprintf(out.text, sizeof(out.text), "%.0fk", value / 1e3);
	else
		snprintf(out.text, sizeof(out.text), "%.3g", value);
	return out;
}

/* Over which the shades are spread: the least and the most of all costs a page, as logarithms. */
struct span {
	double least, most;
};

static struct span find_span(const struct summary *s)
{
	struct span span = { INFINITY, -INFINITY };

	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct figure *page = &s->rows[i].cells[c].page;

			if (!page->known || page->value < 0.01)
				continue;
			span.least = fmin(span.least, log(page->value));
			span.most = fmax(span.most, log(page->value));
		}
	}
	return span;
}

static unsigned int shade_of(const struct span *span, double value)
{
	double x = value < 0.01 ? 0 : (log(value) - span->least) / (span->most - span->least);

	return isfinite(x) && x > 0 ? (unsigned int)(x * (TABLE_SHADES - 0.001)) : 0;
}

static void put_row(struct table *t, const struct summary *s, const struct summary_row *row,
		    const struct span *span, size_t *measured)
{
	table_cell(t, "%s", row->name);
	table_cell(t, "%s", *row->level ? row->level : "-");
	for (size_t c = 0; c < s->nr_columns; c++) {
		const struct summary_cell *cell = &row->cells[c];
		bool empty = record_op_calibrates(s->columns[c].op);
		const struct figure *figure = empty ? &cell->ticks : &cell->page;

		if (!figure->known) {
			table_missing(t, figure->reason);
			continue;
		}
		++*measured;
		table_cell(t, "%s", figure_compact(figure->value).text);
		if (!empty)
			table_shade(t, shade_of(span, figure->value));
	}
}

void report_matrix(const struct summary *s, FILE *f, size_t columns, bool colour)
{
	const struct pen pen = { f, colour };
	struct table *t = tables_by_op(s, "level", stacked_name);
	struct span span = find_span(s);
	size_t measured = 0;
	char *title;

	for (size_t i = 0; i < s->nr_rows; i++)
		put_row(t, s, &s->rows[i], &span, &measured);
	report_header(s, f, colour);
	title = xasprintf("Workloads by ops: cost of a 4 KiB page at the largest size (empty: of a "
			  "call): %s",
			  report_unit(&s->records->run));
	pen_heading(&pen, title);
	table_fold(t, 2, columns);
	table_write(t, f, colour);
	fprintf(f, "%zu of %zu measured; a letter stands for the reason why one is not.\n",
		measured, s->nr_rows * s->nr_columns);
	table_free(t);
	free(title);
}
