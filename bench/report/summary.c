// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"

static const char not_asked[] = "not asked for";
static const char barred[] = "own code does not count what is built in";

/* The order of the table; what else a run holds comes after these. */
static const struct summary_column usual_columns[] = {
	{ "empty", "", "" },	 { "bare", "", "" },	  { "hmm", "", "" },
	{ "hmm", "none", "" },	 { "hmm", "range", "" },  { "hmm", "batch", "" },
	{ "hmm", "entry", "" },	 { "walk", "none", "" },  { "walk", "range", "" },
	{ "walk", "batch", "" }, { "walk", "entry", "" },
};

static struct figure known(double value)
{
	return (struct figure){ .known = true, .value = value, .reason = "" };
}

static struct figure unknown(const char *reason)
{
	return (struct figure){ .reason = reason };
}

static bool is_column(const struct summary_column *c, const char *op, const char *policy)
{
	return !strcmp(c->op, op) && !strcmp(c->policy, policy);
}

static bool is_empty(const struct summary_column *c)
{
	return record_op_calibrates(c->op);
}

static bool have_op(const struct records *r, const struct summary_column *c)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (is_column(c, r->series[i].op, r->series[i].policy))
			return true;
	for (size_t i = 0; i < r->nr_missing; i++)
		if (is_column(c, r->missing[i].op, r->missing[i].policy))
			return true;
	return false;
}

static void add_column(struct summary *s, const char *op, const char *policy)
{
	struct summary_column column = { .op = op, .policy = policy };

	for (size_t i = 0; i < s->nr_columns; i++)
		if (is_column(&s->columns[i], op, policy))
			return;
	snprintf(column.name, sizeof(column.name), "%s%s%s", op, *policy ? "/" : "", policy);
	s->columns = xrealloc(s->columns, (s->nr_columns + 1) * sizeof(*s->columns));
	s->columns[s->nr_columns++] = column;
}

static void find_columns(struct summary *s)
{
	const struct records *r = s->records;

	for (size_t i = 0; i < ARRAY_SIZE(usual_columns); i++)
		if (have_op(r, &usual_columns[i]))
			add_column(s, usual_columns[i].op, usual_columns[i].policy);
	for (size_t i = 0; i < r->nr_series; i++)
		add_column(s, r->series[i].op, r->series[i].policy);
	for (size_t i = 0; i < r->nr_missing; i++)
		add_column(s, r->missing[i].op, r->missing[i].policy);
}

static struct summary_row *add_row(struct summary *s, const struct series_key *scene)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (series_key_same(&s->rows[i].scene, scene))
			return &s->rows[i];
	s->rows = xrealloc(s->rows, (s->nr_rows + 1) * sizeof(*s->rows));
	s->rows[s->nr_rows] = (struct summary_row){
		.scene = *scene,
		.name = series_key_scene_name(scene),
		.level = "",
	};
	return &s->rows[s->nr_rows++];
}

static void find_rows(struct summary *s)
{
	const struct records *r = s->records;
	struct series_key scene;
	struct summary_row *row;

	for (size_t i = 0; i < r->nr_series; i++) {
		scene = series_key_scene(series_key_of(&r->series[i]));
		row = add_row(s, &scene);
		row->level = r->series[i].level;
		row->zone_device |= r->series[i].proof.zone_device_pages != 0;
		if (r->series[i].size > row->size)
			row->size = r->series[i].size;
	}
	for (size_t i = 0; i < r->nr_missing; i++) {
		scene = series_key_scene(series_key_missing(&r->missing[i]));
		row = add_row(s, &scene);
		if (!*row->level && r->missing[i].size > row->size)
			row->size = r->missing[i].size;
	}
}

/* Of a scene, under an op. */
static struct series_key key_of(const struct summary_column *c, const struct series_key *scene,
				uint64_t size)
{
	struct series_key key = *scene;

	key.op = c->op;
	key.policy = c->policy;
	key.size = size;
	return key;
}

static const char *why_missing(const struct series_index *index, const struct series_key *key)
{
	const char *reason = series_missing(index, key);

	return reason ? reason : not_asked;
}

struct figure summary_cost(const struct series_index *index, const struct summary_column *c,
			   const struct series_key *scene, uint64_t size)
{
	const struct series_key key = key_of(c, scene, size);
	const struct record_series *first = series_first(index, &key);
	double value = first ? series_value(index, &key) : (double)NAN;

	if (first && !isnan(value))
		return known(is_empty(c) ? value + (double)first->overhead : value);
	return unknown(first ? "no samples" : why_missing(index, &key));
}

static void fill_cells(const struct summary *s, struct summary_row *row)
{
	row->cells = xcalloc(s->nr_columns, sizeof(*row->cells));
	for (size_t i = 0; i < s->nr_columns; i++) {
		const struct summary_column *c = &s->columns[i];
		struct summary_cell *cell = &row->cells[i];
		const struct series_key key = key_of(c, &row->scene, row->size);

		cell->series = series_first(&s->index, &key);
		cell->ticks = gate_bars(&s->gate, c->op, c->policy)
				      ? unknown(barred)
				      : summary_cost(&s->index, c, &row->scene, row->size);
		if (!cell->ticks.known)
			cell->page = cell->ticks;
		else if (is_empty(c))
			cell->page = unknown("walks no page");
		else
			cell->page = known(cell->ticks.value /
					   ((double)row->size / (double)s->records->run.page_size));
	}
}

static int compare_sizes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t *summary_sizes(const struct series_index *index, const struct series_key *scene, size_t *n)
{
	const struct series_list *all = &index->series;
	const struct series_range range = scene ? series_like(all, scene, SERIES_SCENE)
						: (struct series_range){ all->by_key, all->n };
	uint64_t *sizes = xcalloc(range.n + 1, sizeof(*sizes));
	size_t kept = 0;

	for (*n = 0; *n < range.n; ++*n)
		sizes[*n] = range.v[*n]->series->size;
	qsort(sizes, *n, sizeof(*sizes), compare_sizes);
	for (size_t i = 0; i < *n; i++)
		if (!kept || sizes[i] != sizes[kept - 1])
			sizes[kept++] = sizes[i];
	*n = kept;
	return sizes;
}

static void solve_model(const struct summary *s, const struct terms_size *sizes,
			struct summary_model *model)
{
	struct err err = { "" };

	if (!s->records->run.exact || !model->known)
		return;
	if (terms_solve(sizes, model->sizes, &model->terms, &err))
		snprintf(model->unsolved, sizeof(model->unsolved), "%.150s", err.text);
	else if (!model->terms.solved)
		snprintf(model->unsolved, sizeof(model->unsolved),
			 "no integers hold at every size");
}

static void fit_model(const struct summary *s, const struct summary_row *row,
		      const struct summary_column *c, const uint64_t *sizes, size_t n,
		      struct summary_model *model)
{
	const struct series_key key = key_of(c, &row->scene, row->size);
	_cleanup_free_ double *pages = xcalloc(n + 1, sizeof(*pages)),
			      *cost = xcalloc(n + 1, sizeof(*cost));
	_cleanup_free_ struct terms_size *counts = xcalloc(n + 1, sizeof(*counts));
	struct err err = { "" };

	for (size_t i = 0; i < n; i++) {
		struct figure figure = summary_cost(&s->index, c, &row->scene, sizes[i]);
		const struct series_key its = key_of(c, &row->scene, sizes[i]);
		const struct record_series *first = series_first(&s->index, &its);

		if (!first || !figure.known)
			continue;
		counts[model->sizes] = terms_size(first->proof.addr, sizes[i], series_page(first),
						  first->proof.vmas, (int64_t)figure.value);
		pages[model->sizes] = series_pages(first);
		cost[model->sizes++] = figure.value;
	}
	if (is_empty(c))
		snprintf(model->reason, sizeof(model->reason), "walks no page");
	else if (gate_bars(&s->gate, c->op, c->policy))
		snprintf(model->reason, sizeof(model->reason), "%s", barred);
	else if (!model->sizes)
		snprintf(model->reason, sizeof(model->reason), "%s", why_missing(&s->index, &key));
	else if (fit_line(pages, cost, model->sizes, &model->fit, &err))
		snprintf(model->reason, sizeof(model->reason), "%.150s", err.text);
	else
		model->known = true;
	solve_model(s, counts, model);
}

static void fill_models(const struct summary *s, struct summary_row *row)
{
	size_t n;
	_cleanup_free_ uint64_t *sizes = summary_sizes(&s->index, &row->scene, &n);

	row->models = xcalloc(s->nr_columns, sizeof(*row->models));
	for (size_t i = 0; i < s->nr_columns; i++)
		fit_model(s, row, &s->columns[i], sizes, n, &row->models[i]);
}

static void compare_pfns(const struct series_index *index, struct summary_row *row)
{
	const struct series_range scene = series_like(&index->series, &row->scene, SERIES_SCENE);
	const struct record_series *wrong = NULL;

	for (size_t i = 0; i < scene.n; i++) {
		const struct record_series *x = scene.v[i]->series;

		if (!x->has_pfns)
			continue;
		row->pfns = SUMMARY_PFNS_EQUAL;
		/* That which was measured first is told. */
		if ((!wrong || x < wrong) && series_wrong(index, x))
			wrong = x;
	}
	if (!wrong)
		return;
	row->pfns_differ = wrong->name;
	row->pfns = SUMMARY_PFNS_DIFFER;
}

static void find_overhead(struct summary *s)
{
	const struct records *r = s->records;

	s->overhead_min = UINT64_MAX;
	for (size_t i = 0; i < r->nr_boots + r->nr_series; i++) {
		uint64_t overhead = i < r->nr_boots ? r->boots[i].overhead
						    : r->series[i - r->nr_boots].overhead;

		if (overhead < s->overhead_min)
			s->overhead_min = overhead;
		if (overhead > s->overhead_max)
			s->overhead_max = overhead;
	}
}

static bool is_disturbed(const struct record_series *series)
{
	for (size_t i = 0; i < series->nr_samples; i++)
		if (series->samples[i].flags & PTWALK_SAMPLE_DISTURBED)
			return true;
	return false;
}

static void find_disturbed(struct summary *s)
{
	const struct records *r = s->records;

	s->disturbed = xcalloc(r->nr_series + 1, sizeof(struct record_series *));
	for (size_t i = 0; i < r->nr_series; i++)
		if (is_disturbed(&r->series[i]))
			s->disturbed[s->nr_disturbed++] = &r->series[i];
}

void summary_build(const struct records *records, struct summary *s)
{
	*s = (struct summary){ .records = records };
	series_index_init(&s->index, records);
	gate_check(records, &s->gate);
	find_columns(s);
	find_rows(s);
	for (size_t i = 0; i < s->nr_rows; i++) {
		fill_cells(s, &s->rows[i]);
		fill_models(s, &s->rows[i]);
		compare_pfns(&s->index, &s->rows[i]);
	}
	find_overhead(s);
	find_disturbed(s);
	repeat_check(records, &s->repeat);
}

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->nr_rows; i++) {
		free(s->rows[i].name);
		free(s->rows[i].cells);
		free(s->rows[i].models);
	}
	free(s->rows);
	free(s->columns);
	free(s->disturbed);
	repeat_release(&s->repeat);
	gate_release(&s->gate);
	series_index_release(&s->index);
	memset(s, 0, sizeof(*s));
}

const struct summary_cell *summary_cell(const struct summary *s, const struct summary_row *row,
					const char *op, const char *policy)
{
	for (size_t i = 0; i < s->nr_columns; i++)
		if (is_column(&s->columns[i], op, policy))
			return &row->cells[i];
	return NULL;
}

/* One cell's cost a page less another's. */
static struct figure difference(const struct summary_cell *cell, const struct summary_cell *from)
{
	if (!cell || !from)
		return unknown(not_asked);
	if (!cell->page.known)
		return cell->page;
	if (!from->page.known)
		return from->page;
	return known(cell->page.value - from->page.value);
}

struct figure summary_pgmap(const struct summary *s, const struct summary_row *row,
			    const char *policy)
{
	const char *op = gate_policy_op(s->records);

	return difference(summary_cell(s, row, op, policy), summary_cell(s, row, op, "none"));
}

struct figure summary_fidelity(const struct summary *s, const struct summary_row *row)
{
	return difference(summary_cell(s, row, gate_policy_op(s->records), "none"),
			  summary_cell(s, row, "hmm", ""));
}

struct summary_tells summary_tells(const struct summary *s)
{
	struct summary_tells tells = { 0 };

	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct terms *t = &s->rows[i].models[c].terms;

			tells.puds |= t->solved && t->has_pud;
			tells.vmas |= t->solved && t->has_vma;
		}
	return tells;
}
