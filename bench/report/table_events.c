// SPDX-License-Identifier: GPL-2.0-only
/* What perf events counted in the windows, next to the ticks. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/event_cost.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"

/* Of every cell of the table of costs, in order of appearance. */
static void shown_names(const struct summary *s, struct strv *names)
{
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			for (size_t i = 0; series && i < series->nr_events; i++)
				if (!strv_has(names, series->events[i].name))
					strv_add(names, series->events[i].name);
		}
}

static struct table *new_events(const struct summary *s, const struct strv *names)
{
	struct table_column *columns = xcalloc(names->n + 4, sizeof(*columns));
	struct table *t;

	columns[0] = (struct table_column){ "workload", false };
	columns[1] = (struct table_column){ "op", false };
	columns[2] = (struct table_column){ "size", true };
	columns[3] = (struct table_column){ pen_unit(s), true };
	for (size_t i = 0; i < names->n; i++)
		columns[4 + i] = (struct table_column){ names->v[i], true };
	t = table_new(columns, names->n + 4);
	free(columns);
	return t;
}

/* A figure that was scaled has a mark: what it is worth is another thing. */
static void event_cell(struct table *t, const struct event_cost *cost, double *worst)
{
	if (!cost->page.known || cost->share >= 1) {
		table_figure(t, &cost->page);
		return;
	}
	table_cell(t, "%.2f~", cost->page.value);
	if (cost->share < *worst)
		*worst = cost->share;
}

static void events_row(struct table *t, const struct summary *s, const struct summary_row *row,
		       const struct summary_column *column, const struct summary_cell *cell,
		       const struct strv *names, double *worst)
{
	const struct record_series *series = cell->series;
	const bool empty = record_op_calibrates(column->op);

	table_cell(t, "%s", row->name);
	table_cell(t, empty ? "%s, a call" : "%s", column->name);
	table_cell(t, "%s", size_name(series->size).text);
	table_figure(t, empty ? &cell->ticks : &cell->page);
	for (size_t i = 0; i < names->n; i++) {
		const size_t event = event_find(series, names->v[i]);
		const struct event_cost cost = empty ? event_cost_call(s->records, series, event)
						     : event_cost(s->records, series, event);

		event_cell(t, &cost, worst);
	}
}

void tables_events(const struct summary *s, const struct pen *pen)
{
	struct strv names = { 0 };
	double worst = 1;
	struct table *t;

	shown_names(s, &names);
	if (!names.n)
		return;
	pen_heading(pen, "Perf events in a window, a page (an empty window's taken off)");
	t = new_events(s, &names);
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_cell *cell = &s->rows[r].cells[c];

			if (cell->series && cell->series->nr_events)
				events_row(t, s, &s->rows[r], &s->columns[c], cell, &names, &worst);
		}
	table_write(t, pen->f, pen->colour);
	if (worst < 1)
		fprintf(pen->f,
			"~ multiplexed: on a counter for %.0f %% of the window in the worst sample, "
			"and scaled\n",
			worst * 100);
	table_free(t);
	strv_release(&names);
}

/* The names of the events that have @reason, in @series; "" where none has. */
static char *with_reason(const struct record_series *series, const char *reason)
{
	struct strv names = { 0 };
	char *joined;

	for (size_t i = 0; i < series->nr_events; i++)
		if (!strcmp(series->events[i].reason, reason))
			strv_add(&names, series->events[i].name);
	joined = strv_join(&names, ", ");
	strv_release(&names);
	return joined;
}

/* Each reason once, whichever series has it. */
void tables_uncounted(const struct summary *s, const struct pen *pen)
{
	struct strv said = { 0 };

	for (size_t i = 0; i < s->records->nr_series; i++) {
		const struct record_series *series = &s->records->series[i];

		for (size_t k = 0; k < series->nr_events; k++) {
			const char *reason = series->events[k].reason;
			char *names;

			if (!*reason || strv_has(&said, reason))
				continue;
			strv_add(&said, reason);
			names = with_reason(series, reason);
			fprintf(pen->f, "%-12s not counted: %s: %s\n", "events", names, reason);
			free(names);
		}
	}
	strv_release(&said);
}
