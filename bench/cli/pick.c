// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/runs.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/record/series.h"
#include "bench/report/checks.h"

const struct opt pick_opts[] = {
	OPT_HEADER("Which series:"),
	{ "op", 'o', "LIST", "Only these ops: hmm, 'hmm/*', or series as they are printed",
	  OPT_LIST(struct pick, ops) },
	{ "workload", 'w', "LIST", "Only these workloads: devdax-pte, 'anon-*', ...",
	  OPT_LIST(struct pick, workloads) },
	{ "size", 's', "LIST", "Only these sizes: 2M, 1G, ...", OPT_LIST(struct pick, sizes) },
	{ 0 },
};

void pick_release(struct pick *pick)
{
	strv_release(&pick->ops);
	strv_release(&pick->workloads);
	strv_release(&pick->sizes);
}

static bool pick_given(const struct pick *pick)
{
	return pick->ops.n || pick->workloads.n || pick->sizes.n;
}

/* What is asked of a series, measured or missing. */
struct picked {
	const char *name;
	struct series_key key;
};

/* By its op, by its name, or by the name that a table of all its sizes has for it. */
static bool fits_op(const char *pattern, const struct picked *s)
{
	const struct series_key line = series_key_line(s->key);
	_cleanup_free_ char *name = series_key_name(&line);
	_cleanup_free_ char *op =
		xasprintf("%s%s%s", s->key.op, *s->key.policy ? "/" : "", s->key.policy);

	return !fnmatch(pattern, op, 0) || !fnmatch(pattern, s->name, 0) ||
	       !fnmatch(pattern, name, 0);
}

static bool fits_workload(const char *pattern, const struct picked *s)
{
	return !fnmatch(pattern, s->key.workload, 0);
}

static bool fits_size(const char *pattern, const struct picked *s)
{
	uint64_t size;

	return !size_parse(pattern, &size, NULL) && size == s->key.size;
}

typedef bool fits_fn(const char *pattern, const struct picked *);

/* @used: a mark for each pattern that fits. */
static bool fits(const struct strv *patterns, fits_fn *one, const struct picked *s, bool *used)
{
	bool any = !patterns->n;

	for (size_t i = 0; i < patterns->n; i++)
		if (one(patterns->v[i], s))
			any = used[i] = true;
	return any;
}

/* Patterns of each kind that fit something. */
struct use {
	bool *ops, *workloads, *sizes;
};

static bool picks(const struct pick *p, const struct picked *s, const struct use *use)
{
	const bool op = fits(&p->ops, fits_op, s, use->ops);
	const bool workload = fits(&p->workloads, fits_workload, s, use->workloads);
	const bool size = fits(&p->sizes, fits_size, s, use->sizes);

	return op && workload && size;
}

static void add_once(struct strv *names, const char *name)
{
	if (!strv_has(names, name))
		strv_add(names, name);
}

/*
 * Does @s stay for @asked? The empty window of its pages does, and where that is a policy both
 * sides of its gate: it is believed where the kernel's source as it is counts what is built in.
 */
static bool goes_with(const struct records *r, const struct record_series *s,
		      const struct record_series *asked)
{
	struct series_key key = series_key_of(s);
	const struct series_key its = series_key_of(asked);
	const bool gate = *asked->policy && !strcmp(s->op, asked->op) &&
			  (!*s->policy || !strcmp(s->policy, gate_plain_policy(r, s->op)));

	if (!gate && !record_op_calibrates(s->op))
		return false;
	key.op = its.op;
	key.policy = its.policy;
	return series_key_same(&key, &its);
}

/* Marks those of the series that go with one that is kept, and are not. */
static void keep_others(struct records *r, bool *kept)
{
	_cleanup_free_ bool *others = xcalloc(r->nr_series + 1, sizeof(*others));

	for (size_t i = 0; i < r->nr_series; i++)
		for (size_t k = 0; !kept[i] && !others[i] && k < r->nr_series; k++)
			others[i] = kept[k] && goes_with(r, &r->series[i], &r->series[k]);
	for (size_t i = 0; i < r->nr_series; i++) {
		r->series[i].beside |= others[i];
		kept[i] |= others[i];
	}
}

/* What there is of a kind, before anything was left out. */
static void list_all(const struct records *r, struct strv *ops, struct strv *workloads,
		     struct strv *sizes)
{
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		_cleanup_free_ char *op =
			xasprintf("%s%s%s", s->op, *s->policy ? "/" : "", s->policy);

		add_once(ops, op);
		add_once(workloads, s->workload);
		add_once(sizes, size_name(s->size).text);
	}
}

static int check_used(const char *what, const struct strv *patterns, const bool *used,
		      const struct strv *known, const char *run, struct err *err)
{
	_cleanup_free_ char *list = strv_join(known, ", ");

	for (size_t i = 0; i < patterns->n; i++)
		if (!used[i])
			return err_set(err, EINVAL, "%s has no %s '%s'; there are: %s", run, what,
				       patterns->v[i], list);
	return 0;
}

static int check_sizes(const struct strv *sizes, struct err *err)
{
	uint64_t size;

	for (size_t i = 0; i < sizes->n; i++)
		if (size_parse(sizes->v[i], &size, err))
			return -EINVAL;
	return 0;
}

static bool has_answers(const struct records *r)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (!record_op_calibrates(r->series[i].op) && !r->series[i].beside)
			return true;
	return r->nr_missing;
}

int pick_apply(const struct pick *p, struct records *r, struct err *err)
{
	_cleanup_free_ bool *ops = xcalloc(p->ops.n + 1, sizeof(*ops));
	_cleanup_free_ bool *workloads = xcalloc(p->workloads.n + 1, sizeof(*workloads));
	_cleanup_free_ bool *sizes = xcalloc(p->sizes.n + 1, sizeof(*sizes));
	_cleanup_(strv_release) struct strv all_ops = { 0 }, all_workloads = { 0 },
					    all_sizes = { 0 };
	_cleanup_free_ bool *kept = xcalloc(r->nr_series + 1, sizeof(*kept));
	const struct use use = { ops, workloads, sizes };
	size_t n = 0;
	int ret;

	if (!pick_given(p))
		return 0;
	ret = check_sizes(&p->sizes, err);
	if (ret)
		return ret;
	list_all(r, &all_ops, &all_workloads, &all_sizes);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		const struct picked it = { s->name, series_key_of(s) };

		kept[i] = picks(p, &it, &use);
	}
	keep_others(r, kept);
	for (size_t i = 0; i < r->nr_series; i++) {
		struct record_series *s = &r->series[i];
		struct record gone = { .kind = RECORD_SERIES, .series = *s };

		if (kept[i])
			r->series[n++] = *s;
		else
			record_release(&gone);
	}
	r->nr_series = n;
	n = 0;
	for (size_t i = 0; i < r->nr_missing; i++) {
		struct record_missing *m = &r->missing[i];
		const struct picked it = { m->name, series_key_missing(m) };
		struct record gone = { .kind = RECORD_MISSING, .missing = *m };

		if (picks(p, &it, &use))
			r->missing[n++] = *m;
		else
			record_release(&gone);
	}
	r->nr_missing = n;
	ret = check_used("op", &p->ops, ops, &all_ops, r->run.id, err);
	if (!ret)
		ret = check_used("workload", &p->workloads, workloads, &all_workloads, r->run.id,
				 err);
	if (!ret)
		ret = check_used("size", &p->sizes, sizes, &all_sizes, r->run.id, err);
	if (!ret && !has_answers(r))
		ret = err_set(err, EINVAL, "%s has no series that all of -o, -w and -s fit",
			      r->run.id);
	return ret;
}
