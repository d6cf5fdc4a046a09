// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/course.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/report/render.h"
#include "bench/stats/night.h"
#include "bench/stats/levels.h"

int course_book_load(struct store *store, struct course_book *book, struct err *err)
{
	int ret = store_list(store, 0, &book->runs, err);

	if (ret)
		return ret;
	ret = store_changes(store, 0, &book->changes, err);
	if (ret) {
		store_runs_release(&book->runs);
		return ret;
	}
	book->most = 0;
	for (size_t i = 0; i < book->runs.n; i++)
		if (book->runs.runs[i].id > book->most)
			book->most = book->runs.runs[i].id;
	book->by_id = xcalloc((size_t)book->most + 1, sizeof(*book->by_id));
	for (size_t i = 0; i < book->runs.n; i++)
		book->by_id[book->runs.runs[i].id] = &book->runs.runs[i];
	return 0;
}

void course_book_release(struct course_book *book)
{
	store_runs_release(&book->runs);
	store_changes_release(&book->changes);
	free(book->by_id);
	*book = (struct course_book){ 0 };
}

const struct store_run *course_book_run(const struct course_book *book, int64_t run)
{
	return run > 0 && run <= book->most ? book->by_id[run] : NULL;
}

/* One a boot, all of one run. */
static struct course_point make_point(const struct store_run *run, const struct store_point *boots,
				      size_t n)
{
	struct course_point point = { .run = run };
	_cleanup_free_ double *values = xcalloc(n, sizeof(*values));
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!boots[i].known)
			continue;
		values[known++] = boots[i].value;
		point.differs |= boots[i].exact && boots[i].value != values[0];
	}
	point.value = series_value_of(run->exact, values, known);
	return point;
}

static void fill_points(struct course *course, const struct store_history *history,
			const struct course_book *book)
{
	size_t end;

	course->points = xcalloc(history->n + 1, sizeof(*course->points));
	for (size_t i = 0; i < history->n; i = end) {
		const struct store_run *run = course_book_run(book, history->points[i].run);
		struct course_point *point = &course->points[course->n];

		for (end = i;
		     end < history->n && history->points[end].run == history->points[i].run;)
			end++;
		if (!run) /* stored since the book was read */
			continue;
		*point = make_point(run, &history->points[i], end - i);
		point->env = course->n && point[-1].run->env != run->env;
		point->kernel = course->n && point[-1].run->kernel != run->kernel;
		course->n++;
	}
}

static void mark_changes(struct course *course, const struct course_book *book)
{
	for (size_t c = 0; c < book->changes.n; c++) {
		const struct store_change *change = &book->changes.changes[c];

		for (size_t i = 0; change->series == course->series->id && i < course->n; i++)
			if (course->points[i].run->id == change->run)
				course->points[i].change = change;
	}
}

/* A stretch of known values of one environment, and which points they are. */
struct stretch {
	double *values;
	size_t *places;
	size_t n;
};

static int add_level(struct course *course, const struct stretch *s, const struct segment *segment,
		     struct err *err)
{
	const double floor = segment->level * night_usual.floor / POTTS_STRENGTH;
	const struct predict_rule rule = { .alpha = night_usual.confirm, .floor = fmax(floor, 0) };
	const size_t last = s->places[segment->first + segment->count - 1];
	struct prediction bound = { .low = NAN, .high = NAN };
	int ret = 0;

	if (segment->count >= night_usual.least)
		ret = predict_bound(s->values + segment->first, segment->count, &rule, &bound, err);
	course->levels = xgrow(course->levels, course->nr_levels, sizeof(*course->levels));
	course->levels[course->nr_levels++] = (struct course_level){
		.first = s->places[segment->first],
		.count = last - s->places[segment->first] + 1,
		.level = segment->level,
		.low = bound.low,
		.high = bound.high,
	};
	return ret;
}

static int split(struct course *course, const struct stretch *s, struct err *err)
{
	struct potts potts;
	double noise;
	int ret = s->n ? potts_noise(s->values, s->n, &noise, err) : 0;

	if (ret || !s->n)
		return ret;
	noise = fmax(noise, fabs(s->values[0]) * night_usual.floor / POTTS_STRENGTH);
	ret = potts_segments(s->values, s->n, POTTS_STRENGTH * noise, &potts, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < potts.nr_segments && !ret; i++)
		ret = add_level(course, s, &potts.segments[i], err);
	potts_release(&potts);
	return ret;
}

static int find_levels(struct course *course, struct err *err)
{
	struct stretch s = {
		.values = xcalloc(COURSE_LEVELS, sizeof(*s.values)),
		.places = xcalloc(COURSE_LEVELS, sizeof(*s.places)),
	};
	int ret = 0;

	for (size_t i = course->n > COURSE_LEVELS ? course->n - COURSE_LEVELS : 0;
	     i < course->n && !ret; i++) {
		const struct course_point *point = &course->points[i];

		if (point->env) {
			ret = split(course, &s, err);
			s.n = 0;
		}
		if (isnan(point->value))
			continue;
		s.values[s.n] = point->value;
		s.places[s.n++] = i;
	}
	if (!ret)
		ret = split(course, &s, err);
	free(s.values);
	free(s.places);
	return ret;
}

int course_load(struct store *store, const struct course_book *book,
		const struct store_series *series, int64_t since, struct course *course,
		struct err *err)
{
	struct store_history history;
	int ret = store_history(store, series->id, since, &history, err);

	if (ret)
		return ret;
	*course = (struct course){
		.series = series,
		.pages = series->size >= series->page ? (double)series->size / (double)series->page
						      : 1,
	};
	fill_points(course, &history, book);
	store_history_release(&history);
	mark_changes(course, book);
	if (!series->exact && !series->functional)
		ret = find_levels(course, err);
	if (ret)
		course_release(course);
	return ret;
}

void course_release(struct course *course)
{
	free(course->points);
	free(course->levels);
	*course = (struct course){ 0 };
}

struct course_date course_date(int64_t time)
{
	struct course_date date = { "?" };
	time_t when = (time_t)time;
	struct tm tm;

	if (gmtime_r(&when, &tm))
		strftime(date.text, sizeof(date.text), "%Y-%m-%d", &tm);
	return date;
}

char *course_kernel(const struct store_run *run)
{
	return *run->commit
		       ? xasprintf("%s %.12s", run->release, run->commit)
		       : xasprintf("%s%s%s", run->release, *run->version ? " " : "", run->version);
}

double course_before(const struct course *course, size_t point)
{
	while (!course->series->functional && point-- > 0)
		if (!isnan(course->points[point].value))
			return course->points[point].value;
	return NAN;
}

double course_change(const struct course *course, size_t point)
{
	const double value = course->points[point].value, before = course_before(course, point);

	if (value == before)
		return 0;
	return before > 0 || before < 0 ? value / before - 1 : (double)NAN;
}

/* What is worth a word beside the value. */
static void put_marks(const struct course *course, size_t i, struct strv *marks)
{
	const struct course_point *point = &course->points[i];

	if (point->change)
		strv_addf(marks, "change %lld: %s%s%s", (long long)point->change->id,
			  point->change->state, *point->change->note ? ", " : "",
			  point->change->note);
	if (point->env)
		strv_add(marks, "new environment");
	if (point->differs)
		strv_add(marks, "not repeatable");
	if (point->kernel && !point->env)
		strv_add(marks, "new kernel");
}

char *course_describe(const struct course *course, size_t i)
{
	const struct course_point *point = &course->points[i];
	char *kernel = course_kernel(point->run), *text;
	_cleanup_(strv_release) struct strv parts = { 0 };

	strv_add(&parts, course_date(point->run->time).text);
	strv_add(&parts, kernel);
	if (isnan(point->value))
		strv_add(&parts, "no value");
	else
		strv_addf(&parts, "%.10g a call, %.4g a page", point->value,
			  point->value / course->pages);
	put_marks(course, i, &parts);
	text = strv_join(&parts, "; ");
	free(kernel);
	return text;
}

static void put_row(struct sheet *t, const struct course *course, size_t i)
{
	const struct course_point *point = &course->points[i];
	const double change = course_change(course, i);
	const bool exact = course->series->exact;
	_cleanup_free_ char *kernel = course_kernel(point->run), *text = NULL;
	_cleanup_(strv_release) struct strv marks = { 0 };

	sheet_words(t, "%s", course_date(point->run->time).text);
	sheet_count(t, (uint64_t)point->run->id);
	sheet_words(t, "%s", kernel);
	if (isnan(point->value)) {
		sheet_missing(t, "the run has no samples of it");
		sheet_missing(t, "the run has no samples of it");
	} else {
		sheet_number(t, point->value / course->pages, "%.2f", point->value / course->pages);
		sheet_number(t, point->value, exact || fabs(point->value) >= 1000 ? "%.0f" : "%.6g",
			     point->value);
	}
	if (isnan(change))
		sheet_words(t, "%s", "");
	else if (change == 0)
		sheet_words(t, "0");
	else if (exact) /* a page's share of one instruction would not show */
		sheet_words(t, "%+.0f", point->value - course_before(course, i));
	else
		sheet_words(t, "%+.2f%%", change * 100);
	put_marks(course, i, &marks);
	text = strv_join(&marks, "; ");
	sheet_words(t, "%s", text);
}

void course_write_text(const struct course *course, size_t most, FILE *f)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("date"),	SHEET_FIGURE("run"),	SHEET_WORDS("kernel"),
		SHEET_FIGURE("a page"), SHEET_FIGURE("a call"), SHEET_FIGURE("change"),
		SHEET_WORDS(""),
	};
	const struct store_series *s = course->series;
	const struct pen pen = pen_to(f, false);
	struct sheet *t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	_cleanup_free_ char *on = store_series_on(s), *head = NULL;
	const char *note = record_note(s->functional);

	t->keep = 2;
	head = xasprintf("%s on %s: %s, %zu run%s; %s", s->name, on, s->unit, course->n,
			 course->n == 1 ? "" : "s", *note ? note : "less is better");
	render_line(f, "", "", head, 2, pen.width);
	fputc('\n', f);
	for (size_t i = most && course->n > most ? course->n - most : 0; i < course->n; i++)
		put_row(t, course, i);
	render_sheet(t, &pen);
	sheet_free(t);
}
