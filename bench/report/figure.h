/* SPDX-License-Identifier: GPL-2.0-only */
/* One figure: known or not, as text and as a cell, of a perf event, and the words that stand by it. */
#ifndef PTWALK_REPORT_FIGURE_H
#define PTWALK_REPORT_FIGURE_H

#include "base/str.h"
#include "bench/record/series_index.h"
#include "bench/report/sheet.h"

/* A figure, or the reason why there is none. */
struct figure {
	bool known;
	double value;
	const char *reason; /* "" where it is known */
};

/* A figure in five characters, its first three digits where they fit: "96.3", "<0.01", "12k". */
struct figure_text {
	char text[16];
};
struct figure_text figure_compact(double value);

/* The words that stand by every exact figure. */
#define REPORT_NOT_TIME "instructions, not time"

/* And by those of runs that were made to show what the method does. */
#define REPORT_METHOD "EVIDENCE OF THE METHOD: no figure here is of a kernel"

/* A cost of times: four digits where they say something, and never an exponent above 1. */
struct report_cost {
	char text[32];
};
struct report_cost report_cost(double value);

/* A cell of two decimals. */
void report_figure(struct sheet *, const struct figure *);

/* "instructions"; "ticks" where a run does not say. */
const char *report_ticks(const struct record_run *);

/* What stands by the figures of a run: one of these, or its unit. */
const char *report_unit(const struct record_run *);

/*
 * @page: the median of the boots' values (event_cost_boot()); what an empty window counts is
 * taken off. A count that was not on a counter all the time is scaled to the whole of it, as
 * perf does.
 */
struct event_cost {
	struct figure page; /* counts a page of 4 KiB */
	double share;	    /* of its time that it was counted, in the worst sample; 1: always */
};

/* Of event @event of @series, and of the same in the run's other boots. */
struct event_cost event_cost(const struct series_index *, const struct record_series *series,
			     size_t event);

/*
 * The same of a whole call in the boot of @series alone: of the samples after the warm-up
 * that were not disturbed, where there are any, as series_value_boot() of the ticks.
 */
struct event_cost event_cost_boot(const struct record_series *series, size_t event);

/*
 * What one sample counted, a call, scaled as it is there, with an empty window's taken off;
 * @share is of this sample.
 */
struct event_cost event_cost_sample(const struct record_series *series, size_t event,
				    size_t sample);

/* The names of all events of a run, in the order they come, each once. To be released. */
void event_names(const struct records *, struct strv *names);

/* The event of that name; nr_events, which is "not asked for", where there is none. */
size_t event_find(const struct record_series *series, const char *name);

/* event_cost() of a whole call, with what an empty window counts. */
struct event_cost event_cost_call(const struct series_index *, const struct record_series *series,
				  size_t event);

#endif
