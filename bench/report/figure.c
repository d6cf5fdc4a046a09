// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/stats/sample.h"

struct report_cost report_cost(double value)
{
	struct report_cost cost;

	snprintf(cost.text, sizeof(cost.text),
		 fabs(value) >= 1000 ? "%.0f"
		 : fabs(value) >= 1  ? "%.2f"
				     : "%.4g",
		 value);
	return cost;
}

void report_figure(struct sheet *sheet, const struct figure *figure)
{
	sheet_cost(sheet, figure->known ? figure->value : (double)NAN, figure->reason);
}

const char *report_unit(const struct record_run *run)
{
	if (run->exact)
		return REPORT_NOT_TIME;
	if (run->functional)
		return RECORD_FUNCTIONAL;
	return report_ticks(run);
}

const char *report_ticks(const struct record_run *run)
{
	return *run->unit ? run->unit : "ticks";
}

struct figure_text figure_compact(double value)
{
	const double size = fabs(value);
	struct figure_text out;

	if (value > 0 && value < 0.005)
		snprintf(out.text, sizeof(out.text), "<0.01");
	else if (size < 9.995)
		snprintf(out.text, sizeof(out.text), "%.2f", value);
	else if (size < 99.95)
		snprintf(out.text, sizeof(out.text), "%.1f", value);
	else if (size < 9999.5)
		snprintf(out.text, sizeof(out.text), "%.0f", value);
	else if (size < 9999.5e3)
		snprintf(out.text, sizeof(out.text), "%.0fk", value / 1e3);
	else
		snprintf(out.text, sizeof(out.text), "%.3g", value);
	return out;
}

struct gathered {
	double *counts;
	size_t n, asked; /* samples that were counted, and all that were looked at */
	double share;
};

static void gather_sample(const struct record_series *s, const struct ptwalk_sample *sample,
			  size_t event, struct gathered *g)
{
	double enabled = (double)sample->enabled_ns[event];
	double running = (double)sample->running_ns[event];
	double count = (double)sample->events[event];

	g->asked++;
	if (running <= 0 || running > enabled) {
		g->share = 0;
		return;
	}
	if (running / enabled < g->share)
		g->share = running / enabled;
	g->counts = xgrow(g->counts, g->n, sizeof(*g->counts));
	g->counts[g->n++] = count * (enabled / running) - (double)s->events[event].overhead;
}

static bool is_counted(const struct record_series *s, size_t event)
{
	return event < s->nr_events && s->events[event].overhead != RECORD_NO_TICKS &&
	       !*s->events[event].reason;
}

/* Samples from @first on without the flags @without, of one boot. */
static void gather_boot(const struct record_series *s, size_t event, size_t first, unsigned without,
			struct gathered *g)
{
	for (size_t k = first; k < s->nr_samples; k++)
		if (!(s->samples[k].flags & without))
			gather_sample(s, &s->samples[k], event, g);
}

static struct event_cost unknown(const char *reason)
{
	return (struct event_cost){ .page = { .reason = reason } };
}

static const char *why_not(const struct record_series *series, size_t event)
{
	if (event >= series->nr_events)
		return "not asked for";
	if (*series->events[event].reason)
		return series->events[event].reason;
	return "what an empty window counts is not known";
}

/* Of what was gathered, whose samples are given back. */
static struct event_cost middle(struct gathered *g, double pages)
{
	struct event_cost cost = { .page = { .known = true, .reason = "" } };
	struct spread spread;

	if (!g->asked)
		cost = unknown("no samples");
	else if (!g->n || median_spread(g->counts, g->n, &spread, NULL))
		cost = unknown("multiplexed: it never got a counter");
	else
		cost.page.value = spread.median / pages;
	cost.share = g->share;
	free(g->counts);
	return cost;
}

struct event_cost event_cost_sample(const struct record_series *series, size_t event, size_t sample)
{
	struct gathered g = { .share = 1 };

	if (!is_counted(series, event))
		return unknown(why_not(series, event));
	gather_sample(series, &series->samples[sample], event, &g);
	return middle(&g, 1);
}

void event_names(const struct records *r, struct strv *names)
{
	for (size_t i = 0; i < r->nr_series; i++)
		for (size_t k = 0; k < r->series[i].nr_events; k++)
			if (!strv_has(names, r->series[i].events[k].name))
				strv_add(names, r->series[i].events[k].name);
}

size_t event_find(const struct record_series *series, const char *name)
{
	size_t i = 0;

	while (i < series->nr_events && strcmp(series->events[i].name, name) != 0)
		i++;
	return i;
}

struct event_cost event_cost_boot(const struct record_series *series, size_t event)
{
	struct gathered g = { .share = 1 };

	if (!is_counted(series, event))
		return unknown(why_not(series, event));
	gather_boot(series, event, series->warm_up, PTWALK_SAMPLE_DISTURBED, &g);
	if (!g.asked)
		gather_boot(series, event, 0, 0, &g);
	return middle(&g, 1);
}

/* From its boots, as series_value_of() the ticks; of what a boot could not count there is none. */
static struct event_cost per(const struct series_index *index, const struct record_series *series,
			     size_t event, double pages)
{
	const struct series_key key = series_key_of(series);
	const struct series_range all = series_like(&index->series, &key, SERIES_WHOLE);
	struct event_cost cost = event_cost_boot(series, event);
	_cleanup_free_ double *boots = xcalloc(all.n + 1, sizeof(*boots));
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++) {
		struct event_cost boot;

		if (!is_counted(all.v[i]->series, event))
			continue;
		boot = event_cost_boot(all.v[i]->series, event);
		cost.share = fmin(cost.share, boot.share);
		if (boot.page.known)
			boots[n++] = boot.page.value;
	}
	if (n)
		cost.page = (struct figure){
			.known = true,
			.value = series_value_of(false, boots, n) / pages,
			.reason = "",
		};
	return cost;
}

struct event_cost event_cost(const struct series_index *index, const struct record_series *series,
			     size_t event)
{
	return per(index, series, event, series_pages(series));
}

struct event_cost event_cost_call(const struct series_index *index,
				  const struct record_series *series, size_t event)
{
	struct event_cost cost = per(index, series, event, 1);

	if (cost.page.known)
		cost.page.value += (double)series->events[event].overhead;
	return cost;
}
