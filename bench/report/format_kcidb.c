// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report in KCIDB's I/O schema 5.0: a checkout, a build, and a test for each
 * series, whose number is its value a page. A missing series is a test of
 * status SKIP. Ids are of the run, so that sending it twice adds nothing.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arch/arch.h"
#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/report/figure.h"
#include "bench/report/format.h"
#include "bench/report/render.h"

#define ORIGIN "ptwalk"
#define MAJOR  5
#define MINOR  0

/* Of the run, and of when it was: ids of runs repeat. */
static char *run_id(const struct record_run *run)
{
	return xasprintf(ORIGIN ":%s/%s", run->id, run->started);
}

/* Parts of letters, digits, _ and -, with dots between. */
static char *test_path(const char *name)
{
	char *path = xasprintf(ORIGIN ".%s", name);

	for (char *p = path + strlen(ORIGIN) + 1; *p; p++)
		if (*p == '/')
			*p = p[1] && p[1] != '/' && p[-1] != '.' ? '.' : '_';
		else if (!isalnum((unsigned char)*p) && *p != '-')
			*p = '_';
	return path;
}

static json_t *environment(const struct records *records)
{
	const char *machine = records->run.machine, *note = record_note(records->run.functional);
	_cleanup_free_ char *comment = xasprintf("%s%s%s", machine, *note ? ": " : "", note);
	json_t *misc = json_object();
	struct environment e;

	environment_of(records, &e);
	for (size_t i = 0; i < e.n; i++)
		if (*e.fields[i].value && environment_field_told(&e.fields[i]))
			json_object_set_new(misc, e.fields[i].name, json_string(e.fields[i].value));
	return json_pack("{s:s, s:o}", "comment", comment, "misc", misc);
}

static json_t *test(const struct records *records, const char *name, unsigned boot,
		    const char *status)
{
	_cleanup_free_ char *build = run_id(&records->run), *path = test_path(name);
	_cleanup_free_ char *id = xasprintf("%s/%s/%u", build, name, boot);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id", id, "origin", ORIGIN,
				 "build_id", build, "path", path, "status", status, "start_time",
				 records->run.started, "environment", environment(records));

	return json;
}

/* What each counted a page, with how much of the time, or why it was not. */
static json_t *events(const struct record_series *s, double pages)
{
	json_t *json = json_object();

	for (size_t i = 0; i < s->nr_events; i++) {
		const struct event_cost cost = event_cost_boot(s, i);
		_cleanup_free_ char *unit = xasprintf("%s/page", s->events[i].name);

		json_object_set_new(json, s->events[i].name,
				    cost.page.known
					    ? json_pack("{s:f, s:s, s:f}", "value",
							cost.page.value / pages, "unit", unit,
							"share", cost.share)
					    : json_pack("{s:s}", "missing", cost.page.reason));
	}
	return json;
}

static void add_series(const struct records *records, const struct record_series *s, json_t *tests)
{
	const double value = series_value_boot(records->run.exact, s);
	const double pages = series_pages(s);
	json_t *json = test(records, s->name, s->boot, isnan(value) ? "MISS" : "DONE");
	char *unit = xasprintf("%s/page", records->run.unit);

	if (!isnan(value))
		json_object_set_new(json, "number",
				    json_pack("{s:f, s:s}", "value", value / pages, "unit", unit));
	json_object_set_new(json, "misc",
			    json_pack("{s:s, s:I, s:I}", "series", s->name, "pages",
				      (json_int_t)pages, "samples", (json_int_t)s->nr_samples));
	if (s->nr_events)
		json_object_set_new(json_object_get(json, "misc"), "events", events(s, pages));
	free(unit);
	json_array_append_new(tests, json);
}

static void add_missing(const struct records *records, const struct record_missing *m,
			json_t *tests)
{
	json_t *json = test(records, m->name, m->boot, m->wrong ? "FAIL" : "SKIP");

	json_object_set_new(json, "comment", json_string(m->reason));
	json_array_append_new(tests, json);
}

static json_t *build(const struct record_run *run)
{
	const struct arch *arch = arch_find(run->arch);
	_cleanup_free_ char *id = run_id(run);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "id", id,
				 "origin", ORIGIN, "checkout_id", id, "architecture",
				 arch ? arch->ci : run->arch, "compiler", run->kernel.compiler,
				 "config_name", run->kernel.spec, "status", "PASS", "misc",
				 "image_sha256", run->kernel.image_sha256, "config_sha256",
				 run->kernel.config_sha256, "release", run->kernel.release);

	return json;
}

static json_t *checkout(const struct record_run *run)
{
	_cleanup_free_ char *id = run_id(run);
	json_t *json = json_pack("{s:s, s:s, s:s, s:b}", "id", id, "origin", ORIGIN, "comment",
				 record_kernel(run), "valid", 1);

	return json;
}

static void write_kcidb(const struct records *records, FILE *f)
{
	json_t *tests = json_array(), *json;

	for (size_t i = 0; i < records->nr_series; i++)
		add_series(records, &records->series[i], tests);
	for (size_t i = 0; i < records->nr_missing; i++)
		add_missing(records, &records->missing[i], tests);
	json = json_pack("{s:{s:i, s:i}, s:[o], s:[o], s:o}", "version", "major", MAJOR, "minor",
			 MINOR, "checkouts", checkout(&records->run), "builds",
			 build(&records->run), "tests", tests);
	json_write(json, 17, f);
}

const struct format format_kcidb = {
	.name = "kcidb",
	.summary = "KernelCI's KCIDB, I/O schema 5.0",
	.export = write_kcidb,
};
