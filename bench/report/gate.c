// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/gate.h"

#include <stdlib.h>
#include <string.h>

#include "bench/record/series.h"

static bool has_op(const struct records *r, const char *op, const char *policy)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (!strcmp(r->series[i].op, op) && !strcmp(r->series[i].policy, policy))
			return true;
	return false;
}

/* Own code is what an op has beside a form without a policy. */
static bool is_own(const struct records *r, const struct record_series *s)
{
	return *s->policy && has_op(r, s->op, "");
}

const char *gate_plain_policy(const struct records *r, const char *op)
{
	return has_op(r, op, "own") ? "own" : "none";
}

static const struct record_series *built_in(const struct records *r, const struct record_series *s)
{
	struct series_key key = series_key_of(s);

	key.policy = "";
	return series_find(r, s->boot, &key);
}

static void close_op(struct gate *gate, const char *op)
{
	if (!strv_has(&gate->closed, op))
		strv_add(&gate->closed, op);
}

static void differs(struct gate *gate, const struct record_series *own, const char *what, double is,
		    double should)
{
	strv_addf(&gate->differences, "%s (boot %u): %s %.0f, built in %.0f", own->name, own->boot,
		  what, is, should);
	close_op(gate, own->op);
}

static void compare(const struct records *r, struct gate *gate, const struct record_series *own,
		    const struct record_series *base)
{
	double is = series_value_boot(r->run.exact, own);
	double should = series_value_boot(r->run.exact, base);

	gate->compared++;
	if (r->run.exact && is != should)
		differs(gate, own, "counts", is, should);
	if (own->has_pfns && base->has_pfns && own->valid_pages != base->valid_pages)
		differs(gate, own, "valid pages", (double)own->valid_pages,
			(double)base->valid_pages);
	else if ((own->has_entries && base->has_entries && own->entry_sum != base->entry_sum) ||
		 (own->has_pfns && base->has_pfns && own->pfn_sum != base->pfn_sum)) {
		strv_addf(&gate->differences, "%s (boot %u): its array is not the built-in's",
			  own->name, own->boot);
		close_op(gate, own->op);
	}
}

/* Is there any pair of the op? A policy with nothing to hold it against is not believed. */
static bool is_compared(const struct records *r, const char *op)
{
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];

		if (!strcmp(s->op, op) && !strcmp(s->policy, gate_plain_policy(r, op)) &&
		    built_in(r, s))
			return true;
	}
	return false;
}

void gate_check(const struct records *r, struct gate *gate)
{
	*gate = (struct gate){ 0 };
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i], *base;

		if (!is_own(r, s))
			continue;
		if (!is_compared(r, s->op)) {
			if (!strv_has(&gate->closed, s->op))
				strv_addf(&gate->differences,
					  "%s: no series shows what it counts unchanged", s->op);
			close_op(gate, s->op);
			continue;
		}
		base = strcmp(s->policy, gate_plain_policy(r, s->op)) ? NULL : built_in(r, s);
		if (base)
			compare(r, gate, s, base);
	}
}

void gate_release(struct gate *gate)
{
	strv_release(&gate->closed);
	strv_release(&gate->differences);
}

bool gate_bars(const struct gate *gate, const char *op, const char *policy)
{
	return *policy && strv_has(&gate->closed, op);
}

const char *gate_policy_op(const struct records *r)
{
	return has_op(r, "hmm", "none") ? "hmm" : "walk";
}
