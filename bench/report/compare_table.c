// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of a comparison that was built: rows by name, figures, and several as one table. */
#include "bench/report/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
		[COMPARE_SAME] = "same",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
		[COMPARE_WITHIN] = "within",
		[COMPARE_INCONCLUSIVE] = "inconclusive",
		[COMPARE_UNDERPOWERED] = "underpowered",
		[COMPARE_MISSING_BASE] = "missing in base",
		[COMPARE_MISSING_NEW] = "missing in new",
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
