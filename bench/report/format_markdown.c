// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>

#include "bench/report/format.h"
#include "bench/report/report.h"

static void write_count(FILE *f, const struct record_series *series, int64_t ticks, double pages)
{
	if (series)
		fprintf(f, " %.2f |", (double)ticks / pages);
	else
		fputs(" missing |", f);
}

static void write_row(const struct compare_row *row, FILE *f)
{
	double percent = compare_percent(row);

	fprintf(f, "| %s |", row->name);
	write_count(f, row->base, row->base_ticks, row->pages);
	write_count(f, row->new, row->new_ticks, row->pages);
	if (row->base && row->new)
		fprintf(f, " %+.2f |", compare_change(row));
	else
		fputs(" - |", f);
	if (row->base && row->new && !isnan(percent))
		fprintf(f, " %+.2f %% |", percent);
	else
		fputs(" - |", f);
	fprintf(f, " %s |\n", compare_verdict_name(row->verdict));
}

static void write_markdown(const struct compare *c, FILE *f, bool colour)
{
	char *base = format_run_name(&c->base->run), *new = format_run_name(&c->new->run);
	char *environment = format_environment(c);

	(void)colour;
	fprintf(f, "Machine %s: %s a 4 KiB page; less is better; environment %s.\n\n",
		c->base->run.machine, REPORT_NOT_TIME, environment);
	fprintf(f, "| series | %s | %s | change | | verdict |\n|---|---:|---:|---:|---:|---|\n",
		base, new);
	for (size_t i = 0; i < c->nr_rows; i++)
		write_row(&c->rows[i], f);
	free(environment);
	free(base);
	free(new);
}

const struct format format_markdown = {
	.name = "markdown",
	.summary = "a table for pages and issues",
	.write = write_markdown,
};
