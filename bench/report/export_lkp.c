// SPDX-License-Identifier: GPL-2.0-only
/* 0-day's shape with one commit: values a call, the deviation of boots where it is above 2 %. */
#include <stdlib.h>
#include <string.h>

#include "bench/report/event_cost.h"
#include "bench/report/export.h"
#include "bench/report/lkp.h"

static bool is_first(const struct records *records, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(records->series[i].name, records->series[at].name))
			return false;
	return true;
}

/* Its ticks, or what @event counted. False: there is nothing. */
static bool write_values(const struct records *records, const char *name, const char *event,
			 FILE *f)
{
	size_t n;
	double mean, *values = lkp_values(records, name, event, &n);
	const double spread = lkp_spread(values, n, &mean);

	free(values);
	if (!n)
		return false;
	lkp_value(mean, f);
	lkp_deviation(spread, f);
	fprintf(f, "  %s.%s_per_call\n", name, event ? event : "ticks");
	return true;
}

static void write_series(const struct records *records, const struct record_series *s, FILE *f)
{
	if (!write_values(records, s->name, NULL, f))
		fprintf(f, "%16s  %s\n", "missing", s->name);
	for (size_t i = 0; i < s->nr_events; i++) {
		const struct event_cost cost = event_cost(records, s, i);
		const char *event = s->events[i].name;

		if (!write_values(records, s->name, event, f))
			fprintf(f, "%16s  %s.%s_per_call: %s\n", "missing", s->name, event,
				cost.page.reason);
		else if (cost.share < 1)
			fprintf(f, "%16s  %s.%s_per_call: counted for %.0f %% at worst\n", "scaled",
				s->name, event, 100 * cost.share);
	}
}

static void write_lkp(const struct records *records, FILE *f)
{
	lkp_parameters(&records->run, f);
	fputs("commit:\n", f);
	lkp_commit(&records->run, f);
	fprintf(f, "\n%.16s\n----------------\n         %%stddev\n             \\\n",
		export_kernel(&records->run));
	for (size_t i = 0; i < records->nr_series; i++)
		if (is_first(records, i))
			write_series(records, &records->series[i], f);
	for (size_t i = 0; i < records->nr_missing; i++)
		fprintf(f, "%16s  %s: %s\n", "missing", records->missing[i].name,
			records->missing[i].reason);
}

const struct export export_lkp = {
	.name = "lkp",
	.summary = "the shape of 0-day's tables",
	.write = write_lkp,
};
