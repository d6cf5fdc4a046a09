// SPDX-License-Identifier: GPL-2.0-only
/* The answer at a glance: what an op costs in integers, and what each policy adds to it. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/report.h"

#define MOST_OTHERS 4 /* ops that have their integers side by side; of more a page's cost alone */

/* What stands side by side: the cost of a column, or what it adds to another's. */
struct group {
	size_t column, from; /* of a cost the same */
};

struct groups {
	struct group *v;
	size_t n;
};

static void groups_release(struct groups *groups)
{
	free(groups->v);
}

static void add(struct groups *groups, size_t column, size_t from)
{
	groups->v = xgrow(groups->v, groups->n, sizeof(*groups->v));
	groups->v[groups->n++] = (struct group){ column, from };
}

static size_t find_column(const struct summary *s, const char *op, const char *policy)
{
	size_t c = 0;

	while (c < s->nr_columns &&
	       (strcmp(s->columns[c].op, op) || strcmp(s->columns[c].policy, policy)))
		c++;
	return c;
}

/* The op whose own code is in the run's columns of @op: of runs with the replica another one. */
static const char *policies_of(const struct summary *s, const char *op)
{
	return strcmp(op, "hmm") ? op : gate_policy_op(s->records);
}

/* The column of own code as it is: what policies add is over that. @base where there is none. */
static size_t plain_of(const struct summary *s, size_t base)
{
	const char *op = policies_of(s, s->columns[base].op);
	const size_t plain = find_column(s, op, gate_plain_policy(s->records, op));

	return plain < s->nr_columns ? plain : base;
}

/* Has it a figure in any row? What has none is told of where all is that is missing. */
static bool is_known(const struct summary *s, size_t column)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (s->rows[i].cells[column].page.known)
			return true;
	return false;
}

/* An op, and its own code under policies. */
static void find_family(const struct summary *s, size_t base, struct groups *groups)
{
	const char *op = policies_of(s, s->columns[base].op);
	const size_t plain = plain_of(s, base);

	add(groups, base, base);
	for (size_t c = 0; c < s->nr_columns; c++)
		if (c != base && c != plain && !strcmp(s->columns[c].op, op) && is_known(s, c))
			add(groups, c, plain);
}

static bool any_solved(const struct summary *s)
{
	for (size_t i = 0; i < s->nr_rows * s->nr_columns; i++)
		if (s->rows[i / s->nr_columns].models[i % s->nr_columns].terms.solved)
			return true;
	return false;
}

static struct sheet *group_sheet(const struct summary *s, const struct groups *groups,
				 const char *what, struct summary_tells tells, struct sheets *to)
{
	static const char *const titles[] = { "page", "PMD", "PUD", "VMA", "call" };
	const bool told[] = { true, true, tells.puds, tells.vmas, true };
	_cleanup_free_ struct sheet_column *columns =
		xcalloc(1 + ARRAY_SIZE(titles) * groups->n, sizeof(*columns));
	size_t n = 0;

	columns[n++] = (struct sheet_column)SHEET_WORDS("workload");
	for (size_t i = 0; i < groups->n; i++) {
		const struct summary_column *column = &s->columns[groups->v[i].column];

		for (size_t k = 0; k < ARRAY_SIZE(titles); k++)
			if (told[k])
				columns[n++] = (struct sheet_column){
					.title = titles[k],
					.figures = true,
					.joined = k != 0,
					.group = *column->policy ? column->policy : column->op,
				};
	}
	return sheets_add(to, columns, n, "What %s costs%s: %s", what,
			  groups->n > 1 && groups->v[1].from != groups->v[1].column
				  ? ", and what each policy adds"
				  : "",
			  report_unit(&s->records->run));
}

static void term_cell(struct sheet *sheet, int64_t value, bool change)
{
	sheet_number(sheet, (double)value, change ? "%+" PRId64 : "%" PRId64, value);
}

static void solved_cells(struct sheet *sheet, const struct terms *t, const struct terms *less,
			 bool change, struct summary_tells tells)
{
	term_cell(sheet, t->page - less->page, change);
	term_cell(sheet, t->pmd - less->pmd, change);
	if (tells.puds && t->has_pud && (!change || less->has_pud))
		term_cell(sheet, t->pud - less->pud, change);
	else if (tells.puds)
		sheet_missing(sheet, no_puds);
	if (tells.vmas && t->has_vma && (!change || less->has_vma))
		term_cell(sheet, t->vma - less->vma, change);
	else if (tells.vmas)
		sheet_missing(sheet, no_vmas);
	term_cell(sheet, t->call - less->call, change);
}

/* Where there are no integers, what a page costs at the largest size. */
static void unsolved_cells(struct sheet *sheet, const struct summary_row *row,
			   const struct group *group, struct summary_tells tells)
{
	const bool change = group->from != group->column;
	const struct summary_model *m = &row->models[group->column];
	const struct figure page = row->cells[group->column].page;
	const struct figure less =
		change ? row->cells[group->from].page : (struct figure){ .known = true };
	const char *why = !page.known ? page.reason : !less.known ? less.reason : "";

	if (change && m->terms.solved)
		m = &row->models[group->from];
	if (*why)
		sheet_missing(sheet, why);
	else
		sheet_number(sheet, page.value - less.value, change ? "%+.2f" : "%.2f",
			     page.value - less.value);
	for (int i = 0; i < 2 + tells.puds + tells.vmas; i++)
		sheet_missing(sheet, *why ? why : m->known ? m->unsolved : m->reason);
}

static void group_cells(struct sheet *sheet, const struct summary_row *row,
			const struct group *group, struct summary_tells tells)
{
	static const struct terms nothing;
	const bool change = group->from != group->column;
	const struct terms *t = &row->models[group->column].terms;
	const struct terms *less = &row->models[group->from].terms;

	if (t->solved && less->solved)
		solved_cells(sheet, t, change ? less : &nothing, change, tells);
	else
		unsolved_cells(sheet, row, group, tells);
}

static bool is_solved_all(const struct summary *s, const struct groups *groups)
{
	for (size_t i = 0; i < groups->n * s->nr_rows; i++)
		if (!s->rows[i % s->nr_rows].models[groups->v[i / s->nr_rows].column].terms.solved)
			return false;
	return true;
}

/* The answer in one sentence. */
static void put_answer(const struct summary *s, struct sheet *sheet)
{
	const struct added range = summary_added(s, "range", true);
	const struct added batch = summary_added(s, "batch", true);
	const struct added entry = summary_added(s, "entry", true);
	_cleanup_free_ char *cached = added_text(&range, 2), *callback = added_text(&batch, 2);
	_cleanup_free_ char *each = added_text(&entry, 2);

	if (range.known && entry.known)
		sheet_note(sheet,
			   "A cached reference adds %s %s to a page of device memory%s%s%s; a "
			   "reference for every entry, %s.",
			   cached, report_ticks(&s->records->run),
			   batch.known ? " (cached within a callback: " : "",
			   batch.known ? callback : "", batch.known ? ")" : "", each);
}

static void put_groups(const struct summary *s, const struct groups *groups, const char *what,
		       struct sheets *to)
{
	const struct summary_tells tells = summary_tells(s);
	struct sheet *sheet;

	if (!groups->n)
		return;
	sheet = group_sheet(s, groups, what, tells, to);
	for (size_t r = 0; r < s->nr_rows; r++) {
		sheet_words(sheet, "%s", s->rows[r].name);
		for (size_t i = 0; i < groups->n; i++)
			group_cells(sheet, &s->rows[r], &groups->v[i], tells);
	}
	if (is_solved_all(s, groups))
		sheet_note(sheet,
			   "A call costs call + PMD x PMD entries%s%s + page x %ss, "
			   "exactly.",
			   tells.puds ? " + PUD x PUD entries" : "",
			   tells.vmas ? " + VMA x VMAs" : "", record_page(&s->records->run).text);
	if (!strcmp(s->columns[groups->v[0].column].op, "hmm"))
		put_answer(s, sheet);
}

/* Of many ops, what a page costs alone. */
static void put_cells(const struct summary *s, const struct groups *groups, struct sheets *to)
{
	_cleanup_free_ bool *only = xcalloc(s->nr_columns, sizeof(*only));

	for (size_t i = 0; i < groups->n; i++)
		only[groups->v[i].column] = true;
	report_cells(s, only, to);
}

bool report_glance(const struct summary *s, struct sheets *to)
{
	_cleanup_(groups_release) struct groups others = { 0 };
	const size_t before = to->n;

	if (!any_solved(s))
		return false;
	for (size_t c = 0; c < s->nr_columns; c++) {
		_cleanup_(groups_release) struct groups family = { 0 };

		if (*s->columns[c].policy || record_op_calibrates(s->columns[c].op) ||
		    record_op_is_floor(s->columns[c].op) || !is_known(s, c))
			continue;
		find_family(s, c, &family);
		if (family.n > 1 || !strcmp(s->columns[c].op, "hmm"))
			put_groups(s, &family, s->columns[c].op, to);
		else
			add(&others, c, c);
	}
	if (others.n <= MOST_OTHERS)
		put_groups(s, &others, "each op", to);
	else
		put_cells(s, &others, to);
	return to->n > before;
}
