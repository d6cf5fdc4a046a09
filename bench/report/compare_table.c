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

/* As they are told; of one name the event first, then that which came first. */
static int by_name(const void *a, const void *b)
{
	const struct compare_name *x = a, *y = b;
	int order = strcmp(x->row->name, y->row->name);

	if (!order)
		order = !x->event - !y->event;
	return order ? order : (x->row > y->row) - (x->row < y->row);
}

void compare_names_init(struct compare *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nr_rows; i++)
		n += 1 + c->rows[i].nr_events;
	c->names = xcalloc(n + 1, sizeof(*c->names));
	for (size_t i = 0; i < c->nr_rows; i++) {
		struct compare_row *row = &c->rows[i];

		c->names[c->nr_names++].row = row;
		for (size_t k = 0; k < row->nr_events; k++)
			c->names[c->nr_names++] =
				(struct compare_name){ &row->events[k].row, &row->events[k] };
	}
	qsort(c->names, n, sizeof(*c->names), by_name);
}

/* The first of that name, or NULL. */
static const struct compare_name *find(const struct compare *c, const char *name)
{
	size_t low = 0, high = c->nr_names;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(c->names[middle].row->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->nr_names && !strcmp(c->names[low].row->name, name) ? &c->names[low] : NULL;
}

const struct compare_event *compare_find_event(const struct compare *c, const char *name)
{
	const struct compare_name *found = find(c, name);

	return found ? found->event : NULL;
}

const struct compare_row *compare_find(const struct compare *c, const char *name)
{
	const struct compare_name *found = find(c, name);

	return found ? found->row : NULL;
}

/* @from: where the series of that name begins. */
static void add(struct compare_table *t, size_t from, const char *name, const char *label)
{
	for (size_t i = from; i < t->nr_names; i++) {
		if (strcmp(t->names[i], name) != 0)
			continue;
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
	const size_t from = t->nr_names;

	add(t, from, row->name, row->name);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare_row *own = compare_find(&t->columns[i], row->name);

		for (size_t k = 0; own && k < own->nr_events; k++)
			if (compare_event_told(&own->events[k]))
				add(t, from, own->events[k].row.name, own->events[k].label);
	}
}

static bool has_before(const struct compare_table *t, size_t column, const char *name)
{
	for (size_t i = 0; i < column; i++)
		if (compare_find(&t->columns[i], name))
			return true;
	return false;
}

void compare_table_init(struct compare_table *t, struct compare *columns, size_t n)
{
	*t = (struct compare_table){ .columns = columns, .n = n };
	for (size_t i = 0; i < n; i++)
		for (size_t r = 0; r < columns[i].nr_rows; r++)
			if (!has_before(t, i, columns[i].rows[r].name))
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

/* Boots of an exact run are alike, so the first time a series is there is enough. */
static void gather(struct series_range line, const struct series_index *new, struct points *p,
		   struct change *c)
{
	const struct series_key *last = NULL;

	p->n = 0;
	for (size_t i = 0; i < line.n; i++) {
		const struct series_entry *base = line.v[i];
		const struct record_series *other;

		if (last && last->size == base->key.size)
			continue;
		last = &base->key;
		other = series_first(new, last);
		if (other)
			add_point(p, c, base->series, other);
	}
}

static bool all_same(const struct points *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->difference[i] < 0 || p->difference[i] > 0)
			return false;
	return true;
}

static void add_line(struct series_range of, const struct series_index *new, struct points *p,
		     struct changes *changes)
{
	const struct series_key line = series_key_line(of.v[0]->key);
	struct change change = { 0 };

	gather(of, new, p, &change);
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

void changes_build(const struct series_index *base, const struct series_index *new,
		   struct changes *changes)
{
	size_t room = base->series.n + 1;
	struct points p = {
		.pages = xcalloc(room, sizeof(*p.pages)),
		.difference = xcalloc(room, sizeof(*p.difference)),
		.cost = xcalloc(room, sizeof(*p.cost)),
		.sizes = xcalloc(room, sizeof(*p.sizes)),
	};

	*changes = (struct changes){ 0 };
	for (size_t i = 0; i < base->series.n; i++) {
		const struct series_entry *entry = &base->series.entries[i];
		struct series_range line;

		if (entry->series->beside || record_op_calibrates(entry->key.op))
			continue;
		line = series_like(&base->series, &entry->key, SERIES_LINE);
		if (series_earliest(line) == entry)
			add_line(line, new, &p, changes);
	}
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
