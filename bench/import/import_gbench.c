// SPDX-License-Identifier: GPL-2.0-only
/* Google Benchmark's JSON (--benchmark_out_format=json): each repetition is a sample. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/import/foreign.h"
#include "bench/import/import.h"

#define OP "gbench"

static const struct {
	const char *name;
	double picoseconds;
} time_units[] = { { "ns", 1e3 }, { "us", 1e6 }, { "ms", 1e9 }, { "s", 1e12 } };

static bool knows(const char *text, size_t len)
{
	json_t *json = foreign_json(text, len, 0);
	bool known = json_is_array(json_object_get(json, "benchmarks"));

	json_decref(json);
	return known;
}

/* As versions from 1.5.1 on write it, and as those before did, in a zone that they do not say. */
static const char *const dates[] = { "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S",
				     "%Y/%m/%d-%H:%M:%S", "%D %H:%M:%S" };

static int read_date(const json_t *context, int64_t *seconds, struct err *err)
{
	const char *date = json_string_value(json_object_get(context, "date"));

	for (size_t i = 0; date && i < ARRAY_SIZE(dates); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(date, dates[i], &tm);
		const long offset = tm.tm_gmtoff;

		if (!end || *end)
			continue;
		*seconds = (int64_t)timegm(&tm) - offset;
		return 0;
	}
	return err_set(err, EBADMSG, "context: date: not a time as 2026-11-21T09:45:00+00:00");
}

/* What ptwalk exported is in ticks of its own unit; other files are in time. */
struct reading {
	struct records *records;
	bool own;
	const json_t *names;  /* of all entries: its keys */
	const json_t *events; /* names, with the reason of those that are not counted; or NULL */
};

static int read_ticks(const struct reading *r, const json_t *entry, uint64_t *ticks,
		      struct err *err)
{
	const json_t *time = json_object_get(entry, "real_time");
	const char *unit = json_string_value(json_object_get(entry, "time_unit"));

	if (!json_is_number(time))
		return err_set(err, EBADMSG, "real_time: not a number");
	if (r->own)
		return foreign_count(json_number_value(time), 1, ticks, err);
	for (size_t i = 0; unit && i < ARRAY_SIZE(time_units); i++)
		if (!strcmp(time_units[i].name, unit))
			return foreign_count(json_number_value(time), time_units[i].picoseconds,
					     ticks, err);
	return err_set(err, EBADMSG, "time_unit: not ns, us, ms or s");
}

static int read_threads(const json_t *entry, unsigned *threads, struct err *err)
{
	const json_t *json = json_object_get(entry, "threads");
	json_int_t n = json_integer_value(json);

	*threads = json ? (unsigned)n : 1;
	if (json && (!json_is_integer(json) || n < 1 || n > INT_MAX))
		return err_set(err, EBADMSG, "threads: not an integer from 1");
	return 0;
}

static const json_t *count_of(const json_t *entry, const char *event, const char *suffix)
{
	_cleanup_free_ char *key = xasprintf("%s%s", event, suffix);
	const json_t *json = json_object_get(entry, key);

	return json;
}

/* In a series the first sample says which are counted. What an empty window counts is off. */
static int begin_events(const struct reading *r, const json_t *entry, struct record_series *series,
			struct err *err)
{
	const char *name;
	json_t *why;
	int ret = 0;

	json_object_foreach((json_t *)r->events, name, why)
	{
		const bool counted = count_of(entry, name, "_enabled_ns") != NULL;
		char *reason = foreign_string(why, "");

		if (counted || !*reason) {
			free(reason);
			reason = xstrdup(counted ? "" : "not in the file");
		}
		if (!ret)
			ret = foreign_event(series, name, counted ? 0 : RECORD_NO_TICKS, reason,
					    err);
		free(reason);
	}
	return ret;
}

/* One that got no counter has its times alone. */
static int read_event(const json_t *entry, const char *event, size_t at,
		      struct ptwalk_sample *sample, struct err *err)
{
	const json_t *count = count_of(entry, event, "");
	const double enabled = json_number_value(count_of(entry, event, "_enabled_ns"));
	const double running = json_number_value(count_of(entry, event, "_running_ns"));
	uint64_t ran, was, n = 0;
	int ret;

	if (count && !json_is_number(count))
		return err_set(err, EBADMSG, "%s: not a number", event);
	ret = foreign_count(enabled, 1, &was, err);
	if (!ret)
		ret = foreign_count(running, 1, &ran, err);
	if (!ret && (ran > was || (count != NULL) != (ran > 0)))
		ret = err_set(err, EBADMSG, "no count, or not %s_running_ns of %s_enabled_ns",
			      event, event);
	if (!ret && count)
		ret = foreign_count(json_number_value(count), running / enabled, &n, err);
	if (ret) {
		err_prefix(err, "%s", event);
		return ret;
	}
	sample->enabled_ns[at] = was;
	sample->running_ns[at] = ran;
	sample->events[at] = n;
	return 0;
}

static int read_events(const struct reading *r, const json_t *entry, struct record_series *series,
		       struct ptwalk_sample *sample, struct err *err)
{
	int ret = 0;

	if (!series->nr_samples && !series->nr_events)
		ret = begin_events(r, entry, series, err);
	for (size_t i = 0; i < series->nr_events && !ret; i++)
		if (!*series->events[i].reason)
			ret = read_event(entry, series->events[i].name, i, sample, err);
	return ret;
}

static int read_sample(const struct reading *r, const json_t *entry, const char *name,
		       struct err *err)
{
	struct ptwalk_sample sample = { 0 };
	struct record_series *series;
	unsigned threads;
	uint64_t ticks;
	int ret = read_ticks(r, entry, &ticks, err);

	if (!ret)
		ret = read_threads(entry, &threads, err);
	if (ret)
		return ret;
	sample.ticks = ticks;
	series = foreign_series(r->records, name, OP, threads, err);
	if (!series)
		return -EBADMSG;
	ret = read_events(r, entry, series, &sample, err);
	return ret ? ret : foreign_sample(series, &sample, err);
}

/* Of ptwalk's own files alone: counters of others need not be perf's. */
static int find_events(struct reading *r, const json_t *context, struct err *err)
{
	const json_t *json = json_object_get(context, "ptwalk_events");

	if (!json || !r->own)
		return 0;
	if (!json_is_object(json) || json_object_size(json) > PTWALK_MAX_EVENTS)
		return err_set(err, EBADMSG, "context: ptwalk_events: not an object of at most %d",
			       PTWALK_MAX_EVENTS);
	r->events = json;
	return 0;
}

static int is_missing(const struct reading *r, const char *name, const char *reason,
		      struct err *err)
{
	return foreign_missing(r->records, name, OP, reason, err);
}

/* Versions before 1.5 have no run_type: that it is an aggregate is in its name alone. */
static bool is_old_aggregate(const struct reading *r, const json_t *entry, const char *name)
{
	static const char *const ends[] = { "_mean", "_median", "_stddev", "_cv" };
	bool found = json_object_get(entry, "big_o") || json_object_get(entry, "rms");

	for (size_t i = 0; i < ARRAY_SIZE(ends) && !found; i++) {
		const size_t len = strlen(name), tail = strlen(ends[i]);

		if (len <= tail || strcmp(name + len - tail, ends[i]) != 0)
			continue;
		_cleanup_free_ char *base = xstrndup(name, len - tail);
		_cleanup_free_ char *mean = xasprintf("%s_mean", base);
		_cleanup_free_ char *stddev = xasprintf("%s_stddev", base);

		found = json_object_get(r->names, base) ||
			(json_object_get(r->names, mean) && json_object_get(r->names, stddev));
	}
	return found;
}

/*
 * Means and medians are made of the repetitions, which are there as well: else they are missing,
 * and so is an aggregate that holds no number.
 */
static int read_aggregate(const struct reading *r, const json_t *entry, const char *run,
			  const char *name, struct err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)entry, key, value)
	{
		_cleanup_free_ char *reason = NULL;

		if (!foreign_no_number(value) || !strcmp(key, "name") || !strcmp(key, "run_name"))
			continue;
		reason = xasprintf("%s: %s in the file, not a number", key,
				   json_string_value(value));
		return is_missing(r, name, reason, err);
	}
	if (!run || json_object_get(r->names, run))
		return 0;
	return is_missing(r, run, "the file has only aggregates of it", err);
}

static int read_iteration(const struct reading *r, const json_t *entry, const char *name,
			  struct err *err)
{
	const bool skipped = json_is_true(json_object_get(entry, "skipped"));
	const bool failed = json_is_true(json_object_get(entry, "error_occurred"));
	const json_t *time = json_object_get(entry, "real_time"), *why;
	_cleanup_free_ char *reason = NULL;

	if (!skipped && !failed && !foreign_no_number(time))
		return read_sample(r, entry, name, err);
	why = json_object_get(entry, failed ? "error_message" : "skip_message");
	if (!json_is_string(why))
		why = json_object_get(entry, "error_message");
	if (skipped || failed)
		reason = foreign_string(why, "not measured");
	else
		reason = xasprintf("real_time: %s in the file, not a number",
				   json_string_value(time));
	return is_missing(r, name, *reason ? reason : "not measured", err);
}

static int read_entry(const struct reading *r, const json_t *entry, struct err *err)
{
	const char *type = json_string_value(json_object_get(entry, "run_type"));
	const json_t *name = json_object_get(entry, "name");
	const json_t *run = json_object_get(entry, "run_name");

	if (!json_is_string(run ? run : name))
		return err_set(err, EBADMSG, "name: not a string");
	if (!run)
		run = name;
	if (!json_is_string(name))
		name = run;
	if (type ? !strcmp(type, "aggregate") : is_old_aggregate(r, entry, json_string_value(name)))
		return read_aggregate(r, entry, run != name ? json_string_value(run) : NULL,
				      json_string_value(name), err);
	return read_iteration(r, entry, json_string_value(run), err);
}

static int read_entries(struct reading *r, const json_t *json, struct err *err)
{
	const json_t *entries = json_object_get(json, "benchmarks");
	json_t *names = json_object();
	int ret = 0;

	for (size_t i = 0; i < json_array_size(entries); i++) {
		const json_t *name = json_object_get(json_array_get(entries, i), "name");

		if (json_is_string(name))
			json_object_set_new(names, json_string_value(name), json_true());
	}
	r->names = names;
	for (size_t i = 0; !ret && i < json_array_size(entries); i++) {
		ret = read_entry(r, json_array_get(entries, i), err);
		if (ret)
			err_prefix(err, "benchmarks[%zu]", i);
	}
	json_decref(names);
	if (ret)
		records_release(r->records);
	return ret ? ret : foreign_end(r->records, err);
}

static int read_json(const json_t *json, const char *text, size_t len, struct records *records,
		     struct err *err)
{
	const json_t *context = json_object_get(json, "context");
	const json_t *unit = json_object_get(context, "ptwalk_export");
	struct reading r = { .records = records, .own = json_is_string(unit) };
	struct foreign_run run = { .tool = OP };
	_cleanup_free_ char *name = NULL, *command = NULL, *host = NULL, *kernel = NULL;
	int ret = read_date(context, &run.seconds, err);

	if (!ret)
		ret = find_events(&r, context, err);
	if (ret)
		return ret;
	name = foreign_string(unit, "ps");
	command = foreign_string(json_object_get(context, "executable"), "");
	host = foreign_string(json_object_get(context, "host_name"), "");
	kernel = foreign_string(json_object_get(context, "ptwalk_kernel"), "");
	run.unit = name;
	run.command = command;
	run.host = host;
	run.kernel = kernel;
	run.exact = r.own && json_is_true(json_object_get(context, "ptwalk_exact"));
	foreign_begin(records, &run, text, len);
	return read_entries(&r, json, err);
}

static int read_gbench(const char *text, size_t len, int64_t seconds, struct records *records,
		       struct err *err)
{
	json_t *json = foreign_json(text, len, JSON_REJECT_DUPLICATES);
	int ret = json ? read_json(json, text, len, records, err)
		       : err_set(err, EBADMSG, "an object has two members of one name");

	(void)seconds;
	json_decref(json);
	return ret;
}

const struct importer importer_gbench = {
	.name = "gbench",
	.summary = "Google Benchmark's JSON",
	.knows = knows,
	.read = read_gbench,
};
