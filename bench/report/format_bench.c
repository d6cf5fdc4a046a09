// SPDX-License-Identifier: GPL-2.0-only
/*
 * What benchmark tools read: Google Benchmark's JSON, and Go's format for benchstat, a line a boot,
 * since samples of one are not independent.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series_index.h"
#include "bench/report/figure.h"
#include "bench/report/format.h"
#include "bench/report/render.h"

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
	_cleanup_(strv_release) struct strv names = { 0 };
	json_t *json = NULL;

	event_names(records, &names);
	for (size_t i = 0; i < names.n; i++) {
		json = json ? json : json_object();
		json_object_set_new(json, names.v[i], json_string(why_not(records, names.v[i])));
	}
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
	if (run->functional)
		json_object_set_new(json, "ptwalk_note", json_string(RECORD_FUNCTIONAL));
	if (counted)
		json_object_set_new(json, "ptwalk_events", counted);
	return json;
}

static void set_count(json_t *json, const char *event, const char *suffix, json_t *value)
{
	_cleanup_free_ char *key = xasprintf("%s%s", event, suffix);

	json_object_set_new(json, key, value);
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
	const double time = sample_time(records, s, i), pages = series_pages(s);
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
static void add_series(const struct series_index *index, const struct series_entry *entry,
		       json_t *entries)
{
	const struct series_range boots = series_named(&index->series, entry->name);
	size_t repetitions = 0, at = 0;

	if (boots.v[0] != entry)
		return;
	for (size_t i = 0; i < boots.n; i++)
		repetitions += boots.v[i]->series->nr_samples;
	for (size_t i = 0; i < boots.n; i++) {
		const struct record_series *s = boots.v[i]->series;

		for (size_t n = 0; n < s->nr_samples; n++)
			json_array_append_new(entries,
					      sample(index->records, s, n, at++, repetitions));
	}
}

static void write_gbench(const struct records *records, FILE *f)
{
	_cleanup_(series_index_release) struct series_index index;
	json_t *entries = json_array(), *json;

	series_index_init(&index, records);
	for (size_t i = 0; i < index.series.n; i++)
		add_series(&index, &index.series.entries[i], entries);
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

/* What Unicode has of spaces beyond ASCII, as UTF-8: its reader parts words at them too. */
static const char *const wide_spaces[] = {
	"\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
	"\u2004",   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
	"\u2028",   "\u2029", "\u202f", "\u205f", "\u3000",
};

/* Bytes of the space that @s begins with; 0: none. */
static size_t space_at(const char *s)
{
	if (isspace((unsigned char)*s))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(wide_spaces); i++)
		if (str_starts(s, wide_spaces[i]))
			return strlen(wide_spaces[i]);
	return 0;
}

/* Words are parted by spaces, lines by newlines, and that is all there is. */
static void write_word(const char *s, FILE *f)
{
	for (size_t n; *s; s += n ? n : 1) {
		n = space_at(s);
		fputc(n ? '_' : *s, f);
	}
}

static void write_key(const char *key, const char *value, FILE *f)
{
	if (*value)
		fprintf(f, "%s: %s\n", key, value);
}

/* "instructions" is said as insns, as everywhere a figure a page is printed. */
static const char *unit_name(const struct record_run *run)
{
	return strcmp(run->unit, "instructions") ? run->unit : "insns";
}

/* A unit is there once a line: an event that is called like the ticks gets another name. */
static void write_event_unit(const struct record_run *run, const char *event, FILE *f)
{
	if (!strcmp(event, unit_name(run)))
		fputs("event:", f);
	write_word(event, f);
}

static void write_event(const struct records *records, const struct record_series *s, size_t event,
			FILE *f)
{
	const struct event_cost cost = event_cost_boot(s, event);

	if (!cost.page.known)
		return;
	fprintf(f, " %.17g ", cost.page.value);
	write_event_unit(&records->run, s->events[event].name, f);
	fprintf(f, "/call %.17g ", cost.page.value / (series_pages(s)));
	write_event_unit(&records->run, s->events[event].name, f);
	fputs("/page", f);
}

static void write_uncounted(const struct record_series *s, size_t event, FILE *f)
{
	const struct event_cost cost = event_cost_boot(s, event);

	if (!cost.page.known)
		fprintf(f, "# not counted: %s %s: %s\n", s->name, s->events[event].name,
			cost.page.reason);
	else if (cost.share < 1)
		fprintf(f, "# multiplexed: %s %s: counted for %.0f %% at worst, and scaled\n",
			s->name, s->events[event].name, 100 * cost.share);
}

static void write_series(const struct records *records, const struct record_series *s, FILE *f)
{
	const double value = series_value_boot(records->run.exact, s);

	if (isnan(value))
		return;
	fputs("BenchmarkPtwalk/", f);
	write_word(s->name, f);
	fprintf(f, " %zu %.17g ", s->nr_samples, value);
	write_word(unit_name(&records->run), f);
	fprintf(f, "/call %.17g ", value / (series_pages(s)));
	write_word(unit_name(&records->run), f);
	fputs("/page", f);
	for (size_t i = 0; i < s->nr_events; i++)
		write_event(records, s, i, f);
	fputc('\n', f);
	/* A line of its own for each that is not among them. */
	for (size_t i = 0; i < s->nr_events; i++)
		write_uncounted(s, i, f);
}

/* A count is no sample of a distribution: it is to be compared as it is. */
static void write_units(const char *unit, bool exact, FILE *f)
{
	static const char *const per[] = { "/call", "/page" };

	for (size_t i = 0; i < 2; i++) {
		fputs("Unit ", f);
		write_word(unit, f);
		fprintf(f, "%s better=lower%s\n", per[i], exact ? " assume=exact" : "");
	}
}

static void write_benchfmt(const struct records *records, FILE *f)
{
	const struct record_run *run = &records->run;

	write_key("goos", *run->ptwalk ? "linux" : "", f);
	write_key("machine", run->machine, f);
	write_key("kernel", record_kernel(run), f);
	write_key("mitigations", record_mitigations(run), f);
	write_key("cpu", run->host, f);
	write_key("ptwalk", run->id, f);
	write_key("note", record_note(run->functional), f);
	write_units(unit_name(run), run->exact, f);
	for (size_t i = 0; i < records->nr_series; i++)
		write_series(records, &records->series[i], f);
	/* Lines that are no benchmark are passed over: nothing is missing without a word. */
	for (size_t i = 0; i < records->nr_missing; i++)
		fprintf(f, "# missing: %s: %s\n", records->missing[i].name,
			records->missing[i].reason);
}

const struct format format_benchfmt = {
	.name = "benchfmt",
	.summary = "Go's benchmark format, for benchstat: a line a boot",
	.export = write_benchfmt,
};
