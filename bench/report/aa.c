// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/aa.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/record/record.h"
#include "bench/report/compare_parts.h"
#include "bench/stats/verdict.h"
#include "bench/stats/sample.h"
#include "bench/stats/design.h"
#include "bench/stats/ranks.h"

#define ALPHA 0.05

struct arms {
	double *values[2];
	size_t n[2];
};

static int check_same(const struct records *a, const struct records *b, struct err *err)
{
	struct environment x, y;

	if (strcmp(a->run.kernel.image_sha256, b->run.kernel.image_sha256) != 0)
		return err_set(err, EXDEV, "%s and %s are of different kernels: that is no A/A",
			       a->run.id, b->run.id);
	environment_of(a, &x);
	environment_of(b, &y);
	for (size_t i = 0; i < x.n; i++) {
		const char *value = environment_get(&y, x.fields[i].name);

		if (value && strcmp(x.fields[i].value, value) != 0)
			return err_set(err, EXDEV, "%s differs: %s against %s: that is no A/A",
				       x.fields[i].name, x.fields[i].value, value);
	}
	return 0;
}

static int check_run(const struct record_run *run, bool method, struct err *err)
{
	int ret = record_comparable(run, method, err);

	if (!ret && run->exact)
		ret = err_set(err, EOPNOTSUPP,
			      "%s is of exact counts: they repeat, and one boot is enough",
			      run->id);
	return ret;
}

static int check(const struct records *first, const struct records *second, bool method,
		 struct err *err)
{
	int ret = check_run(&first->run, method, err);

	if (ret || !second)
		return ret;
	ret = check_run(&second->run, method, err);
	return ret ? ret : check_same(first, second, err);
}

static struct arms arms_of(const struct series_index *index, size_t nr_runs, const char *name)
{
	struct arms arms = { 0 };
	_cleanup_free_ double *all = NULL;
	size_t n;

	for (size_t i = 0; nr_runs == 2 && i < 2; i++)
		arms.values[i] = compare_boots(&index[i], name, &arms.n[i]);
	if (nr_runs == 2)
		return arms;
	all = compare_boots(&index[0], name, &n);
	for (size_t i = 0; i < 2; i++)
		arms.values[i] = xcalloc(n + 1, sizeof(double));
	for (size_t i = 0; i < n; i++)
		arms.values[i % 2][arms.n[i % 2]++] = all[i];
	return arms;
}

/* Of the logs, each arm about its own mean. */
static int noise_of(const struct arms *arms, double *sigma, struct err *err)
{
	double squares = 0, degrees = 0, one = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < 2; i++) {
		if (arms->n[i] < 2)
			continue;
		ret = power_noise(arms->values[i], arms->n[i], &one, err);
		squares += one * one * (double)(arms->n[i] - 1);
		degrees += (double)(arms->n[i] - 1);
	}
	*sigma = degrees > 0 ? sqrt(squares / degrees) : (double)NAN;
	return ret;
}

static double middle(const struct arms *arms)
{
	const size_t n = arms->n[0] + arms->n[1];
	double *all = xcalloc(n + 1, sizeof(*all)), value;

	for (size_t i = 0; i < n; i++)
		all[i] = i < arms->n[0] ? arms->values[0][i] : arms->values[1][i - arms->n[0]];
	value = series_value_of(false, all, n);
	free(all);
	return value;
}

static const char *why_not(const struct arms *arms)
{
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < arms->n[i]; k++)
			if (!(arms->values[i][k] > 0))
				return "a boot's median is 0: there is no ratio";
	if (arms->n[0] < 2 || arms->n[1] < 2)
		return "fewer than two boots an arm";
	return "";
}

static int tell(struct aa_row *row, const struct arms *arms, struct err *err)
{
	struct utest test = { 0 };
	int ret;

	row->boots[0] = arms->n[0];
	row->boots[1] = arms->n[1];
	row->value = NAN;
	row->reason = why_not(arms);
	if (*row->reason)
		return 0;
	row->value = middle(arms);
	ret = noise_of(arms, &row->noise, err);
	if (!ret)
		ret = utest(arms->values[0], arms->n[0], arms->values[1], arms->n[1], &test, err);
	row->p = test.p;
	if (!ret)
		ret = hodges_ratio(arms->values[0], arms->n[0], arms->values[1], arms->n[1], ALPHA,
				   &row->change, err);
	return ret;
}

static int boots_for(const struct aa *aa, double noise, size_t series, size_t *boots, bool *many)
{
	const struct power_goal goal = { aa->change, ALPHA, aa->power, series };
	const int ret = power_boots(noise, &goal, boots, NULL);

	*many |= ret == -ERANGE;
	return ret == -ERANGE ? 0 : ret;
}

/* What needs all rows: the adjustment, and boots in a table of them. */
static int finish(struct aa *aa, struct err *err)
{
	_cleanup_free_ double *p = xcalloc(aa->nr_rows + 1, sizeof(*p)),
			      *far = xcalloc(aa->nr_rows + 1, sizeof(*far));
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < aa->nr_rows; i++) {
		const struct aa_row *row = &aa->rows[i];

		if (*row->reason)
			continue;
		far[n] = fabs(log(row->change.ratio));
		p[n++] = row->p;
	}
	aa->nr_told = n;
	ret = adjust_holm(p, n, p, err);
	n = 0;
	for (size_t i = 0; !ret && i < aa->nr_rows; i++) {
		struct aa_row *row = &aa->rows[i];

		if (*row->reason)
			continue;
		row->p_adjusted = p[n++];
		aa->nr_differ += row->p_adjusted <= ALPHA;
		ret = boots_for(aa, row->noise, 1, &row->needed, &row->too_many);
		if (!ret)
			ret = boots_for(aa, row->noise, aa->nr_told, &row->together,
					&row->too_many);
	}
	sample_sort(far, aa->nr_told);
	aa->median = aa->nr_told ? expm1(median_sorted(far, aa->nr_told)) : (double)NAN;
	aa->largest = aa->nr_told ? expm1(far[aa->nr_told - 1]) : (double)NAN;
	return ret;
}

static uint64_t largest_of(const struct records *r, const char *workload)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < r->nr_series; i++)
		if (!strcmp(r->series[i].workload, workload) && r->series[i].size > largest)
			largest = r->series[i].size;
	return largest;
}

/* Once each, by the first boot that has it. */
static bool wanted(const struct records *r, const struct series_index *index, size_t i,
		   const struct aa_options *o)
{
	const struct record_series *s = &r->series[i];

	if (record_op_calibrates(s->op) || series_named(&index->series, s->name).v[0]->series != s)
		return false;
	return o->every_size || s->size == largest_of(r, s->workload);
}

static int add_rows(struct aa *aa, const struct series_index *index, size_t nr_runs,
		    const struct aa_options *o, struct err *err)
{
	const struct records *r = aa->runs[0];
	int ret = 0;

	aa->rows = xcalloc(r->nr_series + 1, sizeof(*aa->rows));
	for (size_t i = 0; !ret && i < r->nr_series; i++) {
		struct aa_row *row = &aa->rows[aa->nr_rows];
		struct arms arms;

		if (!wanted(r, &index[0], i, o))
			continue;
		row->name = r->series[i].name;
		row->pages = series_pages(&r->series[i]);
		aa->nr_rows++;
		arms = arms_of(index, nr_runs, row->name);
		ret = tell(row, &arms, err);
		if (ret)
			err_prefix(err, "%s", row->name);
		free(arms.values[0]);
		free(arms.values[1]);
	}
	return ret ? ret : finish(aa, err);
}

int aa_build(const struct records *first, const struct records *second, const struct aa_options *o,
	     struct aa *aa, struct err *err)
{
	const size_t nr_runs = second ? 2 : 1;
	struct series_index index[2];
	int ret = check(first, second, o->method_evidence, err);

	if (ret)
		return ret;
	*aa = (struct aa){
		.runs = { first, second },
		.change = o->change,
		.power = o->power,
		.alpha = ALPHA,
	};
	for (size_t i = 0; i < nr_runs; i++)
		series_index_init(&index[i], aa->runs[i]);
	ret = add_rows(aa, index, nr_runs, o, err);
	for (size_t i = 0; i < nr_runs; i++)
		series_index_release(&index[i]);
	if (ret)
		aa_release(aa);
	return ret;
}

void aa_release(struct aa *aa)
{
	free(aa->rows);
	*aa = (struct aa){ 0 };
}

const char *aa_replicates(const struct record_run *run)
{
	return strcmp(run->replicate, RECORD_REPLICATE) ? "processes" : "boots";
}
