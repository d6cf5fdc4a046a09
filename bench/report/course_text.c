// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "bench/report/course.h"
#include "bench/report/render.h"

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
	while (!record_machine_functional(course->series->machine) && point-- > 0)
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
	struct strv parts = { 0 };

	strv_add(&parts, course_date(point->run->time).text);
	strv_add(&parts, kernel);
	if (isnan(point->value))
		strv_add(&parts, "no value");
	else
		strv_addf(&parts, "%.10g a call, %.4g a page", point->value,
			  point->value / course->pages);
	put_marks(course, i, &parts);
	text = strv_join(&parts, "; ");
	strv_release(&parts);
	free(kernel);
	return text;
}

static void put_row(struct sheet *t, const struct course *course, size_t i)
{
	const struct course_point *point = &course->points[i];
	const double change = course_change(course, i);
	const bool exact = course->series->exact;
	char *kernel = course_kernel(point->run), *text;
	struct strv marks = { 0 };

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
	free(text);
	free(kernel);
	strv_release(&marks);
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

	t->keep = 2;
	fprintf(f, "%s on %s: %s, %zu run%s; ", s->name, s->machine, s->unit, course->n,
		course->n == 1 ? "" : "s");
	if (*record_note(s->machine))
		fprintf(f, "%s\n\n", record_note(s->machine));
	else
		fprintf(f, "%s is better\n\n", s->higher_is_better ? "more" : "less");
	for (size_t i = most && course->n > most ? course->n - most : 0; i < course->n; i++)
		put_row(t, course, i);
	render_sheet(t, &pen);
	sheet_free(t);
}
