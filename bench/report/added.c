// SPDX-License-Identifier: GPL-2.0-only
/* What a policy adds to a page of device memory: the finding that tables and pictures share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/summary.h"

/* The columns of @policy and of policy none. False: the run has not both. */
static bool find_columns(const struct summary *s, const char *policy, size_t columns[2])
{
	const char *op = gate_policy_op(s->records), *const policies[2] = { policy, "none" };

	for (size_t i = 0; s->nr_rows && i < 2; i++) {
		const struct summary_cell *cell = summary_cell(s, s->rows, op, policies[i]);

		if (!cell)
			return false;
		columns[i] = (size_t)(cell - s->rows->cells);
	}
	return s->nr_rows;
}

/* Of workloads of device memory alone. */
static bool is_known(const struct summary_row *row, const size_t columns[2])
{
	return row->zone_device && row->cells[columns[0]].page.known &&
	       row->cells[columns[1]].page.known;
}

static bool is_solved(const struct summary_row *row, const size_t columns[2])
{
	return row->models[columns[0]].terms.solved && row->models[columns[1]].terms.solved;
}

static bool all_solved(const struct summary *s, const size_t columns[2])
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (is_known(&s->rows[i], columns) && !is_solved(&s->rows[i], columns))
			return false;
	return true;
}

struct added summary_added(const struct summary *s, const char *policy, bool terms)
{
	struct added added = { .least = (double)INFINITY, .most = (double)-INFINITY };
	size_t columns[2];

	if (!find_columns(s, policy, columns))
		return added;
	added.terms = terms && all_solved(s, columns);
	for (size_t i = 0; i < s->nr_rows; i++) {
		const struct summary_row *row = &s->rows[i];
		double value;

		if (!is_known(row, columns))
			continue;
		value = added.terms ? (double)(row->models[columns[0]].terms.page -
					       row->models[columns[1]].terms.page)
				    : row->cells[columns[0]].page.value -
					      row->cells[columns[1]].page.value;
		added.known = true;
		added.least = fmin(added.least, value);
		added.most = fmax(added.most, value);
	}
	return added;
}

char *added_text(const struct added *added, int decimals)
{
	const int digits = added->terms ? 0 : decimals;
	_cleanup_free_ char *least = xasprintf("%.*f", digits, added->least);
	_cleanup_free_ char *most = xasprintf("%.*f", digits, added->most);

	return strcmp(least, most) != 0 ? xasprintf("%s to %s", least, most) : xstrdup(most);
}
