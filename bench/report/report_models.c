// SPDX-License-Identifier: GPL-2.0-only
/* What walking costs over all sizes: the cost model, and whether a page's cost is flat. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/size.h"
#include "bench/report/report.h"

static void integer_cell(struct sheet *sheet, int64_t value)
{
	sheet_number(sheet, (double)value, "%" PRId64, value);
}

static void solved_cells(struct sheet *sheet, const struct terms *t, bool puds)
{
	integer_cell(sheet, t->call);
	if (puds && t->has_pud)
		integer_cell(sheet, t->pud);
	else if (puds)
		sheet_missing(sheet, "these sizes do not tell PUD entries from calls");
	integer_cell(sheet, t->pmd);
	integer_cell(sheet, t->page);
	sheet_words(sheet, "exactly");
}

static void model_cells(struct sheet *sheet, const struct summary_model *model, bool exact,
			bool puds)
{
	const double percent = 100 * model->fit.residual;

	if (model->terms.solved) {
		solved_cells(sheet, &model->terms, puds);
	} else if (!model->known) {
		for (int i = 0; i < 3 + exact + puds; i++)
			sheet_missing(sheet, model->reason);
	} else {
		sheet_number(sheet, model->fit.call, "%.0f", model->fit.call);
		for (int i = 0; i < exact + puds; i++)
			sheet_words(sheet, "-");
		sheet_cost(sheet, model->fit.page, "");
		sheet_number(sheet, percent, percent < 0.005 ? "<0.01%%" : "%.2f%%", percent);
	}
	sheet_count(sheet, model->sizes);
}

/* Why a row of the exact machine is a fit, once a reason. */
static void note_unsolved(struct sheet *sheet, const struct summary_model *model)
{
	char *note =
		xasprintf("Without a PMD term: a fit of call + page x pages; %s.", model->unsolved);

	if (*model->unsolved && !strv_has(&sheet->notes, note))
		sheet_note(sheet, "%s", note);
	free(note);
}

/* Is there a model with a term for PUD entries? */
static bool tells_puds(const struct summary *s)
{
	bool any = false;

	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++)
			any |= s->rows[i].models[c].terms.solved &&
			       s->rows[i].models[c].terms.has_pud;
	return any;
}

/* Of the exact machine, in integers: an empty sheet. */
static struct sheet *integer_sheet(struct sheets *to, bool puds)
{
	struct sheet_column columns[8];
	size_t n = 0;

	columns[n++] = (struct sheet_column)SHEET_WORDS("workload");
	columns[n++] = (struct sheet_column)SHEET_WORDS("op");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("call");
	if (puds)
		columns[n++] = (struct sheet_column)SHEET_FIGURE("PUD");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("PMD");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("page");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("largest residual");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("sizes");
	return sheets_add(to, columns, n,
			  "Cost model: cost = call + %spmd x PMD entries + page x pages",
			  puds ? "pud x PUD entries + " : "");
}

void report_models(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"),
		SHEET_WORDS("op"),
		SHEET_FIGURE("call"),
		SHEET_FIGURE("page"),
		SHEET_FIGURE("largest residual"),
		SHEET_FIGURE("sizes"),
	};
	const bool exact = s->records->run.exact, puds = tells_puds(s);
	struct sheet *sheet =
		exact ? integer_sheet(to, puds)
		      : sheets_add(to, columns, ARRAY_SIZE(columns),
				   "Cost model: cost = call + page x pages, fitted over all sizes");

	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			if (record_op_calibrates(s->columns[c].op))
				continue;
			sheet_words(sheet, "%s", s->rows[i].name);
			sheet_words(sheet, "%s", s->columns[c].name);
			model_cells(sheet, &s->rows[i].models[c], exact, puds);
			note_unsolved(sheet, &s->rows[i].models[c]);
		}
	}
}

void flat_of(const struct records *records, const struct summary_column *column,
	     const struct series_key *scene, struct flat *out)
{
	uint64_t *sizes;
	size_t n;

	*out = (struct flat){ .least = INFINITY, .most = -INFINITY };
	sizes = summary_sizes(records, scene, &n);
	for (size_t i = 0; i < n; i++) {
		struct figure cost;
		double page;

		if (sizes[i] < FLAT_LEAST)
			continue;
		cost = summary_cost(records, column, scene, sizes[i]);
		if (!cost.known)
			continue;
		page = cost.value / ((double)sizes[i] / PAGE);
		out->smallest = out->sizes ? out->smallest : sizes[i];
		out->largest = sizes[i];
		out->least = fmin(out->least, page);
		out->most = fmax(out->most, page);
		out->sizes++;
	}
	free(sizes);
}

double flat_spread(const struct flat *flat)
{
	return flat->least > 0 ? (flat->most - flat->least) / flat->least : 0;
}

static void flat_row(struct sheet *sheet, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column)
{
	struct flat flat;

	flat_of(s->records, column, &row->scene, &flat);
	if (record_op_calibrates(column->op) || flat.sizes < 2)
		return;
	sheet_words(sheet, "%s", row->name);
	sheet_words(sheet, "%s", column->name);
	sheet_words(sheet, "%s to %s", size_name(flat.smallest).text, size_name(flat.largest).text);
	sheet_number(sheet, flat.least, "%.4f", flat.least);
	sheet_number(sheet, flat.most, "%.4f", flat.most);
	sheet_number(sheet, flat_spread(&flat), "%.2f%%", flat_spread(&flat) * 100);
}

void report_flat(const struct summary *s, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"), SHEET_WORDS("op"),    SHEET_WORDS("sizes"),
		SHEET_FIGURE("least"),	 SHEET_FIGURE("most"), SHEET_FIGURE("spread"),
	};
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns),
					 "Cost of a page at large sizes: is it flat?");

	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++)
			flat_row(sheet, s, &s->rows[i], &s->columns[c]);
}
