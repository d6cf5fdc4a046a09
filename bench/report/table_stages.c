// SPDX-License-Identifier: GPL-2.0-only
/* What the parts of an op cost, and what is noted of a series. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"

/* The sample whose ticks are the series' value. */
static size_t least_sample(const struct record_series *series)
{
	size_t least = 0;

	for (size_t i = 1; i < series->nr_samples; i++)
		if (series->samples[i].ticks < series->samples[least].ticks)
			least = i;
	return least;
}

static const struct record_stage *find_stage(const struct record_series *series, const char *name)
{
	for (size_t i = 0; i < series->nr_stages; i++)
		if (!strcmp(series->stages[i].name, name))
			return &series->stages[i];
	return NULL;
}

static struct figure stage_cost(const struct record_series *series, const char *name)
{
	const struct record_stage *stage = find_stage(series, name);
	uint64_t ticks =
		stage && series->nr_samples ? stage->ticks[least_sample(series)] : RECORD_NO_TICKS;

	if (ticks == RECORD_NO_TICKS)
		return (struct figure){ .reason = "not a stage of this op, or it did not happen" };
	return (struct figure){ .known = true,
				.value = (double)ticks / ((double)series->size / PAGE),
				.reason = "" };
}

/* Of every cell of the table of costs, in order of appearance. */
static void stage_names(const struct summary *s, struct strv *names)
{
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			for (size_t i = 0; series && i < series->nr_stages; i++)
				if (!strv_has(names, series->stages[i].name))
					strv_add(names, series->stages[i].name);
		}
}

static struct table *new_stages(const struct strv *names)
{
	struct table_column *columns = xcalloc(names->n + 3, sizeof(*columns));
	struct table *t;

	columns[0] = (struct table_column){ "workload", false };
	columns[1] = (struct table_column){ "op", false };
	columns[2] = (struct table_column){ "size", true };
	for (size_t i = 0; i < names->n; i++)
		columns[3 + i] = (struct table_column){ names->v[i], true };
	t = table_new(columns, names->n + 3);
	free(columns);
	return t;
}

static void stages_row(struct table *t, const struct record_series *series,
		       const struct strv *names)
{
	table_cell(t, "%s", series->workload);
	table_cell(t, "%s", series->op);
	table_cell(t, "%s", size_name(series->size).text);
	for (size_t i = 0; i < names->n; i++) {
		struct figure figure = stage_cost(series, names->v[i]);

		table_figure(t, &figure);
	}
}

void tables_stages(const struct summary *s, const struct pen *pen)
{
	struct strv names = { 0 };
	struct table *t;

	stage_names(s, &names);
	if (!names.n)
		return;
	pen_heading(pen, "Stages of a window, a page (inject is the module's own, and in no sum)");
	t = new_stages(&names);
	for (size_t r = 0; r < s->nr_rows; r++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			if (series && series->nr_stages)
				stages_row(t, series, &names);
		}
	table_write(t, pen->f, pen->colour);
	table_free(t);
	strv_release(&names);
}

/* The workloads whose cells of that column have this note; NULL where @first is not the first. */
static char *noted(const struct summary *s, size_t column, size_t first, const char *note)
{
	struct strv names = { 0 };
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
	strv_release(&names);
	return joined;
}

/* One line for all workloads of which the same is noted. */
void tables_notes(const struct summary *s, const struct pen *pen)
{
	bool headed = false;

	for (size_t c = 0; c < s->nr_columns; c++)
		for (size_t r = 0; r < s->nr_rows; r++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			for (size_t i = 0; series && i < series->notes.n; i++) {
				char *workloads = noted(s, c, r, series->notes.v[i]);

				if (workloads && !headed)
					pen_heading(pen, "Notes on the series of the first table");
				headed |= workloads != NULL;
				if (workloads)
					fprintf(pen->f, "%s (%s): %s\n", s->columns[c].name,
						workloads, series->notes.v[i]);
				free(workloads);
			}
		}
}
