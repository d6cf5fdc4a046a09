// SPDX-License-Identifier: GPL-2.0-only
/* Google Benchmark's JSON: a repetition a sample, for its tools/compare.py. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/event_cost.h"
#include "bench/report/format.h"
#include "bench/report/json.h"

#define PICOSECONDS "ps" /* of runs that were Google Benchmark's before */

static double sample_time(const struct records *records, const struct record_series *s, size_t i)
{
	const uint64_t ticks = s->samples[i].ticks;
	const double time = ticks > s->overhead ? (double)(ticks - s->overhead) : 0;

	return strcmp(records->run.unit, PICOSECONDS) ? time : time / 1e3;
}

/* Why no series has it, or "" where one has. */
static const char *why_not(const struct records *records, const char *event)
{
	const char *reason = "";

	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];
		const size_t at = event_find(s, event);

		if (at < s->nr_events && !*s->events[at].reason)
			return "";
		if (at < s->nr_events)
			reason = s->events[at].reason;
	}
	return reason;
}

/* By name, with the reason of those that are not counted; NULL where none was asked for. */
static json_t *events(const struct records *records)
{
	struct strv names = { 0 };
	json_t *json = NULL;

	event_names(records, &names);
	for (size_t i = 0; i < names.n; i++) {
		json = json ? json : json_object();
		json_object_set_new(json, names.v[i], json_string(why_not(records, names.v[i])));
	}
	strv_release(&names);
	return json;
}

static json_t *context(const struct records *records)
{
	const struct record_run *run = &records->run;
	json_t *counted = events(records);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "date", run->started,
				 "host_name", run->host, "executable", run->command, "ptwalk_id",
				 run->id, "ptwalk_machine", run->machine, "ptwalk_kernel",
				 record_kernel(run), "json_schema_version", 1);

	/* Says that times are counts of this unit, whatever time_unit says. */
	if (strcmp(run->unit, PICOSECONDS) != 0) {
		json_object_set_new(json, "ptwalk_export", json_string(run->unit));
		json_object_set_new(json, "ptwalk_exact", json_boolean(run->exact));
	}
	if (record_functional(run))
		json_object_set_new(json, "ptwalk_note", json_string(RECORD_FUNCTIONAL));
	if (counted)
		json_object_set_new(json, "ptwalk_events", counted);
	return json;
}

static size_t samples_named(const struct records *records, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < records->nr_series; i++)
		if (!strcmp(records->series[i].name, name))
			n += records->series[i].nr_samples;
	return n;
}

static void set_count(json_t *json, const char *event, const char *suffix, json_t *value)
{
	char *key = xasprintf("%s%s", event, suffix);

	json_object_set_new(json, key, value);
	free(key);
}

/* A counter, as Google Benchmark's own of perf are; one that got none has its times alone. */
static void add_events(json_t *json, const struct record_series *s, size_t i)
{
	for (size_t k = 0; k < s->nr_events; k++) {
		const struct event_cost cost = event_cost_sample(s, k, i);
		const struct record_event *event = &s->events[k];

		if (*event->reason || event->overhead == RECORD_NO_TICKS)
			continue;
		if (cost.page.known)
			set_count(json, event->name, "",
				  json_real(cost.page.value > 0 ? cost.page.value : 0));
		set_count(json, event->name, "_enabled_ns",
			  json_integer((json_int_t)s->samples[i].enabled_ns[k]));
		set_count(json, event->name, "_running_ns",
			  json_integer((json_int_t)s->samples[i].running_ns[k]));
	}
}

/* cpu_time repeats real_time: readers ask for one. */
static json_t *sample(const struct records *records, const struct record_series *s, size_t i,
		      size_t index, size_t repetitions)
{
	const double time = sample_time(records, s, i), pages = (double)s->size / PAGE;
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:s, s:f, s:f, s:I, s:I}", "name",
		s->name, "run_name", s->name, "run_type", "iteration", "repetitions",
		(json_int_t)repetitions, "repetition_index", (json_int_t)index, "threads",
		(json_int_t)s->threads, "iterations", (json_int_t)1, "real_time", time, "cpu_time",
		time, "time_unit", "ns", "pages", pages, "ticks_per_page", time / pages, "boot",
		(json_int_t)s->boot, "flags", (json_int_t)s->samples[i].flags);

	add_events(json, s, i);
	return json;
}

/* All boots of a name one after the other, as repetitions are. */
static void add_series(const struct records *records, size_t first, json_t *entries)
{
	const char *name = records->series[first].name;
	const size_t repetitions = samples_named(records, name);
	size_t index = 0;

	for (size_t i = 0; i < first; i++)
		if (!strcmp(records->series[i].name, name))
			return;
	for (size_t i = first; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];

		if (strcmp(s->name, name) != 0)
			continue;
		for (size_t n = 0; n < s->nr_samples; n++)
			json_array_append_new(entries, sample(records, s, n, index++, repetitions));
	}
}

static void write_gbench(const struct records *records, FILE *f)
{
	json_t *entries = json_array(), *json;

	for (size_t i = 0; i < records->nr_series; i++)
		add_series(records, i, entries);
	for (size_t i = 0; i < records->nr_missing; i++)
		json_array_append_new(entries,
				      json_pack("{s:s, s:s, s:s, s:b, s:s}", "name",
						records->missing[i].name, "run_name",
						records->missing[i].name, "run_type", "iteration",
						"error_occurred", 1, "error_message",
						records->missing[i].reason));
	json = json_pack("{s:o, s:o}", "context", context(records), "benchmarks", entries);
	json_write(json, 17, f);
}

const struct format format_gbench = {
	.name = "gbench",
	.summary = "Google Benchmark's JSON, for its compare.py",
	.export = write_gbench,
};
