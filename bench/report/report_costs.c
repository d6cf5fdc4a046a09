// SPDX-License-Identifier: GPL-2.0-only
/* What walking costs: the sheets that are made of the summary alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/report/report.h"

static bool is_empty(const struct summary_column *column)
{
	return record_op_calibrates(column->op);
}

/* Is column @c shown? @only NULL: all are. */
static bool is_shown(const bool *only, size_t c)
{
	return !only || only[c];
}

/* An empty sheet: "workload", @second, then a column for each op, with its name in lines. */
static struct sheet *by_op(const struct summary *s, const bool *only, struct sheets *to,
			   struct sheet_column second,
			   char *(*title)(const struct summary_column *), const char *heading)
{
	_cleanup_free_ struct sheet_column *columns = xcalloc(s->nr_columns + 2, sizeof(*columns));
	struct sheet *sheet;
	size_t n = 0;

	columns[n++] = (struct sheet_column)SHEET_WORDS("workload");
	columns[n++] = second;
	for (size_t i = 0; i < s->nr_columns; i++)
		if (is_shown(only, i))
			columns[n++] = (struct sheet_column)SHEET_FIGURE(title(&s->columns[i]));
	sheet = sheets_add(to, columns, n, "%s: %s", heading, report_unit(&s->records->run));
	sheet->keep = 2;
	for (size_t i = 2; i < n; i++)
		free((char *)columns[i].title);
	return sheet;
}

static char *cost_title(const struct summary_column *c)
{
	return is_empty(c)  ? xstrdup("empty\na call")
	       : *c->policy ? xasprintf("%s/\n%s", c->op, c->policy)
			    : xstrdup(c->op);
}

void report_costs(const struct summary *s, struct sheets *to)
{
	_cleanup_free_ char *heading =
		xasprintf("Cost of a %s at the largest size", record_page(&s->records->run).text);
	struct sheet *sheet =
		by_op(s, NULL, to, (struct sheet_column)SHEET_FIGURE("size"), cost_title, heading);

	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];

		sheet_words(sheet, "%s", row->name);
		sheet_words(sheet, "%s", size_name(row->size).text);
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_cell *cell = &row->cells[c];

			if (is_empty(&s->columns[c]) && cell->ticks.known)
				sheet_number(sheet, cell->ticks.value, "%.0f", cell->ticks.value);
			else
				report_figure(sheet, &cell->page);
		}
	}
}

/* "hmm/entry" as "hmm", "entry"; "gup_fast" as "gup", "fast": columns stay narrow. */
static char *stacked_name(const struct summary_column *c)
{
	char *name = xstrdup(c->name);

	for (char *p = name; *p; p++)
		if (*p == '/' || *p == '_')
			*p = '\n';
	return name;
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

	return isfinite(x) && x > 0 ? (unsigned int)(x * (SHEET_SHADES - 0.001)) : 0;
}

static size_t matrix_row(struct sheet *sheet, const struct summary *s,
			 const struct summary_row *row, const bool *only, const struct span *span)
{
	size_t measured = 0;

	sheet_words(sheet, "%s", row->name);
	sheet_words(sheet, "%s", *row->level ? row->level : "-");
	for (size_t c = 0; c < s->nr_columns; c++) {
		const bool empty = is_empty(&s->columns[c]);
		const struct summary_cell *cell = &row->cells[c];
		const struct figure *figure = empty ? &cell->ticks : &cell->page;

		if (!is_shown(only, c))
			continue;
		if (!figure->known) {
			sheet_missing(sheet, figure->reason);
			continue;
		}
		measured++;
		sheet_number(sheet, figure->value, "%s", figure_compact(figure->value).text);
		if (!empty)
			sheet_shade(sheet, shade_of(span, figure->value));
	}
	return measured;
}

void report_cells(const struct summary *s, const bool *only, struct sheets *to)
{
	const struct span span = find_span(s);
	_cleanup_free_ char *heading = xasprintf(
		"%s: cost of a %s at the largest size%s", only ? "Other ops" : "Workloads by ops",
		record_page(&s->records->run).text, only ? "" : " (empty: of a call)");
	struct sheet *sheet;
	size_t measured = 0;

	sheet = by_op(s, only, to, (struct sheet_column)SHEET_WORDS("level"), stacked_name,
		      heading);
	for (size_t i = 0; i < s->nr_rows; i++)
		measured += matrix_row(sheet, s, &s->rows[i], only, &span);
	sheet_note(sheet, "%zu of %zu measured; a letter stands for the reason why one is not.",
		   measured, sheet->nr_cells - 2 * s->nr_rows);
}

static const char *const lookups[] = { "range", "batch", "entry" };

static void put_reading(const struct summary *s, struct sheet *sheet)
{
	char *span[ARRAY_SIZE(lookups)];
	bool all = true;

	for (size_t i = 0; i < ARRAY_SIZE(lookups); i++) {
		const struct added added = summary_added(s, lookups[i], false);

		span[i] = added_text(&added, 2);
		all &= added.known;
	}
	if (all)
		sheet_note(sheet,
			   "A reference got and put for every entry costs %s %s a page; cached "
			   "within a callback %s; cached over the whole call %s.",
			   span[2], report_ticks(&s->records->run), span[1], span[0]);
	for (size_t i = 0; i < ARRAY_SIZE(lookups); i++)
		free(span[i]);
}

void report_pgmap(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"),       SHEET_WORDS("level"),
		SHEET_WORDS("zone device"),    SHEET_FIGURE("range\n- none"),
		SHEET_FIGURE("batch\n- none"), SHEET_FIGURE("entry\n- none"),
	};
	struct sheet *sheet;
	bool any = false;

	for (size_t i = 0; s->nr_rows && i < ARRAY_SIZE(lookups); i++)
		any |= summary_cell(s, s->rows, gate_policy_op(s->records), lookups[i]) != NULL;
	if (!any || !summary_cell(s, s->rows, gate_policy_op(s->records), "none"))
		return;
	sheet = sheets_add(to, columns, ARRAY_SIZE(columns),
			   "What the dev_pagemap lookup costs a page (less policy none)");
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];

		sheet_words(sheet, "%s", row->name);
		sheet_words(sheet, "%s", *row->level ? row->level : "-");
		sheet_words(sheet, "%s", row->zone_device ? "yes" : "no");
		for (size_t p = 0; p < ARRAY_SIZE(lookups); p++) {
			const struct figure figure = summary_pgmap(s, row, lookups[p]);

			report_figure(sheet, &figure);
		}
	}
	put_reading(s, sheet);
}

static void fidelity_row(struct sheet *sheet, const struct summary *s,
			 const struct summary_row *row)
{
	const struct figure hmm = summary_cell(s, row, "hmm", "")->page;
	const struct figure d = summary_fidelity(s, row);

	sheet_words(sheet, "%s", row->name);
	report_figure(sheet, &hmm);
	report_figure(sheet, &summary_cell(s, row, gate_policy_op(s->records), "none")->page);
	report_figure(sheet, &d);
	if (d.known && hmm.value > 0)
		sheet_number(sheet, d.value / hmm.value, "%+.1f%%", d.value / hmm.value * 100);
	else
		sheet_missing(sheet, d.known ? "hmm costs nothing" : d.reason);
	if (row->pfns == SUMMARY_PFNS_UNKNOWN)
		sheet_missing(sheet, "no op that fills a PFN array was measured");
	else if (row->pfns == SUMMARY_PFNS_DIFFER)
		sheet_words(sheet, "DIFFER: %s", row->pfns_differ);
	else
		sheet_words(sheet, "equal");
}

void report_fidelity(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"),    SHEET_FIGURE("hmm"),    SHEET_FIGURE("unchanged"),
		SHEET_FIGURE("difference"), SHEET_FIGURE("of hmm"), SHEET_WORDS("PFN arrays"),
	};
	struct sheet *sheet;

	if (!s->nr_rows || !summary_cell(s, s->rows, "hmm", "") ||
	    !summary_cell(s, s->rows, gate_policy_op(s->records), "none"))
		return;
	sheet = sheets_add(to, columns, ARRAY_SIZE(columns),
			   "Unchanged (policy none) against the kernel's built-in hmm, a page");
	for (size_t i = 0; i < s->nr_rows; i++)
		fidelity_row(sheet, s, &s->rows[i]);
}

/* What a policy adds to a page of device memory: the finding that tables and pictures share. */

/* The columns of @policy and of policy none. False: the run has not both. */
static bool find_pair(const struct summary *s, const char *policy, size_t columns[2])
{
	const char *op = gate_policy_op(s->records), *const policies[2] = { policy, "none" };

	for (size_t i = 0; s->nr_rows && i < 2; i++) {
		const struct summary_cell *cell = summary_cell(s, s->rows, op, policies[i]);

		if (!cell)
			return false;
		columns[i] = (size_t)(cell - s->rows->cells);
	}
	return s->nr_rows;
}

/* Of workloads of device memory alone. */
static bool both_known(const struct summary_row *row, const size_t columns[2])
{
	return row->zone_device && row->cells[columns[0]].page.known &&
	       row->cells[columns[1]].page.known;
}

static bool both_solved(const struct summary_row *row, const size_t columns[2])
{
	return row->models[columns[0]].terms.solved && row->models[columns[1]].terms.solved;
}

static bool all_solved(const struct summary *s, const size_t columns[2])
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (both_known(&s->rows[i], columns) && !both_solved(&s->rows[i], columns))
			return false;
	return true;
}

struct added summary_added(const struct summary *s, const char *policy, bool terms)
{
	struct added added = { .least = (double)INFINITY, .most = (double)-INFINITY };
	size_t columns[2];

	if (!find_pair(s, policy, columns))
		return added;
	added.terms = terms && all_solved(s, columns);
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];
		double value;

		if (!both_known(row, columns))
			continue;
		value = added.terms ? (double)(row->models[columns[0]].terms.page -
					       row->models[columns[1]].terms.page)
				    : row->cells[columns[0]].page.value -
					      row->cells[columns[1]].page.value;
		added.known = true;
		added.least = fmin(added.least, value);
		added.most = fmax(added.most, value);
	}
	return added;
}

char *added_text(const struct added *added, int decimals)
{
	const int digits = added->terms ? 0 : decimals;
	_cleanup_free_ char *least = xasprintf("%.*f", digits, added->least);
	_cleanup_free_ char *most = xasprintf("%.*f", digits, added->most);

	return strcmp(least, most) != 0 ? xasprintf("%s to %s", least, most) : xstrdup(most);
}
