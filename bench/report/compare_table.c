// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/compare.h"

const struct compare_row *compare_find(const struct compare *c, const char *name)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].name, name))
			return &c->rows[i];
	return NULL;
}

static bool is_in_earlier(const struct compare *columns, size_t column, const char *name)
{
	for (size_t i = 0; i < column; i++)
		if (compare_find(&columns[i], name))
			return true;
	return false;
}

void compare_table_init(struct compare_table *t, struct compare *columns, size_t n)
{
	*t = (struct compare_table){ .columns = columns, .n = n };
	for (size_t i = 0; i < n; i++) {
		for (size_t r = 0; r < columns[i].nr_rows; r++) {
			const char *name = columns[i].rows[r].name;

			if (i && is_in_earlier(columns, i, name))
				continue;
			t->names = xgrow(t->names, t->nr_names, sizeof(*t->names));
			t->names[t->nr_names++] = name;
		}
	}
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
	*t = (struct compare_table){ 0 };
}
