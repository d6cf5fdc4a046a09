// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/series_index.h"

static const char *const event_names[PTWALK_MAX_EVENTS] = { "event 0", "event 1", "event 2",
							    "event 3" };

static int by_name(const void *a, const void *b)
{
	const struct record_series *x = *(const struct record_series *const *)a;
	const struct record_series *y = *(const struct record_series *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->boot > y->boot) - (x->boot < y->boot);
}

static bool differs(struct repeat_difference *d, const char *what, uint64_t expected, uint64_t got)
{
	if (expected == got)
		return false;
	d->what = what;
	d->expected = expected;
	d->got = got;
	return true;
}

static bool sample_differs(struct repeat_difference *d, const struct ptwalk_sample *x,
			   const struct ptwalk_sample *y, size_t nr_events)
{
	if (differs(d, "ticks", x->ticks, y->ticks) || differs(d, "flags", x->flags, y->flags) ||
	    differs(d, "interrupts", x->interrupts, y->interrupts) ||
	    differs(d, "switches", x->switches, y->switches) ||
	    differs(d, "retries", x->retries, y->retries) ||
	    differs(d, "faults", x->faults, y->faults) || differs(d, "cpu", x->cpu, y->cpu))
		return true;
	for (size_t i = 0; i < nr_events; i++)
		if (differs(d, event_names[i], x->events[i], y->events[i]))
			return true;
	return false;
}

/*
 * With interrupts on, a window meets what its place in the boot brings, which is
 * another thing for each, and the same in every boot.
 */
static bool is_open(const struct record_series *s)
{
	for (size_t i = 0; i < s->nr_samples; i++)
		if (s->samples[i].flags & PTWALK_SAMPLE_IRQS_OFF)
			return false;
	return s->nr_samples > 0;
}

/* Of a later boot. */
static bool facts_differ(struct repeat_difference *d, const struct record_series *first,
			 const struct record_series *s)
{
	for (size_t i = 0; first->has_facts && s->has_facts && i < FACT_NR_TOTALS; i++)
		if (differs(d, record_fact_names[i], first->facts[i], s->facts[i]))
			return true;
	return false;
}

/* The first difference of @s from what its first boot, @first, leads one to expect. */
static bool series_differs(struct repeat_difference *d, const struct record_series *first,
			   const struct record_series *s)
{
	size_t events = first->nr_events < s->nr_events ? first->nr_events : s->nr_events;

	*d = (struct repeat_difference){ .name = s->name,
					 .boot = s->boot,
					 .expected_boot = first->boot };
	for (d->sample = 0; d->sample < s->nr_samples; d->sample++) {
		size_t like = is_open(first) ? d->sample : 0;

		if (like < first->nr_samples &&
		    sample_differs(d, &first->samples[like], &s->samples[d->sample], events))
			return true;
	}
	d->sample = 0;
	return differs(d, "samples", first->nr_samples, s->nr_samples) ||
	       differs(d, "events", first->nr_events, s->nr_events) || facts_differ(d, first, s) ||
	       differs(d, "overhead", first->overhead, s->overhead);
}

/* By more than what varies may. */
static bool swings(struct repeat_difference *d, const struct record_series *first,
		   const struct record_series *s)
{
	const double expected = series_value_boot(true, first), got = series_value_boot(true, s);

	*d = (struct repeat_difference){ .name = s->name,
					 .boot = s->boot,
					 .what = "ticks a call",
					 .expected_boot = first->boot };
	if (!(fabs(got - expected) * 100 > VARIES_MOST * expected))
		return false;
	return differs(d, d->what, (uint64_t)expected, (uint64_t)got);
}

/* The window's own cost, as each boot found it. */
static void compare_windows(const struct records *r, struct repeat *repeat)
{
	for (size_t i = 1; i < r->nr_boots; i++) {
		struct repeat_difference *d = &repeat->differences[repeat->nr_differences];

		*d = (struct repeat_difference){ .name = "empty window",
						 .boot = r->boots[i].boot,
						 .expected_boot = r->boots[0].boot };
		repeat->nr_differences +=
			differs(d, "overhead", r->boots[0].overhead, r->boots[i].overhead);
	}
}

void repeat_check(const struct records *r, struct repeat *repeat)
{
	_cleanup_free_ const struct record_series **sorted =
		xcalloc(r->nr_series + 1, sizeof(*sorted));
	const struct record_series *first = NULL;

	*repeat = (struct repeat){
		.differences =
			xcalloc(r->nr_series + r->nr_boots + 1, sizeof(*repeat->differences)),
		.swings = xcalloc(r->nr_series + 1, sizeof(*repeat->swings)),
		.boots = r->nr_boots,
	};
	compare_windows(r, repeat);
	for (size_t i = 0; i < r->nr_series; i++)
		sorted[i] = &r->series[i];
	qsort(sorted, r->nr_series, sizeof(*sorted), by_name);
	for (size_t i = 0; i < r->nr_series; i++) {
		if (!first || strcmp(first->name, sorted[i]->name)) {
			first = sorted[i];
			repeat->series++;
			repeat->varying += series_varies(first);
			repeat->open += !series_varies(first) && is_open(first);
		}
		if (series_varies(first)) {
			repeat->nr_swings +=
				swings(&repeat->swings[repeat->nr_swings], first, sorted[i]);
			continue;
		}
		/* There is nothing to compare an open window of the first boot with. */
		if (sorted[i] != first || !is_open(first))
			repeat->samples += sorted[i]->nr_samples;
		if (series_differs(&repeat->differences[repeat->nr_differences], first, sorted[i]))
			repeat->nr_differences++;
	}
}

void repeat_release(struct repeat *repeat)
{
	free(repeat->differences);
	free(repeat->swings);
	memset(repeat, 0, sizeof(*repeat));
}

static bool has_op(const struct records *r, const char *op, const char *policy)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (!strcmp(r->series[i].op, op) && !strcmp(r->series[i].policy, policy))
			return true;
	return false;
}

/* By the op, not by what else was measured: where the built-in is missing it is own code as well. */
static bool is_own(const struct record_series *s)
{
	return *s->policy && record_op_has_own(s->op);
}

const char *gate_plain_policy(const struct records *r, const char *op)
{
	return has_op(r, op, "own") ? "own" : "none";
}

static const struct record_series *built_in(const struct series_index *index,
					    const struct record_series *s)
{
	struct series_key key = series_key_of(s);

	key.policy = "";
	return series_find(index, s->boot, &key);
}

/* @difference, which is the gate's then, is why policies of @op are not to be believed. */
static void close_op(struct gate *gate, const char *op, char *difference)
{
	if (!strv_has(&gate->closed, op)) {
		strv_add(&gate->closed, op);
		strv_add(&gate->reasons, difference);
	}
	strv_add(&gate->differences, difference);
	free(difference);
}

static void gate_differs(struct gate *gate, const struct record_series *own, const char *what,
			 double is, double should)
{
	close_op(gate, own->op,
		 xasprintf("%s (boot %u): %s %.0f, built in %.0f", own->name, own->boot, what, is,
			   should));
}

static void compare_own(const struct records *r, struct gate *gate, const struct record_series *own,
			const struct record_series *base)
{
	double is = series_value_boot(r->run.exact, own);
	double should = series_value_boot(r->run.exact, base);

	gate->compared++;
	if (r->run.exact && is != should)
		gate_differs(gate, own, "counts", is, should);
	if (own->has_pfns && base->has_pfns && own->valid_pages != base->valid_pages)
		gate_differs(gate, own, "valid pages", (double)own->valid_pages,
			     (double)base->valid_pages);
	else if ((own->has_entries && base->has_entries && own->entry_sum != base->entry_sum) ||
		 (own->has_pfns && base->has_pfns && own->pfn_sum != base->pfn_sum))
		close_op(gate, own->op,
			 xasprintf("%s (boot %u): its array is not the built-in's", own->name,
				   own->boot));
}

/* Is there any pair of the op? A policy with nothing to hold it against is not believed. */
static bool is_compared(const struct series_index *index, const char *op)
{
	const struct records *r = index->records;

	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];

		if (!strcmp(s->op, op) && !strcmp(s->policy, gate_plain_policy(r, op)) &&
		    built_in(index, s))
			return true;
	}
	return false;
}

/* Told once of each op. */
static void close_unpaired(const struct records *r, struct gate *gate, const char *op)
{
	if (strv_has(&gate->closed, op))
		return;
	gate->unpaired++;
	close_op(gate, op,
		 xasprintf(has_op(r, op, "") ? "%s: no series shows what it counts unchanged"
					     : "%s: no series shows what the built-in counts",
			   op));
}

void gate_check(const struct records *r, struct gate *gate)
{
	_cleanup_(series_index_release) struct series_index index;

	*gate = (struct gate){ 0 };
	series_index_init(&index, r);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i], *base;

		if (!is_own(s))
			continue;
		if (!is_compared(&index, s->op)) {
			close_unpaired(r, gate, s->op);
			continue;
		}
		base = strcmp(s->policy, gate_plain_policy(r, s->op)) ? NULL : built_in(&index, s);
		if (base)
			compare_own(r, gate, s, base);
	}
}

void gate_release(struct gate *gate)
{
	strv_release(&gate->closed);
	strv_release(&gate->reasons);
	strv_release(&gate->differences);
}

bool gate_bars(const struct gate *gate, const char *op, const char *policy)
{
	return *policy && strv_has(&gate->closed, op);
}

/* Why its op is closed. */
static const char *why_closed(const struct gate *gate, const char *op)
{
	size_t i = 0;

	while (strcmp(gate->closed.v[i], op) != 0)
		i++;
	return gate->reasons.v[i];
}

/* What is told in its place. What is wrong stays so: @wrong says why, or is NULL. */
static void add_shut(struct records *r, struct record_series *s, const char *why, const char *wrong)
{
	r->missing = xgrow(r->missing, r->nr_missing, sizeof(*r->missing));
	r->missing[r->nr_missing++] = (struct record_missing){
		.boot = s->boot,
		.name = xstrdup(s->name),
		.op = xstrdup(s->op),
		.policy = xstrdup(s->policy),
		.workload = xstrdup(s->workload),
		.size = s->size,
		.placement = xstrdup(s->placement.name),
		.threads = s->threads,
		.mms = s->mms,
		.arch = s->arch,
		.page = s->page,
		.reason = wrong ? xstrdup(wrong)
				: xasprintf("own code is not what is built in: %s", why),
		.wrong = wrong,
	};
}

void gate_shut(struct records *r)
{
	_cleanup_free_ const char **wrong = xcalloc(r->nr_series + 1, sizeof(*wrong));
	_cleanup_(gate_release) struct gate gate = { 0 };
	struct series_index index;
	size_t n = 0;

	gate_check(r, &gate);
	if (!gate.closed.n)
		return;
	/* While those that it is held against are all there. */
	series_index_init(&index, r);
	for (size_t i = 0; i < r->nr_series; i++)
		wrong[i] = series_wrong(&index, &r->series[i]);
	series_index_release(&index);
	for (size_t i = 0; i < r->nr_series; i++) {
		struct record record = { .kind = RECORD_SERIES, .series = r->series[i] };

		if (gate_bars(&gate, record.series.op, record.series.policy)) {
			add_shut(r, &record.series, why_closed(&gate, record.series.op), wrong[i]);
			record_release(&record);
		} else {
			r->series[n++] = r->series[i];
		}
	}
	r->nr_series = n;
}

const char *gate_policy_op(const struct records *r)
{
	return has_op(r, "hmm", "none") ? "hmm" : "walk";
}
