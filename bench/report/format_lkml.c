// SPDX-License-Identifier: GPL-2.0-only
/* For a mail to the list: at most 72 columns, ASCII, nothing that a mailer would break. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"

#define NAME_WIDTH 26

/* Names that are too long have a line of their own. */
static void write_name(FILE *f, const char *name)
{
	if (strlen(name) > NAME_WIDTH)
		fprintf(f, "%s\n%*s", name, NAME_WIDTH, "");
	else
		fprintf(f, "%-*s", NAME_WIDTH, name);
}

static void write_row(const struct compare_row *row, FILE *f)
{
	double percent = compare_percent(row);

	write_name(f, row->name);
	if (row->base)
		fprintf(f, " %9.2f", (double)row->base_ticks / row->pages);
	else
		fprintf(f, " %9s", "missing");
	if (row->new)
		fprintf(f, " %9.2f", (double)row->new_ticks / row->pages);
	else
		fprintf(f, " %9s", "missing");
	if (row->base && row->new)
		fprintf(f, " %+9.2f", compare_change(row));
	else
		fprintf(f, " %9s", "-");
	if (row->base && row->new && !isnan(percent))
		fprintf(f, " %+8.2f%%", percent);
	else
		fprintf(f, " %9s", "-");
	fprintf(f, "  %c\n", format_mark(row->verdict));
}

static void write_lkml(const struct compare *c, FILE *f, bool colour)
{
	char *base = format_run_name(&c->base->run), *new = format_run_name(&c->new->run);
	char *environment = format_environment(c);

	(void)colour;
	fprintf(f, "# base %s\n# new  %s\n", base, new);
	fprintf(f, "# machine %s, QEMU %.*s\n", c->base->run.machine,
		(int)strcspn(c->base->run.qemu, " "), c->base->run.qemu);
	fprintf(f, "# mitigations %s, env %s\n", c->new->run.mitigations ? "on" : "off",
		environment);
	fprintf(f,
		"# exact: instructions a 4 KiB page, not time; less is better\n"
		"# %u and %u identical boots, no test\n",
		c->base->run.boots, c->new->run.boots);
	fprintf(f, "%-*s %9s %9s %9s %9s  v\n", NAME_WIDTH, "benchmark", "base", "new", "change",
		"");
	for (size_t i = 0; i < c->nr_rows; i++)
		write_row(&c->rows[i], f);
	fputs("# + better  ! worse  = same  x missing\n", f);
	free(environment);
	free(base);
	free(new);
}

const struct format format_lkml = {
	.name = "lkml",
	.summary = "for a mail to the list: 72 columns, ASCII",
	.write = write_lkml,
};
