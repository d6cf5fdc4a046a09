/* SPDX-License-Identifier: GPL-2.0-only */
/* What a perf event counted in the windows of a series. */
#ifndef PTWALK_REPORT_EVENT_COST_H
#define PTWALK_REPORT_EVENT_COST_H

#include "base/str.h"
#include "bench/report/summary.h"

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
struct event_cost event_cost(const struct records *, const struct record_series *series,
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
struct event_cost event_cost_call(const struct records *, const struct record_series *series,
				  size_t event);

#endif
