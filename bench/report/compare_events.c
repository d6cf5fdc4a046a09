// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/checks.h"
#include "bench/report/figure.h"

#define NO_RATIO "a boot's count is not above 0: there is no ratio"

/* One side of an event: a value for each boot that counted it. */
struct side {
	double *values;
	size_t n;
	double share;
	const char *reason; /* of the first boot that did not; "" where all did */
};

static void count(const struct series_index *index, const char *series, const char *event,
		  struct side *side)
{
	const struct series_range all = series_named(&index->series, series);
	const char *reason = all.n ? NULL : series_missing_named(index, series);

	*side = (struct side){
		.values = xcalloc(all.n + 1, sizeof(*side->values)),
		.share = 1,
		.reason = reason ? reason : "",
	};
	for (size_t i = 0; i < all.n; i++) {
		const struct record_series *s = all.v[i]->series;
		const struct event_cost cost = event_cost_boot(s, event_find(s, event));

		if (cost.page.known) {
			side->values[side->n++] = cost.page.value;
			side->share = fmin(side->share, cost.share);
		} else if (!*side->reason) {
			side->reason = cost.page.reason;
		}
	}
}

/* Why one side or both have no count. Owned by the caller. */
static char *why_missing(const struct side *base, const struct side *new)
{
	if (!base->n && !new->n && strcmp(base->reason, new->reason) != 0)
		return xasprintf("base: %s; new: %s", base->reason, new->reason);
	if (!base->n)
		return xstrdup(base->reason);
	return xstrdup(new->n ? "" : new->reason);
}

/* Others and the one that is judged are apart. */
struct families {
	struct compare_family others, judged;
};

static enum compare_verdict first_verdict(const struct compare_row *row)
{
	if (!row->base)
		return COMPARE_MISSING_BASE;
	return row->new ? COMPARE_INCONCLUSIVE : COMPARE_MISSING_NEW;
}

static void fill(struct compare_event *event, struct compare *c, const struct compare_row *row,
		 const char *name, const struct series_index *const sides[2],
		 struct families *families)
{
	const bool judged = c->by && !strcmp(c->by, name);
	struct side base, new;
	char *reason;

	count(sides[0], row->name, name, &base);
	count(sides[1], row->name, name, &new);
	reason = why_missing(&base, &new);
	*event = (struct compare_event){
		.series = row->name,
		.name = name,
		.share = fmin(base.share, new.share),
		.row = {
			.name = xasprintf("%s %s", row->name, name),
			.base = base.n ? row->base : NULL,
			.new = new.n ? row->new : NULL,
			.pages = row->pages,
			.nr_base = base.n,
			.nr_new = new.n,
			.floor = (double)NAN,
			.verdict = COMPARE_NO_VERDICT,
		},
	};
	event->label = xasprintf("  %s%s", name, event->share < 1 ? "~" : "");
	if (judged)
		event->row.verdict = first_verdict(&event->row);
	if (!compare_family_add(judged ? &families->judged : &families->others, &event->row,
				base.values, new.values) &&
	    !*reason && !c->exact) {
		free(reason);
		reason = xstrdup(NO_RATIO);
	}
	event->row.reason = reason;
	event->row.base_ticks = base.n ? llround(event->row.base_value) : 0;
	event->row.new_ticks = new.n ? llround(event->row.new_value) : 0;
}

/* Those of @series that are not there yet, by the records' own names; how many there are then. */
static size_t add_names(const struct record_series *series, const char **names, size_t n)
{
	for (size_t i = 0; series && i < series->nr_events; i++) {
		size_t k = 0;

		while (k < n && strcmp(names[k], series->events[i].name) != 0)
			k++;
		names[k] = series->events[i].name;
		n += k == n;
	}
	return n;
}

/* The event that is judged, where one is: its rows have the verdicts. */
static int judge(struct compare *c, struct compare_family *judged, int ret, struct err *err)
{
	const size_t n = judged->n;
	int own = compare_family_judge(judged, c, ret ? NULL : err);

	if (ret || own || !c->by)
		return ret ? ret : own;
	c->nr_judged = n;
	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++) {
			struct compare_event *event = &c->rows[i].events[k];

			if (event->row.judged && !strcmp(event->name, c->by))
				event->row.verdict = compare_verdict_of(&event->row.judgement);
		}
	return 0;
}

int compare_events(struct compare *c, const struct series_index *base,
		   const struct series_index *new, struct err *err)
{
	const struct series_index *const sides[2] = { base, new };
	struct families families = { 0 };
	int ret;

	for (size_t i = 0; i < c->nr_rows; i++) {
		const char *names[2 * PTWALK_MAX_EVENTS];
		struct compare_row *row = &c->rows[i];

		row->nr_events = add_names(row->base, names, 0);
		row->nr_events = add_names(row->new, names, row->nr_events);
		row->events = xcalloc(row->nr_events + FACT_NR_TOTALS, sizeof(*row->events));
		for (size_t k = 0; k < row->nr_events; k++)
			fill(&row->events[k], c, row, names[k], sides, &families);
	}
	c->nr_counted = c->exact ? 0 : families.others.n;
	ret = compare_family_judge(&families.others, c, err);
	return judge(c, &families.judged, ret, err);
}

enum compare_verdict compare_exact_verdict(const struct compare_row *row, double threshold)
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

double compare_threshold(const struct compare_row *row, double threshold)
{
	const bool varies =
		(row->base && series_varies(row->base)) || (row->new &&series_varies(row->new));

	return varies && !(threshold > 0) ? VARIES_MOST : threshold;
}

static void add_fact(struct compare *c, struct compare_row *row, size_t fact, double threshold)
{
	const uint64_t base = row->base->facts[fact], new = row->new->facts[fact];
	struct compare_event *event = &row->events[row->nr_events++];

	*event = (struct compare_event){
		.series = row->name,
		.name = record_fact_names[fact],
		.label = xasprintf("  %s", record_fact_names[fact]),
		.share = 1,
		.fact = true,
		.row = {
			.name = xasprintf("%s %s", row->name, record_fact_names[fact]),
			.base = row->base,
			.new = row->new,
			.pages = row->pages,
			.base_ticks = (int64_t)base,
			.new_ticks = (int64_t)new,
			.base_value = (double)base,
			.new_value = (double)new,
			.nr_base = 1,
			.nr_new = 1,
			.floor = (double)NAN,
			.reason = xstrdup(""),
		},
	};
	event->row.verdict = compare_exact_verdict(&event->row, threshold);
	if (base != new && (base > new ? base - new : new - base) <= fact_slack(fact))
		event->row.verdict = COMPARE_WITHIN;
	c->facts_worse += event->row.verdict == COMPARE_WORSE;
	c->facts_better += event->row.verdict == COMPARE_BETTER;
}

void compare_facts(struct compare *c, double threshold)
{
	for (size_t i = 0; i < c->nr_rows; i++) {
		struct compare_row *row = &c->rows[i];

		if (!row->base || !row->new || !row->base->has_facts || !row->new->has_facts)
			continue;
		c->nr_facts++;
		for (size_t k = 0; k < FACT_NR_TOTALS; k++)
			add_fact(c, row, k, threshold);
	}
}

bool compare_event_told(const struct compare_event *e)
{
	return !e->fact || (e->row.verdict != COMPARE_SAME && e->row.verdict != COMPARE_WITHIN);
}

void compare_events_release(struct compare_row *row)
{
	for (size_t i = 0; i < row->nr_events; i++) {
		free((char *)row->events[i].row.name);
		free((char *)row->events[i].row.reason);
		free(row->events[i].label);
	}
	free(row->events);
}
