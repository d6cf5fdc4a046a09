// SPDX-License-Identifier: GPL-2.0-only
/* What walking costs over all sizes, what is noted of series, and what is missing. */
#include "bench/report/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"

const char no_puds[] = "these sizes do not tell PUD entries from calls";
const char no_vmas[] = "one mapping, or sizes that do not tell how many from all else";

static void integer_cell(struct sheet *sheet, int64_t value)
{
	sheet_number(sheet, (double)value, "%" PRId64, value);
}

static void solved_cells(struct sheet *sheet, const struct terms *t, struct summary_tells tells)
{
	integer_cell(sheet, t->call);
	if (tells.vmas && t->has_vma)
		integer_cell(sheet, t->vma);
	else if (tells.vmas)
		sheet_missing(sheet, no_vmas);
	if (tells.puds && t->has_pud)
		integer_cell(sheet, t->pud);
	else if (tells.puds)
		sheet_missing(sheet, no_puds);
	integer_cell(sheet, t->pmd);
	integer_cell(sheet, t->page);
	sheet_words(sheet, "exactly");
}

static void model_cells(struct sheet *sheet, const struct summary_model *model, bool exact,
			struct summary_tells tells)
{
	const int others = exact + tells.puds + tells.vmas;
	const double percent = 100 * model->fit.residual;

	if (model->terms.solved) {
		solved_cells(sheet, &model->terms, tells);
	} else if (!model->known) {
		for (int i = 0; i < 3 + others; i++)
			sheet_missing(sheet, model->reason);
	} else {
		sheet_number(sheet, model->fit.call, "%.0f", model->fit.call);
		for (int i = 0; i < others; i++)
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

/* Of the exact machine, in integers: an empty sheet. */
static struct sheet *integer_sheet(struct sheets *to, struct summary_tells tells)
{
	struct sheet_column columns[9];
	size_t n = 0;

	columns[n++] = (struct sheet_column)SHEET_WORDS("workload");
	columns[n++] = (struct sheet_column)SHEET_WORDS("op");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("call");
	if (tells.vmas)
		columns[n++] = (struct sheet_column)SHEET_FIGURE("VMA");
	if (tells.puds)
		columns[n++] = (struct sheet_column)SHEET_FIGURE("PUD");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("PMD");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("page");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("largest residual");
	columns[n++] = (struct sheet_column)SHEET_FIGURE("sizes");
	return sheets_add(
		to, columns, n, "Cost model: cost = call + %s%spmd x PMD entries + page x pages",
		tells.vmas ? "vma x VMAs + " : "", tells.puds ? "pud x PUD entries + " : "");
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
	const struct summary_tells tells = summary_tells(s);
	const bool exact = s->records->run.exact;
	struct sheet *sheet =
		exact ? integer_sheet(to, tells)
		      : sheets_add(to, columns, ARRAY_SIZE(columns),
				   "Cost model: cost = call + page x pages, fitted over all sizes");

	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			if (record_op_calibrates(s->columns[c].op))
				continue;
			sheet_words(sheet, "%s", s->rows[i].name);
			sheet_words(sheet, "%s", s->columns[c].name);
			model_cells(sheet, &s->rows[i].models[c], exact, tells);
			note_unsolved(sheet, &s->rows[i].models[c]);
		}
	}
}

void flat_of(const struct series_index *index, const struct summary_column *column,
	     const struct series_key *scene, struct flat *out)
{
	_cleanup_free_ uint64_t *sizes = NULL;
	size_t n;

	*out = (struct flat){ .least = INFINITY, .most = -INFINITY };
	sizes = summary_sizes(index, scene, &n);
	for (size_t i = 0; i < n; i++) {
		struct figure cost;
		double page;

		if (sizes[i] < FLAT_LEAST)
			continue;
		cost = summary_cost(index, column, scene, sizes[i]);
		if (!cost.known)
			continue;
		page = cost.value / ((double)sizes[i] / (double)index->records->run.page_size);
		out->smallest = out->sizes ? out->smallest : sizes[i];
		out->largest = sizes[i];
		out->least = fmin(out->least, page);
		out->most = fmax(out->most, page);
		out->sizes++;
	}
}

double flat_spread(const struct flat *flat)
{
	return flat->least > 0 ? (flat->most - flat->least) / flat->least : 0;
}

static void flat_row(struct sheet *sheet, const struct summary *s, const struct summary_row *row,
		     const struct summary_column *column)
{
	struct flat flat;

	flat_of(&s->index, column, &row->scene, &flat);
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

/* The workloads whose cells of that column have this note; NULL where @first is not the first. */
static char *noted(const struct summary *s, size_t column, size_t first, const char *note)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	char *joined = NULL;
	bool earlier = false;

	for (size_t r = 0; r < s->nr_rows; r++) {
		const struct record_series *series = s->rows[r].cells[column].series;

		if (!series || !strv_has(&series->notes, note))
			continue;
		earlier |= r < first;
		strv_add(&names, series->workload);
	}
	if (!earlier)
		joined = strv_join(&names, ", ");
	return joined;
}

/* One line for all workloads of which the same is noted. */
void report_notes(const struct summary *s, struct sheets *to)
{
	struct sheet *sheet = sheets_add(to, NULL, 0, "Notes on the series of the first table");

	for (size_t c = 0; c < s->nr_columns; c++)
		for (size_t r = 0; r < s->nr_rows; r++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			for (size_t i = 0; series && i < series->notes.n; i++) {
				_cleanup_free_ char *workloads = noted(s, c, r, series->notes.v[i]);

				if (workloads)
					sheet_note(sheet, "%s (%s): %s", s->columns[c].name,
						   workloads, series->notes.v[i]);
			}
		}
}

static void add_new(struct strv *list, const char *s)
{
	if (!strv_has(list, s))
		strv_add(list, s);
}

/* What all of one kin lack, each named once. */
struct kin {
	struct strv ops, sizes, boots;
};

/* Those of one scene that lack the same. */
static bool is_kin(const struct series_entry *a, const struct series_entry *b)
{
	return !series_key_compare(&a->key, &b->key, SERIES_SCENE) &&
	       !strcmp(a->missing->reason, b->missing->reason);
}

static void gather_kin(const struct series_list *missing, const struct series_entry *first,
		       struct kin *kin)
{
	for (const struct series_entry *e = first; e < missing->entries + missing->n; e++) {
		const struct record_missing *m = e->missing;
		char *text;

		if (!is_kin(first, e))
			continue;
		text = xasprintf("%s%s%s", m->op, *m->policy ? "/" : "", m->policy);
		add_new(&kin->ops, text);
		free(text);
		add_new(&kin->sizes, size_name(m->size).text);
		text = xasprintf("%u", m->boot);
		add_new(&kin->boots, text);
		free(text);
	}
}

/* What is missing of one kin; scenes that lack the same are told of together. */
struct lack {
	char *what;  /* "hmm gup; 1G (boot 1): needs CONFIG_X" */
	char *alone; /* where it is one series, all of it: "hmm/devdax-pud/1G (boot 1): ..." */
	struct strv scenes;
};

static char *lacks_what(const struct summary *s, const struct record_missing *m,
			const struct kin *kin)
{
	_cleanup_free_ char *ops = strv_join(&kin->ops, " "), *sizes = strv_join(&kin->sizes, " ");
	_cleanup_free_ char *boots = strv_join(&kin->boots, " ");

	return xasprintf("%s; %s (boot %s): %s", kin->ops.n == s->nr_columns ? "every op" : ops,
			 sizes, boots, m->reason);
}

static void add_lack(const struct summary *s, const struct series_entry *e, const struct kin *kin,
		     struct lack *lacks, size_t *n)
{
	const struct record_missing *m = e->missing;
	const bool single = kin->ops.n == 1 && kin->sizes.n == 1;
	const struct series_key scene = series_key_scene(e->key);
	_cleanup_free_ char *name = series_key_scene_name(&scene), *boots = NULL;
	char *what = lacks_what(s, m, kin);
	size_t i = 0;

	while (i < *n && strcmp(lacks[i].what, what))
		i++;
	if (i < *n)
		free(what);
	else
		lacks[(*n)++].what = what;
	strv_add(&lacks[i].scenes, name);
	if (!single || lacks[i].scenes.n > 1)
		return;
	boots = strv_join(&kin->boots, " ");
	lacks[i].alone = xasprintf("%s (boot %s): %s", m->name, boots, m->reason);
}

static void put_lack(const struct summary *s, struct lack *lack, struct sheet *sheet)
{
	_cleanup_free_ char *scenes = strv_join(&lack->scenes, ", ");

	if (lack->alone && lack->scenes.n == 1)
		sheet_note(sheet, "%s", lack->alone);
	else
		sheet_note(sheet, "%s: %s",
			   lack->scenes.n > 1 && lack->scenes.n == s->nr_rows ? "every workload"
									      : scenes,
			   lack->what);
	strv_release(&lack->scenes);
	free(lack->alone);
	free(lack->what);
}

static bool is_first(const struct series_list *missing, const struct series_entry *entry)
{
	const struct series_range scene = series_like(missing, &entry->key, SERIES_SCENE);

	for (size_t i = 0; i < scene.n; i++)
		if (scene.v[i] < entry && is_kin(scene.v[i], entry))
			return false;
	return true;
}

/* Said once a reason and what it is of, however many series and workloads lack for it. */
void report_missing(const struct summary *s, struct sheets *to)
{
	const struct series_list *missing = &s->index.missing;
	_cleanup_free_ struct lack *lacks = xcalloc(missing->n + 1, sizeof(*lacks));
	struct sheet *sheet = sheets_add(to, NULL, 0, "Missing: %zu series", missing->n);
	size_t n = 0;

	for (size_t i = 0; i < missing->n; i++) {
		struct kin kin = { 0 };

		if (!is_first(missing, &missing->entries[i]))
			continue;
		gather_kin(missing, &missing->entries[i], &kin);
		add_lack(s, &missing->entries[i], &kin, lacks, &n);
		strv_release(&kin.ops);
		strv_release(&kin.sizes);
		strv_release(&kin.boots);
	}
	for (size_t i = 0; i < n; i++)
		put_lack(s, &lacks[i], sheet);
}
