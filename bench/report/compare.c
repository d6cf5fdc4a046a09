// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/record/environment.h"
#include "bench/report/repeat.h"

static int check_run(const struct records *records, struct err *err)
{
	struct repeat repeat;
	int ret = 0;

	if (!records->run.exact)
		return err_set(err, EOPNOTSUPP, "%s is not of exact counts", records->run.id);
	repeat_check(records, &repeat);
	if (repeat.nr_differences)
		ret = err_set(err, EBADE,
			      "%s does not repeat: %s, boot %u, %s %" PRIu64 " and %" PRIu64,
			      records->run.id, repeat.differences[0].name,
			      repeat.differences[0].boot, repeat.differences[0].what,
			      repeat.differences[0].expected, repeat.differences[0].got);
	repeat_release(&repeat);
	return ret;
}

static void match_environments(struct compare *c)
{
	struct environment base, new;

	environment_of(c->base, &base);
	environment_of(c->new, &new);
	for (size_t i = 0; i < base.n; i++) {
		const char *name = base.fields[i].name, *value = environment_get(&new, name);

		if (value && strcmp(base.fields[i].value, value) != 0)
			c->differences[c->nr_differences++] =
				(struct compare_difference){ name, base.fields[i].value, value };
	}
}

static const struct record_series *find(const struct records *records,
					const struct record_series *like)
{
	for (size_t i = 0; i < records->nr_series; i++)
		if (!strcmp(records->series[i].name, like->name))
			return &records->series[i];
	return NULL;
}

/* Why a run has no such series, or "". */
static const char *why_missing(const struct records *records, const char *name)
{
	for (size_t i = 0; i < records->nr_missing; i++)
		if (!strcmp(records->missing[i].name, name))
			return records->missing[i].reason;
	return "";
}

/* The largest size of that workload that both runs have; 0 where there is none. */
static uint64_t largest_size(const struct compare *c, const char *workload)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < c->base->nr_series; i++) {
		const struct record_series *s = &c->base->series[i];

		if (!strcmp(s->workload, workload) && s->size > largest && find(c->new, s))
			largest = s->size;
	}
	return largest;
}

static bool wanted(const struct compare *c, const struct record_series *s,
		   const struct compare_options *o)
{
	uint64_t largest;

	if (!o->op_empty && !strcmp(s->op, "empty"))
		return false;
	if (o->every_size)
		return true;
	largest = largest_size(c, s->workload);
	return !largest || s->size == largest;
}

static enum compare_verdict judge(const struct compare_row *row, double threshold)
{
	int64_t change = row->new_ticks - row->base_ticks;

	if (!row->base)
		return COMPARE_MISSING_BASE;
	if (!row->new)
		return COMPARE_MISSING_NEW;
	if (!change)
		return COMPARE_SAME;
	if (fabs((double)change) * 100 <= threshold * (double)row->base_ticks)
		return COMPARE_WITHIN;
	return change < 0 ? COMPARE_BETTER : COMPARE_WORSE;
}

static void add_row(struct compare *c, const struct record_series *base,
		    const struct record_series *new, const struct compare_options *o)
{
	const struct record_series *any = base ? base : new;
	struct compare_row row = {
		.name = any->name,
		.base = base,
		.new = new,
		.pages = (double)any->size / PAGE,
		.base_ticks = base ? (int64_t)record_value(base) : 0,
		.new_ticks = new ? (int64_t)record_value(new) : 0,
		.reason = base &&new ? "" : why_missing(base ? c->new : c->base, any->name),
	};

	row.verdict = judge(&row, o->threshold);
	c->counts[row.verdict]++;
	c->rows = xrealloc(c->rows, (c->nr_rows + 1) * sizeof(*c->rows));
	c->rows[c->nr_rows++] = row;
}

/* Of a run, each series once: the boots of an exact run are all alike. */
static bool is_first(const struct records *records, const struct record_series *s)
{
	return find(records, s) == s;
}

int compare_build(const struct records *base, const struct records *new,
		  const struct compare_options *o, struct compare *out, struct err *err)
{
	int ret = check_run(base, err);

	if (!ret)
		ret = check_run(new, err);
	if (ret)
		return ret;
	*out = (struct compare){ .base = base, .new = new };
	match_environments(out);
	for (size_t i = 0; i < base->nr_series; i++) {
		const struct record_series *s = &base->series[i];

		if (is_first(base, s) && wanted(out, s, o))
			add_row(out, s, find(new, s), o);
	}
	for (size_t i = 0; i < new->nr_series; i++) {
		const struct record_series *s = &new->series[i];

		if (is_first(new, s) && !find(base, s) && wanted(out, s, o))
			add_row(out, NULL, s, o);
	}
	return 0;
}

void compare_release(struct compare *c)
{
	free(c->rows);
	*c = (struct compare){ 0 };
}

double compare_change(const struct compare_row *row)
{
	return (double)(row->new_ticks - row->base_ticks) / row->pages;
}

double compare_percent(const struct compare_row *row)
{
	if (!row->base_ticks)
		return NAN;
	return 100.0 * (double)(row->new_ticks - row->base_ticks) / (double)row->base_ticks;
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
	static const char *const names[COMPARE_NR_VERDICTS] = {
		[COMPARE_SAME] = "same",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
		[COMPARE_WITHIN] = "within",
		[COMPARE_MISSING_BASE] = "missing in base",
		[COMPARE_MISSING_NEW] = "missing in new",
	};

	return names[verdict];
}
