// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/course.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/stats/night.h"
#include "bench/stats/potts.h"
#include "bench/stats/predict.h"

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
	double *values = xcalloc(n, sizeof(*values));
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!boots[i].known)
			continue;
		values[known++] = boots[i].value;
		point.differs |= boots[i].exact && boots[i].value != values[0];
	}
	point.value = series_value_of(run->exact, values, known);
	free(values);
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
		.pages = series->size >= PAGE ? (double)series->size / PAGE : 1,
	};
	fill_points(course, &history, book);
	store_history_release(&history);
	mark_changes(course, book);
	if (!series->exact && !record_machine_functional(series->machine))
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
