// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/report.h"
#include "bench/report/flat.h"
#include "bench/report/table.h"

#define TABLE_WIDTH 110 /* characters; a wider one is folded */

void pen_heading(const struct pen *pen, const char *text)
{
	fprintf(pen->f, "\n%s%s%s\n", pen->colour ? "\033[1;4m" : "", text,
		pen->colour ? "\033[0m" : "");
}

const char *pen_unit(const struct summary *s)
{
	return *s->records->run.unit ? s->records->run.unit : "ticks";
}

void table_figure(struct table *t, const struct figure *figure)
{
	if (!figure->known)
		table_missing(t, figure->reason);
	else if (figure->value > 0 && figure->value < 0.005)
		table_cell(t, "<0.01");
	else if (figure->value < 0 && figure->value > -0.005)
		table_cell(t, ">-0.01");
	else
		table_cell(t, "%.2f", figure->value);
}

static bool is_empty(const struct summary_column *column)
{
	return record_op_calibrates(column->op);
}

struct table *tables_by_op(const struct summary *s, const char *second,
			   char *(*title)(const struct summary_column *))
{
	struct table_column *columns = xcalloc(s->nr_columns + 2, sizeof(*columns));
	char **titles = xcalloc(s->nr_columns, sizeof(*titles));
	struct table *t;

	columns[0] = (struct table_column){ "workload", false };
	columns[1] = (struct table_column){ second, !strcmp(second, "size") };
	for (size_t i = 0; i < s->nr_columns; i++) {
		titles[i] = title(&s->columns[i]);
		columns[2 + i] = (struct table_column){ titles[i], true };
	}
	t = table_new(columns, s->nr_columns + 2);
	for (size_t i = 0; i < s->nr_columns; i++)
		free(titles[i]);
	free(titles);
	free(columns);
	return t;
}

static char *cost_title(const struct summary_column *c)
{
	return is_empty(c)  ? xasprintf("empty\na call")
	       : *c->policy ? xasprintf("%s/\n%s", c->op, c->policy)
			    : xstrdup(c->op);
}

void tables_costs(const struct summary *s, const struct pen *pen)
{
	struct table *t = tables_by_op(s, "size", cost_title);
	char *title = xasprintf("Cost of a 4 KiB page at the largest size: %s",
				report_unit(&s->records->run));

	pen_heading(pen, title);
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];

		table_cell(t, "%s", row->name);
		table_cell(t, "%s", size_name(row->size).text);
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_cell *cell = &row->cells[c];

			if (is_empty(&s->columns[c]) && cell->ticks.known)
				table_cell(t, "%.0f", cell->ticks.value);
			else
				table_figure(t, &cell->page);
		}
	}
	table_fold(t, 2, TABLE_WIDTH);
	table_write(t, pen->f, pen->colour);
	table_free(t);
	free(title);
}

static const char *const lookups[] = { "range", "batch", "entry" };

/* "32.01 to 37.00", over the workloads of zone-device pages; NULL where there is none. */
static char *lookup_span(const struct summary *s, const char *policy)
{
	double least = INFINITY, most = -INFINITY;

	for (size_t i = 0; i < s->nr_rows; i++) {
		struct figure f = summary_pgmap(s, &s->rows[i], policy);

		if (!s->rows[i].zone_device || !f.known)
			continue;
		least = fmin(least, f.value);
		most = fmax(most, f.value);
	}
	if (least > most)
		return NULL;
	return most - least < 0.005 ? xasprintf("%.2f", most)
				    : xasprintf("%.2f to %.2f", least, most);
}

static void reading(const struct summary *s, const struct pen *pen)
{
	char *span[ARRAY_SIZE(lookups)];
	bool all = true;

	for (size_t i = 0; i < ARRAY_SIZE(lookups); i++) {
		span[i] = lookup_span(s, lookups[i]);
		all &= span[i] != NULL;
	}
	if (all)
		fprintf(pen->f,
			"A reference got and put for every entry costs %s %s a page;\n"
			"cached within a callback %s; cached over the whole call %s.\n",
			span[2], pen_unit(s), span[1], span[0]);
	for (size_t i = 0; i < ARRAY_SIZE(lookups); i++)
		free(span[i]);
}

void tables_pgmap(const struct summary *s, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "workload", false },	   { "level", false },	      { "zone device", false },
		{ "range\n- none", true }, { "batch\n- none", true }, { "entry\n- none", true },
	};
	struct table *t;
	bool any = false;

	for (size_t i = 0; s->nr_rows && i < ARRAY_SIZE(lookups); i++)
		any |= summary_cell(s, s->rows, "walk", lookups[i]) != NULL;
	if (!any || !summary_cell(s, s->rows, "walk", "none"))
		return;
	t = table_new(columns, ARRAY_SIZE(columns));
	pen_heading(
		pen,
		"What the dev_pagemap lookup costs a page (walk under a policy, less walk/none)");
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];

		table_cell(t, "%s", row->name);
		table_cell(t, "%s", *row->level ? row->level : "-");
		table_cell(t, "%s", row->zone_device ? "yes" : "no");
		for (size_t p = 0; p < ARRAY_SIZE(lookups); p++) {
			struct figure f = summary_pgmap(s, row, lookups[p]);

			table_figure(t, &f);
		}
	}
	table_write(t, pen->f, pen->colour);
	table_free(t);
	reading(s, pen);
}

static void model_row(struct table *t, const struct summary_model *model)
{
	if (!model->known) {
		for (int i = 0; i < 3; i++)
			table_missing(t, model->reason);
	} else {
		table_cell(t, "%.0f", model->fit.call);
		table_figure(t, &(struct figure){ .known = true, .value = model->fit.page });
		table_cell(t, model->fit.residual < 0.00005 ? "<0.01%%" : "%.2f%%",
			   model->fit.residual * 100);
	}
	table_cell(t, "%zu", model->sizes);
}

void tables_models(const struct summary *s, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "workload", false },	      { "op", false },	 { "call", true }, { "page", true },
		{ "largest residual", true }, { "sizes", true },
	};
	struct table *t = table_new(columns, ARRAY_SIZE(columns));

	pen_heading(pen, "Cost model: cost = call + page x pages, fitted over all sizes");
	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			if (is_empty(&s->columns[c]))
				continue;
			table_cell(t, "%s", s->rows[i].name);
			table_cell(t, "%s", s->columns[c].name);
			model_row(t, &s->rows[i].models[c]);
		}
	}
	table_write(t, pen->f, pen->colour);
	table_free(t);
}

static bool flat_row(struct table *t, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column)
{
	struct flat flat;

	flat_of(s->records, column, &row->scene, &flat);
	if (is_empty(column) || flat.sizes < 2)
		return false;
	table_cell(t, "%s", row->name);
	table_cell(t, "%s", column->name);
	table_cell(t, "%s to %s", size_name(flat.smallest).text, size_name(flat.largest).text);
	table_cell(t, "%.4f", flat.least);
	table_cell(t, "%.4f", flat.most);
	table_cell(t, "%.2f%%", flat_spread(&flat) * 100);
	return true;
}

void tables_flat(const struct summary *s, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "workload", false }, { "op", false },	 { "sizes", false },
		{ "least", true },     { "most", true }, { "spread", true },
	};
	struct table *t = table_new(columns, ARRAY_SIZE(columns));
	bool any = false;

	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++)
			any |= flat_row(t, s, &s->rows[i], &s->columns[c]);
	if (any) {
		pen_heading(pen, "Cost of a page at large sizes: is it flat?");
		table_write(t, pen->f, pen->colour);
	}
	table_free(t);
}

static void pfns_cell(struct table *t, const struct summary_row *row)
{
	if (row->pfns == SUMMARY_PFNS_UNKNOWN)
		table_missing(t, "no op that fills a PFN array was measured");
	else if (row->pfns == SUMMARY_PFNS_DIFFER)
		table_cell(t, "DIFFER: %s", row->pfns_differ);
	else
		table_cell(t, "equal");
}

void tables_fidelity(const struct summary *s, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "workload", false },	{ "hmm", true },    { "walk/none", true },
		{ "difference", true }, { "of hmm", true }, { "PFN arrays", false },
	};
	struct table *t;

	if (!s->nr_rows || !summary_cell(s, s->rows, "hmm", "") ||
	    !summary_cell(s, s->rows, "walk", "none"))
		return;
	t = table_new(columns, ARRAY_SIZE(columns));
	pen_heading(pen, "Fidelity of the replica: walk/none against the kernel's own hmm, a page");
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];
		const struct summary_cell *hmm = summary_cell(s, row, "hmm", "");
		struct figure d = summary_fidelity(s, row);

		table_cell(t, "%s", row->name);
		table_figure(t, &hmm->page);
		table_figure(t, &summary_cell(s, row, "walk", "none")->page);
		table_figure(t, &d);
		if (d.known && hmm->page.value > 0)
			table_cell(t, "%+.1f%%", d.value / hmm->page.value * 100);
		else
			table_missing(t, d.known ? "hmm costs nothing" : d.reason);
		pfns_cell(t, row);
	}
	table_write(t, pen->f, pen->colour);
	table_free(t);
}
