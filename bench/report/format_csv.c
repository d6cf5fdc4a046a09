// SPDX-License-Identifier: GPL-2.0-only
/* RFC 4180: a header, a row a series, empty fields where a figure is missing and `verdict` says so. */
#include <inttypes.h>

#include "bench/report/csv.h"
#include "bench/report/format.h"

static void write_row(const struct compare_row *row, FILE *f)
{
	csv_text(f, row->name);
	fprintf(f, ",%.0f,", row->pages);
	if (row->base)
		fprintf(f, "%" PRId64, row->base_ticks);
	fputc(',', f);
	if (row->new)
		fprintf(f, "%" PRId64, row->new_ticks);
	fputc(',', f);
	if (row->base && row->new)
		fprintf(f, "%" PRId64, row->new_ticks - row->base_ticks);
	fputc(',', f);
	csv_text(f, compare_verdict_name(row->verdict));
	fputc(',', f);
	csv_text(f, row->reason);
	fputs("\r\n", f);
}

static void write_csv(const struct compare *c, FILE *f, bool colour)
{
	(void)colour;
	fputs("series,pages,base_instructions,new_instructions,change_instructions,verdict,reason\r\n",
	      f);
	for (size_t i = 0; i < c->nr_rows; i++)
		write_row(&c->rows[i], f);
}

const struct format format_csv = {
	.name = "csv",
	.summary = "RFC 4180, counts a call",
	.write = write_csv,
};
