// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/report/compare_parts.h"
#include "bench/report/figure.h"
#include "bench/report/checks.h"
#include "bench/stats/design.h"

#define DELTA 1.0 /* per cent */

struct build {
	struct compare *c;
	const struct compare_options *o;
	struct series_index base, new;
	struct largest {
		const char *workload;
		uint64_t size; /* that both have; 0: none */
	} * largest;
	size_t nr_largest;
};

static int check_run(const struct records *records, struct err *err)
{
	struct repeat repeat;
	int ret = 0;

	if (!records->run.exact)
		return 0;
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

static int check_runs(const struct records *base, const struct records *new, bool method,
		      struct err *err)
{
	int ret = record_comparable(&base->run, method, err);

	if (!ret)
		ret = record_comparable(&new->run, method, err);
	if (ret)
		return ret;
	if (strcmp(base->run.arch, new->run.arch) != 0)
		return err_set(err, EOPNOTSUPP,
			       "%s is of %s and %s of %s: they have no series in common",
			       base->run.id, base->run.arch, new->run.id, new->run.arch);
	if (base->run.page_size != new->run.page_size)
		return err_set(err, EOPNOTSUPP,
			       "%s has pages of %s and %s of %s: they have no series in common",
			       base->run.id, size_name(base->run.page_size).text, new->run.id,
			       size_name(new->run.page_size).text);
	if (base->run.exact != new->run.exact)
		return err_set(err, EOPNOTSUPP,
			       "%s is of exact counts and %s is not: they have nothing in common",
			       base->run.exact ? base->run.id : new->run.id,
			       base->run.exact ? new->run.id : base->run.id);
	ret = check_run(base, err);
	return ret ? ret : check_run(new, err);
}

/* Can this event be judged? */
static int check_event(const struct records *base, const struct records *new, const char *event,
		       struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	if (!event)
		return 0;
	if (base->run.exact)
		return err_set(err, EOPNOTSUPP,
			       "--by %s: counts of instructions are exact, and are what is judged",
			       event);
	event_names(base, &names);
	event_names(new, &names);
	if (!names.n)
		return err_set(
			err, EINVAL,
			"--by %s: neither run has events; --events of ptwalk run counts them",
			event);
	if (!strv_has(&names, event))
		return err_unknown(err, "event", event, &names);
	return 0;
}

static void match_environments(struct compare *c)
{
	struct environment base, new;

	environment_of(c->base, &base);
	environment_of(c->new, &new);
	for (size_t i = 0; i < base.n; i++) {
		const char *name = base.fields[i].name, *value = environment_get(&new, name);

		if (value && !environment_same(name, base.fields[i].value, value))
			c->differences[c->nr_differences++] =
				(struct compare_difference){ name, base.fields[i].value, value,
							     NULL };
	}
}

/* The first boot's, or NULL. */
static const struct record_series *first_of(const struct series_index *index, const char *name)
{
	const struct series_range found = series_named(&index->series, name);

	return found.n ? found.v[0]->series : NULL;
}

static struct largest *find_largest(struct build *b, const char *workload)
{
	for (size_t i = 0; i < b->nr_largest; i++)
		if (!strcmp(b->largest[i].workload, workload))
			return &b->largest[i];
	b->largest = xgrow(b->largest, b->nr_largest, sizeof(*b->largest));
	b->largest[b->nr_largest] = (struct largest){ workload, 0 };
	return &b->largest[b->nr_largest++];
}

/* The largest size of each workload that both runs have. */
static void find_sizes(struct build *b)
{
	const struct records *base = b->c->base;

	for (size_t i = 0; i < base->nr_series; i++) {
		const struct record_series *s = &base->series[i];
		struct largest *largest = find_largest(b, s->workload);

		if (s->beside || (record_op_calibrates(s->op) && !b->o->op_empty))
			continue;
		if (s->size > largest->size && first_of(&b->new, s->name))
			largest->size = s->size;
	}
}

static bool wanted(struct build *b, const struct record_series *s)
{
	const struct largest *largest;

	if (s->beside || (!b->o->op_empty && record_op_calibrates(s->op)))
		return false;
	if (b->o->every_size)
		return true;
	largest = find_largest(b, s->workload);
	return !largest->size || s->size == largest->size;
}

static double value_of(const struct series_index *index, const struct record_series *s)
{
	size_t n;
	_cleanup_free_ double *boots = compare_boots(index, s->name, &n);

	return series_value_of(index->records->run.exact, boots, n);
}

static void add_row(struct build *b, const struct record_series *base,
		    const struct record_series *new)
{
	const struct record_series *any = base ? base : new;
	const char *missing =
		base && new ? NULL : series_missing_named(base ? &b->new : &b->base, any->name);
	struct compare *c = b->c;
	struct compare_row row = {
		.name = any->name,
		.base = base,
		.new = new,
		.pages = series_pages(any),
		.base_value = base ? value_of(&b->base, base) : (double)NAN,
		.new_value = new ? value_of(&b->new, new) : (double)NAN,
		.floor = (double)NAN,
		.reason = missing ? missing : "",
	};

	row.base_ticks = isnan(row.base_value) ? 0 : (int64_t)row.base_value;
	row.new_ticks = isnan(row.new_value) ? 0 : (int64_t)row.new_value;
	row.verdict = compare_exact_verdict(&row, compare_threshold(&row, b->o->threshold));
	c->rows = xgrow(c->rows, c->nr_rows, sizeof(*c->rows));
	c->rows[c->nr_rows++] = row;
}

/* Among the rows from @first on. */
static bool has_row(const struct compare *c, size_t first, const char *name)
{
	for (size_t i = first; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].name, name))
			return true;
	return false;
}

/*
 * What neither side could measure: a row where it is wrong, else it is only counted. One that a
 * side never asked for says nothing of both.
 */
static void add_missing(struct build *b, const struct series_index *of, size_t first)
{
	for (size_t i = 0; i < of->missing.n; i++) {
		const struct record_missing *m = of->missing.entries[i].missing;

		if (first_of(&b->base, m->name) || first_of(&b->new, m->name) ||
		    has_row(b->c, first, m->name))
			continue;
		if (m->wrong) {
			b->c->rows = xgrow(b->c->rows, b->c->nr_rows, sizeof(*b->c->rows));
			b->c->rows[b->c->nr_rows++] = (struct compare_row){
				.name = m->name,
				.pages = (double)m->size / (double)m->page,
				.base_value = (double)NAN,
				.new_value = (double)NAN,
				.floor = (double)NAN,
				.reason = m->reason,
				.verdict = COMPARE_WRONG,
			};
		} else if (of == &b->new && m->boot == 1 &&
			   series_missing(&b->base, &of->missing.entries[i].key)) {
			b->c->counts[COMPARE_MISSING_BOTH]++;
		}
	}
}

/* Worse than any figure, and said first. */
static void judge_wrong(const struct build *b)
{
	struct compare *c = b->c;
	struct compare_row *rows = xcalloc(c->nr_rows + 1, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < c->nr_rows; i++) {
		struct compare_row *row = &c->rows[i];
		const char *base = series_wrong_named(&b->base, row->name);
		const char *new = series_wrong_named(&b->new, row->name);

		if (!base && !new)
			continue;
		row->verdict = COMPARE_WRONG;
		row->reason = new ? new : base;
		rows[n++] = *row;
	}
	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].verdict != COMPARE_WRONG)
			rows[n++] = c->rows[i];
	free(c->rows);
	c->rows = rows;
}

/* Each series once: of the boots of a run the first that has it. */
static void add_rows(struct build *b)
{
	const struct records *base = b->c->base, *new = b->c->new;
	size_t first;

	find_sizes(b);
	for (size_t i = 0; i < base->nr_series; i++) {
		const struct record_series *s = &base->series[i];
		const struct record_series *other = first_of(&b->new, s->name);

		if (first_of(&b->base, s->name) != s || !wanted(b, s))
			continue;
		if (other || series_missing_named(&b->new, s->name))
			add_row(b, s, other);
		else
			b->c->only_base++;
	}
	for (size_t i = 0; i < new->nr_series; i++) {
		const struct record_series *s = &new->series[i];

		if (first_of(&b->new, s->name) != s || first_of(&b->base, s->name) || !wanted(b, s))
			continue;
		if (series_missing_named(&b->base, s->name))
			add_row(b, NULL, s);
		else
			b->c->only_new++;
	}
	first = b->c->nr_rows;
	add_missing(b, &b->base, first);
	add_missing(b, &b->new, first);
}

const struct compare_row *compare_judged(const struct compare *c, size_t i)
{
	const struct compare_row *row = &c->rows[i];

	/* Whatever is judged, of what is wrong nothing is. */
	for (size_t k = 0; row->verdict != COMPARE_WRONG && c->by && k < row->nr_events; k++)
		if (!strcmp(row->events[k].name, c->by))
			return &row->events[k].row;
	return row;
}

/* Over matched series alone: what one side lacks has no say in it. */
static void summarise(struct compare *c)
{
	double logs = 0;

	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = compare_judged(c, i);

		c->counts[row->verdict]++;
		if (row->verdict == COMPARE_WRONG || !row->base || !row->new ||
		    !(row->base_value > 0) || !(row->new_value > 0))
			continue;
		logs += log(row->new_value / row->base_value);
		c->nr_matched++;
	}
	c->geomean = c->nr_matched ? exp(logs / (double)c->nr_matched) : (double)NAN;
}

bool compare_in_turn(const struct compare *c)
{
	const struct record_sampling *base = &c->base->run.sampling, *new = &c->new->run.sampling;

	return *base->session && !strcmp(base->session, new->session);
}

/* Who looked several times has spent a part of alpha on each look. */
static double alpha_of(const struct compare *c, const struct compare_options *o)
{
	struct looks looks;

	if (o->alpha > 0)
		return o->alpha;
	if (!compare_in_turn(c) || looks_parse(c->base->run.sampling.looks, &looks, NULL))
		return COMPARE_ALPHA;
	for (size_t i = 0; i < looks.n; i++)
		if (looks.units[i] == c->base->run.boots)
			return looks_alpha(&looks, i, COMPARE_ALPHA);
	return COMPARE_ALPHA;
}

int compare_build(const struct records *base, const struct records *new,
		  const struct compare_options *o, struct compare *out, struct err *err)
{
	struct build b = { .c = out, .o = o };
	int ret = check_runs(base, new, o->method_evidence, err);

	if (!ret)
		ret = check_event(base, new, o->by, err);
	if (ret)
		return ret;
	*out = (struct compare){
		.base = base,
		.new = new,
		.exact = base->run.exact,
		.every_size = o->every_size,
		.with_floor = o->floor,
		.method_evidence = o->method_evidence,
		.by = o->by,
		.delta = (o->delta > 0 ? o->delta : DELTA) / 100,
	};
	out->alpha = alpha_of(out, o);
	series_index_init(&b.base, base);
	series_index_init(&b.new, new);
	match_environments(out);
	add_rows(&b);
	if (!out->exact)
		ret = compare_noisy(out, &b.base, &b.new, err);
	if (!ret)
		ret = compare_events(out, &b.base, &b.new, err);
	if (!ret && out->exact)
		compare_facts(out, o->threshold);
	if (!ret && o->floor)
		ret = compare_floor(out, &b.base, err);
	if (!ret)
		judge_wrong(&b);
	compare_names_init(out);
	summarise(out);
	if (out->exact)
		changes_build(&b.base, &b.new, &out->changes);
	series_index_release(&b.base);
	series_index_release(&b.new);
	free(b.largest);
	if (ret)
		compare_release(out);
	return ret;
}

void compare_release(struct compare *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		compare_events_release(&c->rows[i]);
	for (size_t i = 0; i < c->nr_differences; i++)
		free(c->differences[i].told);
	free(c->rows);
	free(c->names);
	changes_release(&c->changes);
	*c = (struct compare){ 0 };
}
