// SPDX-License-Identifier: GPL-2.0-only
/* Workloads by ops at the largest size: the newest values, shaded by what they cost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/report/dashboard.h"
#include "bench/report/render.h"
#include "bench/report/summary.h"

#define SHADES 8

/* One matrix: the local series of one machine and arch, by one thread of one address space. */
struct grid {
	const struct dashboard *d;
	const char *on;	 /* store_series_on() of them all */
	bool functional; /* its figures mean nothing */
	struct strv workloads, ops;
	double least, most; /* of what is shown, a page */
};

static const struct course_point *newest(const struct course *course)
{
	for (size_t i = course->n; i-- > 0;)
		if (!isnan(course->points[i].value))
			return &course->points[i];
	return NULL;
}

/*
 * `empty` walks no page, and facts are no cost; other placements and cold caches would share a cell
 * with the local, warm ones.
 */
static bool is_shown(const struct grid *grid, const struct course *course)
{
	const struct store_series *s = course->series;
	_cleanup_free_ char *on = store_series_on(s);

	return !strcmp(on, grid->on) && !record_op_calibrates(s->op) && record_fact(s->unit) < 0 &&
	       s->size >= s->page && s->threads <= 1 && s->mms <= 1 &&
	       !strcmp(s->placement, RECORD_LOCAL) && !strcmp(s->cache, "warm") && newest(course);
}

static char *op_name(const struct store_series *s)
{
	return xasprintf("%s%s%s", s->op, *s->policy ? "/" : "", s->policy);
}

/* The newest value of the largest size, NULL: none. */
static const struct course *find(const struct grid *grid, const char *workload, const char *op)
{
	const struct course *found = NULL;

	for (size_t i = 0; i < grid->d->list.n; i++) {
		const struct course *c = &grid->d->courses[i];
		_cleanup_free_ char *name = NULL;

		if (strcmp(c->series->workload, workload) != 0 || !is_shown(grid, c))
			continue;
		name = op_name(c->series);
		if (!strcmp(name, op) && (!found || c->series->size > found->series->size ||
					  (c->series->size == found->series->size &&
					   newest(c)->run->time >= newest(found)->run->time)))
			found = c;
	}
	return found;
}

static double cost(const struct course *c)
{
	return newest(c)->value / c->pages;
}

static void measure(struct grid *grid)
{
	grid->least = INFINITY;
	grid->most = 0;
	for (size_t i = 0; i < grid->d->list.n; i++) {
		const struct course *c = &grid->d->courses[i];
		_cleanup_free_ char *op = NULL;

		if (!is_shown(grid, c))
			continue;
		grid->functional |= c->series->functional;
		op = op_name(c->series);
		if (!strv_has(&grid->workloads, c->series->workload))
			strv_add(&grid->workloads, c->series->workload);
		if (!strv_has(&grid->ops, op))
			strv_add(&grid->ops, op);
	}
	for (size_t w = 0; w < grid->workloads.n; w++)
		for (size_t o = 0; o < grid->ops.n; o++) {
			const struct course *c = find(grid, grid->workloads.v[w], grid->ops.v[o]);

			if (c && cost(c) > 0) {
				grid->least = fmin(grid->least, cost(c));
				grid->most = fmax(grid->most, cost(c));
			}
		}
}

/* By logarithm: costs are orders of magnitude apart. */
static unsigned int shade(const struct grid *grid, double value)
{
	if (!(value > grid->least) || !(grid->most > grid->least))
		return 0;
	return (unsigned int)(log(value / grid->least) / log(grid->most / grid->least) *
			      (SHADES - 1));
}

static const struct track_item *item_of(const struct dashboard *d, const struct store_series *s)
{
	for (size_t i = 0; i < d->nr_nights; i++)
		for (size_t k = 0; k < d->nights[i].n; k++)
			if (d->nights[i].items[k].series->id == s->id)
				return &d->nights[i].items[k];
	return NULL;
}

static const char *mark_of(const struct grid *grid, const struct course *c)
{
	const struct track_item *item = item_of(grid->d, c->series);

	if (!item || item->outcome == TRACK_SAME || item->outcome == TRACK_FIRST ||
	    item->outcome == TRACK_LEARNING)
		return NULL;
	return track_outcome_name(item->outcome);
}

static void add_cell(const struct grid *grid, const char *workload, const char *op,
		     struct sheet *sheet)
{
	const struct course *c = find(grid, workload, op);
	const char *mark = c ? mark_of(grid, c) : NULL;
	_cleanup_free_ char *hint = NULL;

	if (!c) {
		sheet_words(sheet, "-");
		return;
	}
	hint = xasprintf("%s, %s", c->series->name, course_date(newest(c)->run->time).text);
	sheet_number(sheet, cost(c), "%s%s%s", figure_compact(cost(c)).text, mark ? " " : "",
		     mark ? mark : "");
	sheet_link(sheet, dashboard_name(c->series).text, hint);
	sheet_shade(sheet, shade(grid, cost(c)));
	sheet_mark(sheet, mark ? SHEET_CHANGED : SHEET_PLAIN);
}

static void put_grid(const struct grid *grid, FILE *f)
{
	struct sheet_column *columns = xcalloc(grid->ops.n + 1, sizeof(*columns));
	_cleanup_(sheet_freep) struct sheet *sheet = NULL;

	columns[0] = (struct sheet_column)SHEET_WORDS("workload");
	for (size_t o = 0; o < grid->ops.n; o++)
		columns[1 + o] = (struct sheet_column)SHEET_FIGURE(grid->ops.v[o]);
	sheet = sheet_new(columns, grid->ops.n + 1, "Workloads by ops");
	free(columns);
	for (size_t w = 0; w < grid->workloads.n; w++) {
		sheet_words(sheet, "%s", grid->workloads.v[w]);
		for (size_t o = 0; o < grid->ops.n; o++)
			add_cell(grid, grid->workloads.v[w], grid->ops.v[o], sheet);
	}
	fputs("<h3>", f);
	html_text(f, grid->on);
	fprintf(f, "%s%s</h3>\n", grid->functional ? ": " : "", record_note(grid->functional));
	html_table(f, sheet);
}

void page_matrix(const struct dashboard *d, FILE *f)
{
	_cleanup_(strv_release) struct strv ons = { 0 };

	fputs("<section id=\"matrix\">\n<h2>Workloads by ops</h2>\n<p>Newest cost of a "
	      "page at the largest size; more colour is more cost.</p>\n",
	      f);
	for (size_t i = 0; i < d->list.n; i++) {
		_cleanup_free_ char *on = store_series_on(&d->list.series[i]);

		if (!strv_has(&ons, on))
			strv_add(&ons, on);
	}
	for (size_t i = 0; i < ons.n; i++) {
		struct grid grid = { .d = d, .on = ons.v[i] };

		measure(&grid);
		if (grid.workloads.n)
			put_grid(&grid, f);
		strv_release(&grid.workloads);
		strv_release(&grid.ops);
	}
	fputs("</section>\n", f);
}
