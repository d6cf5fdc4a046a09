// SPDX-License-Identifier: GPL-2.0-only
#include "plot/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void plot_quote(FILE *f, const char *s)
{
	fputc('\'', f);
	for (; *s; s++) {
		if (*s == '\'')
			fputc('\'', f);
		fputc((unsigned char)*s < 0x20 ? ' ' : *s, f);
	}
	fputc('\'', f);
}

/* `empty` walks no page: it has no place among costs a page. */
static bool is_drawn(const struct summary_column *c)
{
	return !record_op_calibrates(c->op);
}

/* "walk/entry" as "walk", "entry", one below the other. */
static void put_name(FILE *f, size_t n, const char *name)
{
	char *stacked = xstrdup(name);

	fprintf(f, "matrix_name[%zu] = ''", n);
	for (char *save, *part = strtok_r(stacked, "/_", &save); part;
	     part = strtok_r(NULL, "/_", &save)) {
		fputs(part == stacked ? "." : ".\"\\n\".", f);
		plot_quote(f, part);
	}
	fputc('\n', f);
	free(stacked);
}

static void put_cell(FILE *f, size_t row, size_t column, const struct figure *page, double *most)
{
	fprintf(f, "%zu %zu ", row, column);
	if (page->known && page->value >= 0) {
		*most = page->value > *most ? page->value : *most;
		fprintf(f, "%.17g %s\n", page->value, figure_compact(page->value).text);
	} else {
		fputs("-1 -\n", f);
	}
}

void plot_put_matrix(FILE *f, const struct summary *s)
{
	double most = 0;
	size_t columns = 0;

	for (size_t c = 0; c < s->nr_columns; c++)
		columns += is_drawn(&s->columns[c]);
	fprintf(f, "matrix_columns = %zu\narray matrix_name[%zu]\n", columns, columns);
	columns = 0;
	for (size_t c = 0; c < s->nr_columns; c++)
		if (is_drawn(&s->columns[c]))
			put_name(f, ++columns, s->columns[c].name);
	fputs("$matrix << EOD\n", f);
	for (size_t row = 0; row < s->nr_rows; row++) {
		columns = 0;
		for (size_t c = 0; c < s->nr_columns; c++)
			if (is_drawn(&s->columns[c]))
				put_cell(f, row + 1, ++columns, &s->rows[row].cells[c].page, &most);
	}
	fprintf(f, "EOD\nmatrix_most = %.17g\n", most);
}
