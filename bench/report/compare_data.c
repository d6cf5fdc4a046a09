// SPDX-License-Identifier: GPL-2.0-only
/* A comparison for programs. The first sheet is all that a format of one table has. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/report/compare_parts.h"
#include "bench/report/report.h"
#include "bench/report/sheet.h"

/* Whole where they are counts; medians need not be. */
static void put_values(struct sheet *sheet, const struct compare_row *row)
{
	sheet_value(sheet, row->base_value);
	sheet_value(sheet, row->new_value);
	sheet_value(sheet, row->new_value - row->base_value);
}

static void put_judgement(struct sheet *sheet, const struct compare_row *row)
{
	const struct judgement *j = &row->judgement;
	const bool judged = row->judged, bounded = judged && j->change.bounded;

	sheet_value(sheet, judged ? j->change.ratio : (double)NAN);
	sheet_value(sheet, bounded ? j->change.low : (double)NAN);
	sheet_value(sheet, bounded ? j->change.high : (double)NAN);
	sheet_value(sheet, judged ? j->test.p : (double)NAN);
	sheet_value(sheet, judged ? j->p_adjusted : (double)NAN);
	sheet_value(sheet, row->floor);
}

/* Of @event, or where that is NULL of the ticks of @series. */
static void put_row(struct sheet *sheet, const struct compare *c, const struct compare_row *row,
		    const char *series, const struct compare_event *event)
{
	const struct judgement *j = &row->judgement;

	sheet_words(sheet, "%s", series);
	sheet_count(sheet, (uint64_t)row->pages);
	put_values(sheet, row);
	sheet_words(sheet, "%s", compare_verdict_name(row->verdict));
	sheet_words(sheet, "%s", row->reason);
	sheet_words(sheet, "%s", compare_better(row));
	sheet_words(sheet, "%s", c->new->run.id);
	sheet_words(sheet, "%s", c->nr_differences ? "differs" : "same");
	put_judgement(sheet, row);
	sheet_words(sheet, "%s", event ? event->name : "");
	sheet_value(sheet, event ? event->share : (double)NAN);
	sheet_count(sheet, row->nr_base);
	sheet_count(sheet, row->nr_new);
	sheet_value(sheet, row->judged ? j->test.effect : (double)NAN);
	sheet_words(sheet, "%s", !row->judged ? "" : j->test.exact ? "exact" : "normal");
	sheet_words(sheet, "%s", c->method_evidence ? REPORT_METHOD : "");
}

static void put_series(const struct compare_table *t, struct sheets *to)
{
	const char *unit = t->columns[0].exact ? "instructions" : "ticks";
	_cleanup_free_ char *base = xasprintf("base_%s", unit), *new = xasprintf("new_%s", unit),
			    *change = xasprintf("change_%s", unit);
	struct sheet *sheet = sheets_data(
		to, "series", "series", "pages", base, new, change, "verdict", "reason", "better",
		"new", "environment", "ratio", "low", "high", "p", "p_adjusted", "aa_percent",
		"event", "share", "base_boots", "new_boots", "effect", "test", "note", NULL);

	for (size_t i = 0; i < t->n; i++)
		for (size_t r = 0; r < t->columns[i].nr_rows; r++) {
			const struct compare *c = &t->columns[i];
			const struct compare_row *row = &c->rows[r];

			put_row(sheet, c, row, row->name, NULL);
			for (size_t k = 0; k < row->nr_events; k++)
				put_row(sheet, c, &row->events[k].row, row->name, &row->events[k]);
		}
}

static void put_runs(const struct compare_table *t, struct sheets *to)
{
	_cleanup_free_ const struct records **runs = xcalloc(t->n + 1, sizeof(*runs));

	runs[0] = t->columns[0].base;
	for (size_t i = 0; i < t->n; i++)
		runs[i + 1] = t->columns[i].new;
	report_runs(runs, t->n + 1, to);
}

static void put_comparisons(const struct compare_table *t, struct sheets *to)
{
	struct sheet *sheet =
		sheets_data(to, "comparisons", "new", "geometric_mean", "matched", "judged",
			    "alpha", "delta", "by", "method_evidence", "functions_unknown", "seed",
			    "order", "looks", "stop", NULL);

	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];
		const struct record_sampling *how = &c->base->run.sampling;
		const bool in_turn = compare_in_turn(c);
		const char *unknown = c->notes.functions_unknown;

		sheet_words(sheet, "%s", c->new->run.id);
		sheet_value(sheet, c->geomean);
		sheet_count(sheet, c->nr_matched);
		sheet_count(sheet, c->nr_judged);
		sheet_value(sheet, c->alpha);
		sheet_value(sheet, c->delta);
		sheet_words(sheet, "%s", c->by ? c->by : "");
		sheet_truth(sheet, c->method_evidence);
		sheet_words(sheet, "%s", unknown ? unknown : "");
		if (in_turn)
			sheet_count(sheet, how->seed);
		else
			sheet_missing(sheet, NULL);
		sheet_words(sheet, "%s", in_turn ? how->order : "");
		sheet_words(sheet, "%s", in_turn ? how->looks : "");
		sheet_words(sheet, "%s", in_turn ? how->stop : "");
	}
}

/* Without two sizes there is no line, and without integers no term of a PMD entry. */
static void put_change(struct sheet *sheet, const char *new, const struct change *c)
{
	const struct terms *t = &c->terms;
	const double page = t->solved ? (double)t->page : c->line.page;
	const double call = t->solved ? (double)t->call : c->line.call;

	sheet_words(sheet, "%s", new);
	sheet_words(sheet, "%s", c->name);
	sheet_count(sheet, c->sizes);
	sheet_value(sheet, c->line_known ? page : (double)NAN);
	sheet_value(sheet, t->solved ? (double)t->pmd : (double)NAN);
	sheet_value(sheet, t->solved && t->has_pud ? (double)t->pud : (double)NAN);
	sheet_value(sheet, t->solved && t->has_vma ? (double)t->vma : (double)NAN);
	sheet_value(sheet, c->line_known ? call : (double)NAN);
	if (c->line_known)
		sheet_truth(sheet, change_exact(c));
	else
		sheet_missing(sheet, NULL);
}

static void put_changes(const struct compare_table *t, struct sheets *to)
{
	struct sheet *sheet = sheets_data(to, "changes", "new", "series", "sizes", "page", "pmd",
					  "pud", "vma", "call", "exact", NULL);

	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		for (size_t k = 0; c->exact && k < c->changes.n; k++)
			put_change(sheet, c->new->run.id, &c->changes.v[k]);
	}
}

static void put_differences(const struct compare_table *t, struct sheets *to)
{
	struct sheet *sheet =
		sheets_data(to, "environment", "new", "field", "of_base", "of_new", NULL);

	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->columns[i].nr_differences; k++) {
			const struct compare_difference *d = &t->columns[i].differences[k];

			sheet_words(sheet, "%s", t->columns[i].new->run.id);
			sheet_words(sheet, "%s", d->field);
			sheet_words(sheet, "%s", d->base);
			sheet_words(sheet, "%s", d->new);
		}
}

static void put_lines(struct sheet *sheet, const char *new, const struct strv *lines)
{
	for (size_t i = 0; lines && i < lines->n; i++) {
		sheet_words(sheet, "%s", new);
		sheet_words(sheet, "%s", lines->v[i]);
	}
}

void compare_data(const struct compare_table *t, struct sheets *to)
{
	struct sheet *functions, *notes;

	to->title = "comparison";
	put_series(t, to);
	put_runs(t, to);
	put_comparisons(t, to);
	put_differences(t, to);
	put_changes(t, to);
	functions = sheets_data(to, "functions", "new", "function", NULL);
	notes = sheets_data(to, "notes", "new", "note", NULL);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		put_lines(functions, c->new->run.id, c->notes.functions);
		put_lines(notes, c->new->run.id, c->notes.lines);
	}
}
