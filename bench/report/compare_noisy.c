// SPDX-License-Identifier: GPL-2.0-only
/* The values of a series' boots, and what bench/stats says of them. */
#include "bench/report/compare_parts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/stats/sample.h"

#define NO_RATIO "a boot's median is 0: there is no ratio"
#define NO_BOOTS "no boot of it has samples"

double *compare_boots(const struct series_index *index, const char *name, size_t *n)
{
	return series_values(index, series_named(&index->series, name), n);
}

static bool all_positive(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(values[i] > 0))
			return false;
	return true;
}

bool compare_family_add(struct compare_family *f, struct compare_row *row, double *base,
			double *new)
{
	const bool ratio = row->base && row->new && row->nr_base &&
			   row->nr_new &&all_positive(base, row->nr_base) &&
			   all_positive(new, row->nr_new);

	row->base_value = series_value_of(false, base, row->nr_base);
	row->new_value = series_value_of(false, new, row->nr_new);
	if (!ratio) {
		free(base);
		free(new);
		return false;
	}
	f->series = xgrow(f->series, f->n, sizeof(*f->series));
	f->rows = xgrow(f->rows, f->n, sizeof(*f->rows));
	f->rows[f->n] = row;
	f->series[f->n++] = (struct judge_series){
		.base = base,
		.new = new,
		.nr_base = row->nr_base,
		.nr_new = row->nr_new,
	};
	return true;
}

int compare_family_judge(struct compare_family *f, const struct compare *c, struct err *err)
{
	const struct judge_rule rule = {
		.verdict = { .alpha = c->alpha, .delta = c->delta },
		.adjust = adjust_holm,
	};
	struct judgement *judgements = xcalloc(f->n + 1, sizeof(*judgements));
	int ret = c->exact ? 0 : judge_table(f->series, f->n, &rule, judgements, err);

	for (size_t i = 0; i < f->n; i++) {
		f->rows[i]->judged = !ret && !c->exact;
		f->rows[i]->judgement = judgements[i];
		free((double *)f->series[i].base);
		free((double *)f->series[i].new);
	}
	free(judgements);
	free(f->series);
	free(f->rows);
	*f = (struct compare_family){ 0 };
	return ret;
}

static void add(struct compare_family *f, struct compare_row *row, const struct series_index *base,
		const struct series_index *new)
{
	double *x = compare_boots(base, row->name, &row->nr_base);
	double *y = compare_boots(new, row->name, &row->nr_new);

	row->base_ticks = row->new_ticks = 0;
	if (!compare_family_add(f, row, x, y) && row->base && row->new) {
		row->verdict = COMPARE_INCONCLUSIVE;
		row->reason = !row->nr_base || !row->nr_new ? NO_BOOTS : NO_RATIO;
	}
}

enum compare_verdict compare_verdict_of(const struct judgement *judgement)
{
	switch (judgement->verdict) {
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

int compare_noisy(struct compare *c, const struct series_index *base,
		  const struct series_index *new, struct err *err)
{
	struct compare_family family = { 0 };
	int ret;

	for (size_t i = 0; i < c->nr_rows; i++)
		add(&family, &c->rows[i], base, new);
	c->nr_judged = family.n;
	ret = compare_family_judge(&family, c, err);
	for (size_t i = 0; i < c->nr_rows; i++) {
		struct compare_row *row = &c->rows[i];

		if (row->judged)
			row->verdict = compare_verdict_of(&row->judgement);
		if (row->base && row->new &&
		    (c->by || strv_has(&row->base->notes, RECORD_NO_DIRECTION) ||
		     strv_has(&row->new->notes, RECORD_NO_DIRECTION)))
			row->verdict = COMPARE_NO_VERDICT;
	}
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

int compare_floor(struct compare *c, const struct series_index *base, struct err *err)
{
	_cleanup_free_ double *floors = xcalloc(c->nr_rows + 1, sizeof(*floors));
	size_t known = 0;

	(void)err;
	for (size_t i = 0; i < c->nr_rows; i++) {
		size_t n;
		_cleanup_free_ double *values = compare_boots(base, c->rows[i].name, &n);

		c->rows[i].floor = odd_against_even(values, n);
		if (!isnan(c->rows[i].floor))
			floors[known++] = c->rows[i].floor;
	}
	sample_sort(floors, known);
	c->floor_median = known ? median_sorted(floors, known) : (double)NAN;
	c->floor_largest = known ? floors[known - 1] : (double)NAN;
	return 0;
}
