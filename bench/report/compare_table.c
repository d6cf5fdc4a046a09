// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of a comparison: rows by name, figures, several as one table, what changed over sizes. */
#include "bench/report/compare_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"

double compare_base(const struct compare_row *row)
{
	return row->base_value / row->pages;
}

double compare_new(const struct compare_row *row)
{
	return row->new_value / row->pages;
}

double compare_change(const struct compare_row *row)
{
	return (row->new_value - row->base_value) / row->pages;
}

double compare_percent(const struct compare_row *row)
{
	if (row->judged)
		return 100 * (row->judgement.change.ratio - 1);
	if (!(row->base_value > 0))
		return NAN;
	return 100 * (row->new_value - row->base_value) / row->base_value;
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
	static const char *const names[COMPARE_NR_VERDICTS] = {
		[COMPARE_WRONG] = "wrong",
		[COMPARE_SAME] = "same",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
		[COMPARE_WITHIN] = "within",
		[COMPARE_INCONCLUSIVE] = "inconclusive",
		[COMPARE_UNDERPOWERED] = "underpowered",
		[COMPARE_MISSING_BASE] = "missing in base",
		[COMPARE_MISSING_NEW] = "missing in new",
		[COMPARE_MISSING_BOTH] = "missing in both",
		[COMPARE_NO_VERDICT] = "no verdict",
	};

	return names[verdict];
}

const struct compare_event *compare_find_event(const struct compare *c, const char *name)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++)
			if (!strcmp(c->rows[i].events[k].row.name, name))
				return &c->rows[i].events[k];
	return NULL;
}

const struct compare_row *compare_find(const struct compare *c, const char *name)
{
	const struct compare_event *event = compare_find_event(c, name);

	for (size_t i = 0; !event && i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].name, name))
			return &c->rows[i];
	return event ? &event->row : NULL;
}

/* nr_names where it is not there. */
static size_t place_of(const struct compare_table *t, const char *name)
{
	size_t i = 0;

	while (i < t->nr_names && strcmp(t->names[i], name) != 0)
		i++;
	return i;
}

static void add(struct compare_table *t, const char *name, const char *label)
{
	const size_t i = place_of(t, name);

	if (i < t->nr_names) {
		/* The longer one has the mark: one column of several is enough. */
		if (strlen(label) > strlen(t->labels[i]))
			t->labels[i] = label;
		return;
	}
	t->names = xgrow(t->names, t->nr_names, sizeof(*t->names));
	t->labels = xgrow(t->labels, t->nr_names, sizeof(*t->labels));
	t->names[t->nr_names] = name;
	t->labels[t->nr_names++] = label;
}

/* A series, and what any column counted in it. */
static void add_series(struct compare_table *t, const struct compare_row *row)
{
	add(t, row->name, row->name);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *own = compare_find(&t->columns[i], row->name);

		for (size_t k = 0; own && k < own->nr_events; k++)
			if (compare_event_told(&own->events[k]))
				add(t, own->events[k].row.name, own->events[k].label);
	}
}

void compare_table_init(struct compare_table *t, struct compare *columns, size_t n)
{
	*t = (struct compare_table){ .columns = columns, .n = n };
	for (size_t i = 0; i < n; i++)
		for (size_t r = 0; r < columns[i].nr_rows; r++)
			if (place_of(t, columns[i].rows[r].name) == t->nr_names)
				add_series(t, &columns[i].rows[r]);
}

const struct compare_event *compare_table_event(const struct compare_table *t, const char *name)
{
	const struct compare_event *event = NULL;

	for (size_t i = 0; i < t->n && !event; i++)
		event = compare_find_event(&t->columns[i], name);
	return event;
}

double compare_table_base(const struct compare_table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *row = compare_find(&t->columns[i], name);

		if (row && row->base)
			return compare_base(row);
	}
	return NAN;
}

void compare_table_release(struct compare_table *t)
{
	free(t->names);
	free(t->labels);
	*t = (struct compare_table){ 0 };
}

/* The sizes of one op over one workload, as difference_line() and terms_solve() take them. */
struct points {
	double *pages, *difference, *cost;
	struct terms_size *sizes;
	size_t n;
};

static bool same_line(const struct record_series *a, const struct record_series *b)
{
	const struct series_key x = series_key_line(series_key_of(a));
	const struct series_key y = series_key_line(series_key_of(b));

	return series_key_same(&x, &y);
}

static const struct record_series *counterpart(const struct records *records,
					       const struct record_series *s)
{
	const struct series_key key = series_key_of(s);

	return series_first(records, &key);
}

/* Boots of an exact run are alike, so the first time a series is there is enough. */
static bool is_first(const struct records *records, size_t i)
{
	return counterpart(records, &records->series[i]) == &records->series[i];
}

static bool begins_line(const struct records *records, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_line(&records->series[j], &records->series[i]))
			return false;
	return true;
}

static void add_point(struct points *p, struct change *c, const struct record_series *base,
		      const struct record_series *new)
{
	double cost = series_value_boot(true, base);
	double difference = series_value_boot(true, new) - cost;

	p->sizes[p->n] = terms_size(base->proof.addr, base->size, series_page(base),
				    base->proof.vmas, (int64_t)difference);
	p->pages[p->n] = series_pages(base);
	p->difference[p->n] = difference;
	/* A call that costs nothing weighs as one of a single tick. */
	p->cost[p->n] = cost > 0 ? cost : 1;
	p->n++;
	c->sizes++;
	if (base->size > c->largest) {
		c->largest = base->size;
		c->ticks = (int64_t)difference;
	}
}

static void gather(const struct records *base, const struct records *new, size_t from,
		   struct points *p, struct change *c)
{
	p->n = 0;
	for (size_t i = from; i < base->nr_series; i++) {
		const struct record_series *s = &base->series[i], *other;

		if (!same_line(s, &base->series[from]) || !is_first(base, i))
			continue;
		other = counterpart(new, s);
		if (other)
			add_point(p, c, s, other);
	}
}

static bool all_same(const struct points *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->difference[i] < 0 || p->difference[i] > 0)
			return false;
	return true;
}

static void add_line(const struct records *base, const struct records *new, size_t from,
		     struct points *p, struct changes *changes)
{
	const struct record_series *s = &base->series[from];
	const struct series_key line = series_key_line(series_key_of(s));
	struct change change = { 0 };

	gather(base, new, from, p, &change);
	if (!p->n)
		return;
	if (all_same(p)) {
		changes->same++;
		return;
	}
	change.name = series_key_name(&line);
	change.line_known =
		!difference_line(p->pages, p->difference, p->cost, p->n, &change.line, NULL);
	change.terms_known = !terms_solve(p->sizes, p->n, &change.terms, NULL);
	changes->v = xrealloc(changes->v, (changes->n + 1) * sizeof(*changes->v));
	changes->v[changes->n++] = change;
}

void changes_build(const struct records *base, const struct records *new, struct changes *changes)
{
	size_t room = base->nr_series + 1;
	struct points p = {
		.pages = xcalloc(room, sizeof(*p.pages)),
		.difference = xcalloc(room, sizeof(*p.difference)),
		.cost = xcalloc(room, sizeof(*p.cost)),
		.sizes = xcalloc(room, sizeof(*p.sizes)),
	};

	*changes = (struct changes){ 0 };
	for (size_t i = 0; i < base->nr_series; i++)
		if (!base->series[i].beside && !record_op_calibrates(base->series[i].op) &&
		    begins_line(base, i))
			add_line(base, new, i, &p, changes);
	free(p.pages);
	free(p.difference);
	free(p.cost);
	free(p.sizes);
}

void changes_release(struct changes *changes)
{
	for (size_t i = 0; i < changes->n; i++)
		free(changes->v[i].name);
	free(changes->v);
	*changes = (struct changes){ 0 };
}

static char *terms_text(const struct terms *t)
{
	_cleanup_free_ char *third = t->has_pud	  ? xasprintf("%+" PRId64 " a PUD, ", t->pud)
				     : t->has_vma ? xasprintf("%+" PRId64 " a VMA, ", t->vma)
						  : xstrdup("");
	char *text =
		xasprintf("%+" PRId64 " a page, %+" PRId64 " a PMD, %s%+" PRId64 " a call, exactly",
			  t->page, t->pmd, third, t->call);

	return text;
}

bool change_exact(const struct change *c)
{
	return c->terms.solved || (c->line_known && c->line.exact && c->terms_known);
}

char *change_text(const struct change *c)
{
	if (c->terms.solved)
		return terms_text(&c->terms);
	if (!c->line_known)
		return xasprintf("%+" PRId64 " a call at %s, the one size", c->ticks,
				 size_name(c->largest).text);
	if (c->line.exact)
		return xasprintf("%+.6g a page, %+.6g a call%s", c->line.page, c->line.call,
				 change_exact(c) ? ", exactly" : "; PMDs not told apart");
	return xasprintf("%+.4g a page, %+.3g a call, about", c->line.page, c->line.call);
}
