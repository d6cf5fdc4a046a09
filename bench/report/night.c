// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/night.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "bench/report/course.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

#define WIDTH 72

/* What a reader must see first comes first. */
static const enum track_outcome order[] = {
	TRACK_UNREPEATABLE, TRACK_WORSE, TRACK_BETTER,	 TRACK_SUSPECT, TRACK_UNCONFIRMED,
	TRACK_MISSING,	    TRACK_SAME,	 TRACK_LEARNING, TRACK_FIRST,
};

/* Those of which each series is named. */
#define NR_NAMED 6

char *report_night_summary(const struct track_night *night)
{
	_cleanup_(strv_release) struct strv parts = { 0 };
	char *list, *text;

	if (night->wrong.n)
		strv_addf(&parts, "%zu WRONG", night->wrong.n);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (night->counts[order[i]])
			strv_addf(&parts, "%zu %s", night->counts[order[i]],
				  track_outcome_name(order[i]));
	list = strv_join(&parts, ", ");
	text = xasprintf("%s of %zu series%s", parts.n ? list : "nothing", night->n,
			 night->new_environment ? "; new environment" : "");
	free(list);
	return text;
}

static void put_run(struct sheets *to, const char *label, const struct store_run *run)
{
	if (!run)
		return;
	sheets_line(to, label, "%s", run->name);
	sheets_line(to, "", "%s, %s%s%s", run->machine, run->spec,
		    *run->version && !*run->commit ? " " : "", *run->commit ? "" : run->version);
	if (*run->commit)
		sheets_line(to, "", "commit %s", run->commit);
}

static const char *field(const json_t *env, const char *name)
{
	const char *text = json_string_value(json_object_get(env, name));

	return text ? text : "none";
}

char *report_night_config(const char *environment)
{
	json_t *all = json_loads(environment, 0, NULL);
	char *digest = xstrdup(field(all, "kernel config"));

	json_decref(all);
	return digest;
}

/*
 * What differs from the environment of the @reference, or of the night before, a line each:
 * for people @to, for programs in @rows. @options: of the kernel configs, or NULL.
 */
static void put_fields(const struct track_night *night, bool reference, const char *options,
		       struct sheets *to, struct sheet *rows)
{
	const char *then = reference ? night->reference_environment : night->previous_environment;
	json_t *before = json_loads(then, 0, NULL), *value;
	json_t *now = json_loads(night->environment, 0, NULL);
	const char *name;

	json_object_foreach(now, name, value)
	{
		const char *old = field(before, name), *new = json_string_value(value);

		if (!new || environment_same(name, old, new))
			continue;
		if (rows) {
			sheet_words(rows, "%s", reference ? "reference" : "before");
			sheet_words(rows, "%s", name);
			sheet_words(rows, "%s", old);
			sheet_words(rows, "%s", new);
		} else if (options && !strcmp(name, "kernel config")) {
			sheets_line(to, "", "kernel config: %s", options);
		} else {
			sheets_line(to, "", "%s: %.24s -> %.24s", name, old, new);
		}
	}
	json_decref(before);
	json_decref(now);
}

static bool has(const struct track_night *night, bool exact)
{
	for (size_t i = 0; i < night->n; i++)
		if (night->items[i].series->exact == exact)
			return true;
	return false;
}

static void put_environment(const struct track_night *night, const char *options, struct sheets *to)
{
	if (night->new_environment && has(night, true))
		sheets_alarm(to, "environment",
			     "CAVEAT: the environment is not that of the night before. Counts are "
			     "compared all the same; a change need not be of the code.");
	if (night->new_environment && has(night, false))
		sheets_alarm(to, "environment",
			     "Times are NOT COMPARABLE with the night before: a new history "
			     "begins.");
	if (night->new_environment)
		put_fields(night, false, options, to, NULL);
	if (night->reference_environment) {
		sheets_line(to, "environment",
			    "The reference is of another environment: not compared.");
		put_fields(night, true, NULL, to, NULL);
	}
}

/* Of an exact series the count itself; of a noisy one what a page costs. Empty. */
static struct sheet *figures_sheet(struct sheets *to, const struct store_series *series,
				   const char *title, const char *before, bool judged)
{
	const struct sheet_column counts[] = {
		SHEET_WORDS("series"),	SHEET_FIGURE(before),	SHEET_FIGURE("now"),
		SHEET_FIGURE("a call"), SHEET_FIGURE("a page"), SHEET_FIGURE("change"),
	};
	const struct sheet_column times[] = {
		SHEET_WORDS("series"),	SHEET_FIGURE(before), SHEET_FIGURE("now"),
		SHEET_FIGURE("change"), SHEET_FIGURE("p"), /* of what was judged */
	};

	if (series->exact)
		return sheets_add(to, counts, ARRAY_SIZE(counts), "%s (%s)", title,
				  REPORT_NOT_TIME);
	return sheets_add(to, times, ARRAY_SIZE(times) - !judged, "%s (%s a page)", title,
			  series->unit);
}

static void percent_cell(struct sheet *sheet, double base, double value)
{
	const double percent = (value / base - 1) * 100;

	if (!(base > 0 || base < 0)) {
		sheet_missing(sheet, "there was nothing before");
		return;
	}
	sheet_number(sheet, percent, "%+.2f%%", percent);
}

static void count_cells(struct sheet *sheet, double base, double value, double pages)
{
	sheet_number(sheet, base, "%.0f", base);
	sheet_number(sheet, value, "%.0f", value);
	sheet_number(sheet, value - base, "%+.0f", value - base);
	sheet_number(sheet, (value - base) / pages, "%+.2f", (value - base) / pages);
	percent_cell(sheet, base, value);
}

static void time_cells(struct sheet *sheet, double base, double value, double pages, double p)
{
	sheet_number(sheet, base / pages, "%s", report_cost(base / pages).text);
	sheet_number(sheet, value / pages, "%s", report_cost(value / pages).text);
	percent_cell(sheet, base, value);
	if (sheet->nr_columns > 4)
		sheet_number(sheet, p, "%.2g", p);
}

static void put_row(struct sheet *sheet, const struct track_item *item, double base, double p)
{
	const double pages = (double)item->series->size / (double)item->series->page;

	sheet_words(sheet, "%s%s", item->series->name, item->told ? " (reported before)" : "");
	if (isnan(base) || isnan(item->value))
		for (size_t i = 1; i < sheet->nr_columns; i++)
			sheet_missing(sheet, "no figure");
	else if (item->series->exact)
		count_cells(sheet, base, item->value, pages);
	else
		time_cells(sheet, base, item->value, pages, p);
}

/* Those of one outcome; counts and times are apart. */
static void put_outcome(const struct track_night *night, enum track_outcome outcome, bool exact,
			struct sheets *to)
{
	struct sheet *sheet = NULL;

	for (size_t i = 0; i < night->n; i++) {
		const struct track_item *item = &night->items[i];

		if (item->outcome != outcome || item->series->exact != exact)
			continue;
		if (!sheet)
			sheet = figures_sheet(to, item->series, track_outcome_name(outcome),
					      "before", true);
		put_row(sheet, item, item->base, item->p);
	}
}

static void put_missing(const struct track_night *night, struct sheets *to)
{
	struct sheet *sheet = sheets_add(to, NULL, 0, "missing");

	for (size_t i = 0; i < night->n; i++)
		if (night->items[i].outcome == TRACK_MISSING)
			sheet_note(sheet, "%s", night->items[i].series->name);
}

static void put_changes(const struct track_night *night, struct sheets *to)
{
	for (size_t o = 0; o < NR_NAMED; o++) {
		if (order[o] == TRACK_MISSING) {
			put_missing(night, to);
			continue;
		}
		put_outcome(night, order[o], true, to);
		put_outcome(night, order[o], false, to);
	}
}

/* Can it be held against the pinned run? A time takes a segment to say where values belong. */
static bool has_reference(const struct track_item *item)
{
	return !isnan(item->reference) && !isnan(item->value) &&
	       (item->series->exact || !isnan(item->low));
}

static bool is_off_reference(const struct track_item *item)
{
	return item->series->exact ? item->value != item->reference
				   : item->reference < item->low || item->reference > item->high;
}

/* How far tonight is from the pinned run, whatever the night before said. */
static void put_reference(const struct track_night *night, struct sheets *to)
{
	struct sheet *sheets[2] = { NULL, NULL }, *last;
	size_t known = 0, differ = 0, timed = 0;

	if (!night->reference || night->reference_environment)
		return;
	for (size_t i = 0; i < night->n; i++) {
		const struct track_item *item = &night->items[i];
		const bool exact = item->series->exact;

		if (!has_reference(item))
			continue;
		known++;
		timed += !exact;
		if (!is_off_reference(item))
			continue;
		differ++;
		if (!sheets[exact])
			sheets[exact] = figures_sheet(
				to, item->series, "Since the pinned reference", "reference", false);
		put_row(sheets[exact], item, item->reference, (double)NAN);
	}
	last = sheets_add(to, NULL, 0, NULL);
	sheet_note(last, "%zu of %zu series that the reference has differ from it.", differ, known);
	if (timed)
		sheet_note(last, "(Times: it is outside of where 95 %% of the nights now are; "
				 "1 in 20 is so by chance.)");
}

static char *summary_of(const struct track_night *night, const struct night_runs *runs)
{
	return runs->ref ? xstrdup("nothing new, nothing measured") : report_night_summary(night);
}

static void put_head(const struct track_night *night, const struct night_runs *runs,
		     struct sheets *to)
{
	for (size_t i = 0; i < night->wrong.n; i++)
		sheets_alarm(to, "wrong", "%s", night->wrong.v[i]);
	if (runs->ref) {
		sheets_line(to, "tree", "%s is what it was in the night of %s:", runs->ref,
			    course_date(runs->since).text);
		sheets_line(to, "", "commit %s", runs->commit);
	}
	put_run(to, "tonight", runs->run);
	put_run(to, "before", runs->previous);
	if (runs->run && runs->previous && *runs->run->commit &&
	    !strcmp(runs->run->commit, runs->previous->commit))
		sheets_line(to, "", "The tree has nothing new since then.");
	put_run(to, "again", runs->second);
	put_run(to, "reference", runs->reference);
	if (has(night, true))
		sheets_line(to, "figures", "%s; less is better", REPORT_NOT_TIME);
	put_environment(night, runs->options, to);
}

static void night_sheets(const struct track_night *night, const struct night_runs *runs,
			 struct sheets *to)
{
	put_head(night, runs, to);
	put_changes(night, to);
	put_reference(night, to);
}

static void data_run(struct sheet *sheet, const char *which, const struct store_run *run)
{
	if (!run)
		return;
	sheet_words(sheet, "%s", which);
	sheet_words(sheet, "%s", run->name);
	sheet_words(sheet, "%s", run->machine);
	sheet_words(sheet, "%s", run->spec);
	sheet_words(sheet, "%s", run->version);
	sheet_words(sheet, "%s", run->commit);
}

static void data_series(const struct track_night *night, struct sheets *to)
{
	struct sheet *sheet =
		sheets_data(to, "series", "series", "outcome", "reported_before", "exact", "unit",
			    "pages", "before", "now", "reference", "low", "high", "p", NULL);

	for (size_t i = 0; i < night->n; i++) {
		const struct track_item *item = &night->items[i];
		const struct store_series *series = item->series;
		const double figures[] = { item->base, item->value, item->reference,
					   item->low,  item->high,  item->p };

		sheet_words(sheet, "%s", series->name);
		sheet_words(sheet, "%s", track_outcome_name(item->outcome));
		sheet_truth(sheet, item->told);
		sheet_truth(sheet, series->exact);
		sheet_words(sheet, "%s", series->unit);
		sheet_count(sheet, series->size / series->page);
		for (size_t k = 0; k < ARRAY_SIZE(figures); k++)
			sheet_value(sheet, series->exact && k > 2 ? (double)NAN : figures[k]);
	}
}

static void night_data(const struct track_night *night, const struct night_runs *runs,
		       const char *summary, struct sheets *to)
{
	struct sheet *told, *named, *fields, *wrong;

	data_series(night, to);
	told = sheets_data(to, "night", "summary", "new_environment", NULL);
	told->single = true;
	sheet_words(told, "%s", summary);
	sheet_truth(told, night->new_environment);
	named = sheets_data(to, "runs", "which", "run", "machine", "kernel", "version", "commit",
			    NULL);
	data_run(named, "tonight", runs->run);
	data_run(named, "before", runs->previous);
	data_run(named, "again", runs->second);
	data_run(named, "reference", runs->reference);
	fields = sheets_data(to, "environment", "of", "field", "then", "tonight", NULL);
	if (night->new_environment)
		put_fields(night, false, NULL, NULL, fields);
	if (night->reference_environment)
		put_fields(night, true, NULL, NULL, fields);
	wrong = sheets_data(to, "wrong", "series", NULL);
	for (size_t i = 0; i < night->wrong.n; i++)
		sheet_words(wrong, "%s", night->wrong.v[i]);
}

void report_night(const struct track_night *night, const struct night_runs *runs, FILE *f)
{
	_cleanup_free_ char *summary = summary_of(night, runs);
	_cleanup_(sheets_release) struct sheets sheets = { 0 };

	night_sheets(night, runs, &sheets);
	fprintf(f, "ptwalk nightly: %s\n\n", summary);
	render_terminal(&sheets, &(struct pen){ .f = f, .width = WIDTH });
}

void format_night(const struct format *format, const struct track_night *night,
		  const struct night_runs *runs, FILE *f, bool colour)
{
	_cleanup_free_ char *summary = summary_of(night, runs);
	struct sheets sheets = { .title = format->data ? "night" : "ptwalk nightly" };

	if (format->data) {
		night_data(night, runs, summary, &sheets);
	} else {
		sheets_line(&sheets, "verdict", "%s", summary);
		night_sheets(night, runs, &sheets);
	}
	format_sheets(format, &sheets, f, colour);
}
