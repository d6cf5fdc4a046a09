// SPDX-License-Identifier: GPL-2.0-only
/* Rows and series by name: of one run, of one comparison, of several. */
#include "bench/report/compare_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/compare.h"

static int by_name(const void *a, const void *b)
{
	const struct record_series *x = *(const struct record_series *const *)a;
	const struct record_series *y = *(const struct record_series *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static int missing_by_name(const void *a, const void *b)
{
	const struct record_missing *x = *(const struct record_missing *const *)a;
	const struct record_missing *y = *(const struct record_missing *const *)b;

	return strcmp(x->name, y->name);
}

void compare_index_init(struct compare_index *index, const struct records *r)
{
	*index = (struct compare_index){
		.series = xcalloc(r->nr_series + 1, sizeof(*index->series)),
		.n = r->nr_series,
		.missing = xcalloc(r->nr_missing + 1, sizeof(*index->missing)),
		.nr_missing = r->nr_missing,
		.exact = r->run.exact,
	};
	for (size_t i = 0; i < r->nr_series; i++)
		index->series[i] = &r->series[i];
	for (size_t i = 0; i < r->nr_missing; i++)
		index->missing[i] = &r->missing[i];
	qsort(index->series, index->n, sizeof(*index->series), by_name);
	qsort(index->missing, index->nr_missing, sizeof(*index->missing), missing_by_name);
}

void compare_index_release(struct compare_index *index)
{
	free(index->series);
	free(index->missing);
}

const struct record_series *const *compare_index_find(const struct compare_index *index,
						      const char *name, size_t *n)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(index->series[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < index->n; ++*n)
		if (strcmp(index->series[low + *n]->name, name) != 0)
			break;
	return index->series + low;
}

const char *compare_index_reason(const struct compare_index *index, const char *name)
{
	const struct record_missing key = { .name = (char *)name }, *p = &key;
	const struct record_missing **found = bsearch(&p, index->missing, index->nr_missing,
						      sizeof(*index->missing), missing_by_name);

	return found ? (*found)->reason : "";
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
