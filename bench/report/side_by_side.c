// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/side_by_side.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"

static int match(const char *field, const char *a, const char *b, const struct records *const *runs,
		 size_t i, struct err *err)
{
	if (!strcmp(a, b))
		return 0;
	return err_set(err, EXDEV, "%s differs: %s of %s, %s of %s", field, a, runs[0]->run.id, b,
		       runs[i]->run.id);
}

static int match_all(const struct records *const *runs, size_t i, struct err *err)
{
	const struct record_run *a = &runs[0]->run, *b = &runs[i]->run;
	int ret = match("machine", a->machine, b->machine, runs, i, err);

	if (!ret)
		ret = match("unit", a->unit, b->unit, runs, i, err);
	if (!ret)
		ret = match("mitigations", record_mitigations(a), record_mitigations(b), runs, i,
			    err);
	if (!ret && runs[0]->nr_boots && runs[i]->nr_boots)
		ret = match("guest CPU", runs[0]->boots[0].cpu, runs[i]->boots[0].cpu, runs, i,
			    err);
	return ret;
}

/* The same but for its size, which is chosen. */
static bool is_same(const struct record_series *a, const struct record_series *b)
{
	const struct series_key x = series_key_line(series_key_of(a));
	const struct series_key y = series_key_line(series_key_of(b));

	return series_key_same(&x, &y);
}

static struct series_key sized(const struct record_series *like, uint64_t size)
{
	struct series_key key = series_key_of(like);

	key.size = size;
	return key;
}

static size_t how_many(const struct side_by_side *k, const struct record_series *like,
		       uint64_t size)
{
	const struct series_key key = sized(like, size);
	size_t n = 0;

	for (size_t i = 0; i < k->nr_runs; i++)
		n += series_first(k->runs[i], &key) != NULL;
	return n;
}

static uint64_t best_size(const struct side_by_side *k, const struct record_series *like)
{
	uint64_t best = 0;
	size_t most = 0;

	for (size_t i = 0; i < k->nr_runs; i++) {
		for (size_t j = 0; j < k->runs[i]->nr_series; j++) {
			const struct record_series *s = &k->runs[i]->series[j];
			size_t n = is_same(s, like) ? how_many(k, like, s->size) : 0;

			if (n > most || (n && n == most && s->size > best)) {
				most = n;
				best = s->size;
			}
		}
	}
	return best;
}

static struct figure cost(const struct records *records, const struct side_by_side_row *row)
{
	const struct series_key key = sized(row->like, row->size);
	const double value = series_value(records, &key);
	const char *reason = series_missing(records, &key);

	if (!isnan(value))
		return (struct figure){ true, value / ((double)row->size / PAGE), "" };
	return (struct figure){ .reason = reason			? reason
					  : series_first(records, &key) ? "no samples"
									: "not asked for" };
}

static void add_row(struct side_by_side *k, const struct record_series *like)
{
	const struct series_key line = series_key_line(series_key_of(like));
	struct side_by_side_row *row;

	/* The window's own cost is no cost a page. */
	if (record_op_calibrates(like->op))
		return;
	for (size_t i = 0; i < k->nr_rows; i++)
		if (is_same(k->rows[i].like, like))
			return;
	k->rows = xrealloc(k->rows, (k->nr_rows + 1) * sizeof(*k->rows));
	row = &k->rows[k->nr_rows++];
	*row = (struct side_by_side_row){
		.name = series_key_name(&line),
		.like = like,
		.size = best_size(k, like),
		.pages = xcalloc(k->nr_runs, sizeof(*row->pages)),
	};
	for (size_t i = 0; i < k->nr_runs; i++)
		row->pages[i] = cost(k->runs[i], row);
}

static bool is_alone(const struct side_by_side *k, size_t i)
{
	for (size_t j = 0; j < k->nr_runs; j++)
		if (j != i && !strcmp(k->runs[i]->run.kernel.spec, k->runs[j]->run.kernel.spec))
			return false;
	return true;
}

static void make_titles(struct side_by_side *k)
{
	k->titles = xcalloc(k->nr_runs, sizeof(*k->titles));
	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct record_run *run = &k->runs[i]->run;

		k->titles[i] = is_alone(k, i) ? xstrdup(run->kernel.spec)
					      : xasprintf("%s %s", run->kernel.spec, run->id);
	}
}

int side_by_side_build(const struct records *const *runs, size_t n, struct side_by_side *out,
		       struct err *err)
{
	for (size_t i = 1; i < n; i++) {
		int ret = match_all(runs, i, err);

		if (ret)
			return ret;
	}
	*out = (struct side_by_side){ .runs = runs, .nr_runs = n };
	make_titles(out);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < runs[i]->nr_series; j++)
			add_row(out, &runs[i]->series[j]);
	return 0;
}

void side_by_side_release(struct side_by_side *k)
{
	for (size_t i = 0; i < k->nr_rows; i++) {
		free(k->rows[i].name);
		free(k->rows[i].pages);
	}
	for (size_t i = 0; i < k->nr_runs; i++)
		free(k->titles[i]);
	free(k->titles);
	free(k->rows);
	*k = (struct side_by_side){ 0 };
}
