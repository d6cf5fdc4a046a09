// SPDX-License-Identifier: GPL-2.0-only
/* Lines of `perf stat -j`: each event is a series, each line of it a sample. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/import/foreign.h"
#include "bench/import/import.h"

#define OP "perf"

/* What -A, --per-socket and the like split events by. */
static const char *const parts[] = { "cpu",    "core", "cluster", "cache", "die",
				     "socket", "node", "thread",  "cgroup" };

/* Per cent of its time that an event must have counted: what perf scales from less is a guess. */
#define LEAST_SHARE 10

static bool knows(const char *text, size_t len)
{
	json_t *first = foreign_first_line(text, len);
	bool known = json_object_get(first, "counter-value") || json_object_get(first, "event");

	json_decref(first);
	return known;
}

/* perf writes numbers as strings, later versions as numbers too. -1 where it is none. */
static double number(const json_t *json)
{
	const char *text = json_string_value(json);
	double value;
	char *end;

	if (json_is_number(json))
		return json_number_value(json);
	if (!text || !*text)
		return -1;
	value = strtod(text, &end);
	return *end ? -1 : value;
}

/* "perf/cycles", "perf/task-clock:ns", "perf/cycles/cpu=0" */
static char *series_name(const json_t *line, const char *event, const char *unit)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	char *name;

	strv_add(&words, OP);
	if (*unit)
		strv_addf(&words, "%s:%s", event, unit);
	else
		strv_add(&words, event);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const json_t *part = json_object_get(line, parts[i]);

		if (json_is_string(part))
			strv_addf(&words, "%s=%s", parts[i], json_string_value(part));
		else if (json_is_integer(part))
			strv_addf(&words, "%s=%lld", parts[i], (long long)json_integer_value(part));
	}
	name = strv_join(&words, "/");
	return name;
}

/* How many of what is counted make one of perf's unit, and what that is called. */
static double scale(const char *unit, char *name, size_t size)
{
	if (!*unit)
		*name = '\0';
	else if (!strcmp(unit, "msec"))
		snprintf(name, size, "ns");
	else
		snprintf(name, size, "u%s", unit);
	return *unit ? 1e6 : 1;
}

/* The time an event counted, and the time it was there to count: less where it was multiplexed. */
static int read_times(const json_t *line, struct ptwalk_sample *sample, struct err *err)
{
	const double share = number(json_object_get(line, "pcnt-running"));
	const double running = number(json_object_get(line, "event-runtime"));
	uint64_t ran, enabled;
	int ret;

	if (running < 0 || share <= 0)
		return 0;
	ret = foreign_count(running, 1, &ran, err);
	if (!ret)
		ret = foreign_count(running / share, 100, &enabled, err);
	if (ret)
		return ret;
	sample->running_ns[0] = ran;
	sample->enabled_ns[0] = enabled;
	return 0;
}

/* Of the mean of `perf stat -r`, whose repetitions are not in the file. */
static void note_spread(struct record_series *series, const json_t *line)
{
	const double spread = number(json_object_get(line, "variance"));
	_cleanup_free_ char *note =
		xasprintf("perf stat -r: the mean of its repetitions, +- %.2f %%", spread);

	if (spread >= 0 && !strv_has(&series->notes, note))
		strv_add(&series->notes, note);
}

static int add_sample(struct records *records, const json_t *line, const char *name, double value,
		      double factor, struct err *err)
{
	struct ptwalk_sample sample = { 0 };
	struct record_series *series;
	uint64_t count;
	int ret = foreign_count(value, factor, &count, err);

	if (!ret)
		ret = read_times(line, &sample, err);
	if (ret)
		return ret;
	sample.ticks = count;
	series = foreign_series(records, name, OP, 1, err);
	if (!series)
		return -EBADMSG;
	note_spread(series, line);
	return foreign_sample(series, &sample, err);
}

/* What was counted for so short a time that it says nothing is as good as not counted. */
static int read_value(struct records *records, const json_t *line, const char *name, double value,
		      double factor, struct err *err)
{
	const json_t *json = json_object_get(line, "pcnt-running");
	const double share = number(json);
	_cleanup_free_ char *reason = NULL;

	if (value < 0)
		return err_set(err, EBADMSG, "counter-value: not a number, 0 or more");
	if (json && !(share >= 0 && share <= 100))
		return err_set(err, EBADMSG, "pcnt-running: not a number from 0 to 100");
	if (!json || share >= LEAST_SHARE)
		return add_sample(records, line, name, value, factor, err);
	reason = xasprintf("perf: counted %g %% of the time: %g is scaled from too little", share,
			   value);
	return foreign_missing(records, name, OP, reason, err);
}

/* The worst of its samples. */
static void note_share(struct record_series *series)
{
	double least = 1;

	for (size_t i = 0; i < series->nr_samples; i++) {
		const struct ptwalk_sample *s = &series->samples[i];

		if (s->enabled_ns[0])
			least = fmin(least, (double)s->running_ns[0] / (double)s->enabled_ns[0]);
	}
	if (least < 0.9999)
		strv_addf(&series->notes, "perf: counted %.4g %% of the time%s, and scaled",
			  100 * least, series->nr_samples > 1 ? " at worst" : "");
}

static int read_event(struct records *records, const json_t *line, const char *event,
		      struct err *err)
{
	const json_t *value = json_object_get(line, "counter-value");
	const char *unit = json_string_value(json_object_get(line, "unit"));
	const char *text = json_string_value(value);
	char scaled[64], *name;
	double factor;
	int ret;

	if (unit && strlen(unit) > 32)
		return err_set(err, EBADMSG, "unit: longer than 32 bytes");
	factor = scale(unit ? unit : "", scaled, sizeof(scaled));
	name = series_name(line, event, scaled);
	if (text && *text == '<')
		ret = foreign_missing(records, name, OP,
				      strstr(text, "supported") ? "perf: not supported here"
								: "perf: not counted",
				      err);
	else
		ret = read_value(records, line, name, number(value), factor, err);
	free(name);
	return ret;
}

static int read_line(struct records *records, const char *text, size_t len, struct err *err)
{
	json_t *line;
	const char *event;
	int ret = 0;

	/* perf puts a comment on top and empty lines between. */
	if (strspn(text, " \t\r") >= len || *text == '#')
		return 0;
	line = foreign_json(text, len, JSON_REJECT_DUPLICATES);
	if (!json_is_object(line)) {
		json_decref(line);
		return err_set(err, EBADMSG, "not an object of JSON");
	}
	/* Lines of metrics alone have no event. */
	event = json_string_value(json_object_get(line, "event"));
	if (event)
		ret = read_event(records, line, event, err);
	json_decref(line);
	return ret;
}

static int read_perf(const char *text, size_t len, int64_t seconds, struct records *records,
		     struct err *err)
{
	const struct foreign_run run = {
		.tool = OP, .unit = "counts", .seconds = seconds, .command = "perf stat -j"
	};
	const char *end = text + len;
	size_t nr = 1;
	int ret = 0;

	foreign_begin(records, &run, text, len);
	for (const char *p = text, *stop; !ret && p < end; p = stop + 1, nr++) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop)
			stop = end;
		ret = read_line(records, p, (size_t)(stop - p), err);
	}
	if (!ret) {
		ret = foreign_end(records, err);
		for (size_t i = 0; !ret && i < records->nr_series; i++)
			note_share(&records->series[i]);
		return ret;
	}
	err_prefix(err, "line %zu", nr - 1);
	records_release(records);
	return ret;
}

const struct importer importer_perf = {
	.name = "perf",
	.summary = "lines of perf stat -j",
	.knows = knows,
	.read = read_perf,
};
