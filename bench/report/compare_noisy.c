// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare_noisy.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/stats/median.h"
#include "bench/stats/sample.h"

#define NO_RATIO "a boot's median is 0: there is no ratio"
#define NO_BOOTS "no boot of it has samples"

double *compare_medians(const struct compare_index *index, const char *name, size_t *n)
{
	size_t boots;
	const struct record_series *const *series = compare_index_find(index, name, &boots);
	double *values = xcalloc(boots + 1, sizeof(*values));

	*n = 0;
	for (size_t i = 0; i < boots; i++)
		if (series[i]->nr_samples)
			values[(*n)++] = record_median(series[i]);
	return values;
}

static bool all_positive(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(values[i] > 0))
			return false;
	return true;
}

static double middle(const double *values, size_t n)
{
	double *sorted = n ? sample_sorted(values, n) : NULL;
	const double median = sorted ? median_sorted(sorted, n) : (double)NAN;

	free(sorted);
	return median;
}

/* The series of the rows that are judged, and which row each is of. */
struct table {
	struct judge_series *series;
	struct judgement *judgements;
	size_t *rows;
	size_t n;
};

static void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free((double *)t->series[i].base);
		free((double *)t->series[i].new);
	}
	free(t->series);
	free(t->judgements);
	free(t->rows);
}

static void add(struct table *t, struct compare *c, size_t at, const struct compare_index *base,
		const struct compare_index *new)
{
	struct compare_row *row = &c->rows[at];
	double *x = compare_medians(base, row->name, &row->nr_base);
	double *y = compare_medians(new, row->name, &row->nr_new);

	row->base_value = middle(x, row->nr_base);
	row->new_value = middle(y, row->nr_new);
	row->base_ticks = row->new_ticks = 0;
	if (row->base && row->new) {
		row->verdict = COMPARE_INCONCLUSIVE;
		row->reason = !row->nr_base || !row->nr_new ? NO_BOOTS : NO_RATIO;
	}
	if (!row->base || !row->new || !row->nr_base || !row->nr_new ||
	    !all_positive(x, row->nr_base) || !all_positive(y, row->nr_new)) {
		free(x);
		free(y);
		return;
	}
	t->rows[t->n] = at;
	t->series[t->n++] = (struct judge_series){
		.base = x,
		.new = y,
		.nr_base = row->nr_base,
		.nr_new = row->nr_new,
	};
}

static enum compare_verdict verdict_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_BETTER:
		return COMPARE_BETTER;
	case VERDICT_WORSE:
		return COMPARE_WORSE;
	case VERDICT_SAME:
		return COMPARE_SAME;
	case VERDICT_UNDERPOWERED:
		return COMPARE_UNDERPOWERED;
	default:
		return COMPARE_INCONCLUSIVE;
	}
}

int compare_noisy(struct compare *c, const struct compare_index *base,
		  const struct compare_index *new, struct err *err)
{
	const struct judge_rule rule = {
		.verdict = { .alpha = c->alpha, .delta = c->delta },
		.adjust = adjust_holm,
	};
	struct table t = {
		.series = xcalloc(c->nr_rows + 1, sizeof(*t.series)),
		.judgements = xcalloc(c->nr_rows + 1, sizeof(*t.judgements)),
		.rows = xcalloc(c->nr_rows + 1, sizeof(*t.rows)),
	};
	int ret;

	for (size_t i = 0; i < c->nr_rows; i++)
		add(&t, c, i, base, new);
	ret = judge_table(t.series, t.n, &rule, t.judgements, err);
	for (size_t i = 0; !ret && i < t.n; i++) {
		struct compare_row *row = &c->rows[t.rows[i]];

		row->judged = true;
		row->judgement = t.judgements[i];
		row->verdict = verdict_of(t.judgements[i].verdict);
		row->reason = "";
	}
	c->nr_judged = t.n;
	table_release(&t);
	return ret;
}

/* |ratio - 1| of odd to even boots in per cent; NAN where there are not two boots with a ratio. */
static double odd_against_even(const double *values, size_t n)
{
	double *halves[2] = { xcalloc(n + 1, sizeof(double)), xcalloc(n + 1, sizeof(double)) };
	size_t counts[2] = { 0 };
	struct hodges hodges;
	double floor = NAN;

	for (size_t i = 0; i < n; i++)
		halves[i % 2][counts[i % 2]++] = values[i];
	if (n >= 2 && all_positive(values, n) &&
	    !hodges_ratio(halves[0], counts[0], halves[1], counts[1], 0.05, &hodges, NULL))
		floor = 100 * (hodges.ratio > 1 ? hodges.ratio - 1 : 1 / hodges.ratio - 1);
	free(halves[0]);
	free(halves[1]);
	return floor;
}

int compare_floor(struct compare *c, const struct compare_index *base, struct err *err)
{
	double *floors = xcalloc(c->nr_rows + 1, sizeof(*floors));
	size_t known = 0;

	(void)err;
	for (size_t i = 0; i < c->nr_rows; i++) {
		size_t n;
		double *values = compare_medians(base, c->rows[i].name, &n);

		c->rows[i].floor = odd_against_even(values, n);
		if (!isnan(c->rows[i].floor))
			floors[known++] = c->rows[i].floor;
		free(values);
	}
	sample_sort(floors, known);
	c->floor_median = known ? median_sorted(floors, known) : (double)NAN;
	c->floor_largest = known ? floors[known - 1] : (double)NAN;
	free(floors);
	return 0;
}
