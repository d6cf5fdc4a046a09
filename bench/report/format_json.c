// SPDX-License-Identifier: GPL-2.0-only
/* Sheets as JSON: one object, a member a sheet, which is a list of its rows. docs/exchange.md. */
#include <math.h>
#include <stdlib.h>

#include "bench/report/format.h"

#define SCHEMA 3 /* one more where what was there has another name, place or meaning */

/* Whole numbers are integers: exact counts stay exact. */
static json_t *of_number(const struct sheet_cell *cell)
{
	const uint64_t count = cell->whole ? strtoull(cell->text, NULL, 10) : 0;

	if (cell->whole && count <= INT64_MAX)
		return json_integer((json_int_t)count);
	if (fabs(cell->value) <= 0x1p53 && floor(cell->value) >= cell->value)
		return json_integer((json_int_t)cell->value);
	return json_real(cell->value);
}

static json_t *of_cell(const struct sheet_cell *cell)
{
	if (cell->reason)
		return json_null();
	if (cell->truth)
		return json_boolean(*cell->text == 't');
	return isnan(cell->value) ? json_string(cell->text) : of_number(cell);
}

static json_t *of_row(const struct sheet *s, size_t first)
{
	json_t *row = json_object();

	for (size_t i = 0; i < s->nr_columns; i++)
		json_object_set_new(row, s->columns[i].title, of_cell(&s->cells[first + i]));
	return row;
}

static json_t *of_sheet(const struct sheet *s)
{
	json_t *rows;

	if (s->single)
		return of_row(s, 0);
	rows = json_array();
	for (size_t i = 0; i < s->nr_cells; i += s->nr_columns)
		json_array_append_new(rows, of_row(s, i));
	return rows;
}

void render_json(const struct sheets *sheets, const struct pen *pen)
{
	json_t *root = json_pack("{s:s, s:i}", "kind", sheets->title, "schema", SCHEMA);

	for (size_t i = 0; i < sheets->n; i++)
		json_object_set_new(root, sheets->v[i]->name, of_sheet(sheets->v[i]));
	json_write(root, RENDER_DIGITS, pen->f);
}

const struct format format_json = {
	.name = "json",
	.summary = "for programs: every table, unrounded, null where missing",
	.render = render_json,
	.data = true,
};
