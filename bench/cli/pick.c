// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/runs.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
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

bool pick_given(const struct pick *pick)
{
	return pick->ops.n || pick->workloads.n || pick->sizes.n;
}

/* What is asked of a series, measured or missing. */
struct picked {
	const char *name, *op, *policy, *workload;
	uint64_t size;
};

static bool fits_op(const char *pattern, const struct picked *s)
{
	_cleanup_free_ char *op = xasprintf("%s%s%s", s->op, *s->policy ? "/" : "", s->policy);

	return !fnmatch(pattern, op, 0) || !fnmatch(pattern, s->name, 0);
}

static bool fits_workload(const char *pattern, const struct picked *s)
{
	return !fnmatch(pattern, s->workload, 0);
}

static bool fits_size(const char *pattern, const struct picked *s)
{
	uint64_t size;

	return !size_parse(pattern, &size, NULL) && size == s->size;
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

	return (op || record_op_calibrates(s->op)) && workload && size;
}

static void add_once(struct strv *names, const char *name)
{
	if (!strv_has(names, name))
		strv_add(names, name);
}

/*
 * Policies are believed where the kernel's source as it is counts what is built in: both stay
 * with any of them. Marks those of the series that do.
 */
static void keep_gates(const struct pick *p, const struct records *r, const struct use *use,
		       bool *kept)
{
	const struct pick any_op = { .workloads = p->workloads, .sizes = p->sizes };
	_cleanup_(strv_release) struct strv ops = { 0 };

	for (size_t i = 0; i < r->nr_series; i++)
		if (kept[i] && *r->series[i].policy)
			add_once(&ops, r->series[i].op);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		const struct picked it = { s->name, s->op, s->policy, s->workload, s->size };

		if (strv_has(&ops, s->op) &&
		    (!*s->policy || !strcmp(s->policy, gate_plain_policy(r, s->op))))
			kept[i] |= picks(&any_op, &it, use);
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

static bool has_answers(const struct records *r)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (!record_op_calibrates(r->series[i].op))
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
	list_all(r, &all_ops, &all_workloads, &all_sizes);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		const struct picked it = { s->name, s->op, s->policy, s->workload, s->size };

		kept[i] = picks(p, &it, &use);
	}
	keep_gates(p, r, &use, kept);
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
		const struct picked it = { m->name, m->op, m->policy, m->workload, m->size };
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
