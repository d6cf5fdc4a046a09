/* SPDX-License-Identifier: GPL-2.0-only */
/* The course of a series over its runs, ready to be shown: values, levels, what happened when. */
#ifndef PTWALK_REPORT_COURSE_H
#define PTWALK_REPORT_COURSE_H

#include <stdio.h>

#include "bench/store/history.h"

/* One run. Pointers are borrowed from what the course was made of. */
struct course_point {
	const struct store_run *run;
	double value; /* ticks a call; noisy: median of the boots'; NAN: no samples */
	bool differs; /* exact: two boots, two counts */
	bool env;     /* another environment than the run before */
	bool kernel;  /* another kernel than the run before */
	const struct store_change *change; /* the level changed here; or NULL */
};

/* A stretch of one level; noisy series only. */
struct course_level {
	size_t first, count; /* places among the points */
	double level;
	double low, high; /* where one new value belongs; NAN: too few values to say */
};

struct course {
	const struct store_series *series;
	double pages;		     /* of 4 KiB that a call walks; 1 where it walks none */
	struct course_point *points; /* by time */
	size_t n;
	struct course_level *levels;
	size_t nr_levels; /* 0 of exact series, and of those that are never compared */
};

/* All runs and change points of a store, to be looked up. */
struct course_book {
	struct store_runs runs;
	struct store_changes changes;
	const struct store_run **by_id; /* NULL where there is none */
	int64_t most;
};

int course_book_load(struct store *, struct course_book *, struct err *err);
void course_book_release(struct course_book *);
const struct store_run *course_book_run(const struct course_book *, int64_t run);

/**
 * course_load - a series' course since @since (seconds since 1970)
 * @course:	(out) to be ended with course_release(), on success only
 *
 * Levels are those of the newest COURSE_LEVELS runs (potts.h says why), split at
 * every change of environment.
 */
#define COURSE_LEVELS 730
int course_load(struct store *, const struct course_book *, const struct store_series *,
		int64_t since, struct course *course, struct err *err);
void course_release(struct course *);

/* "2026-01-31", in UTC. */
struct course_date {
	char text[16];
};
struct course_date course_date(int64_t time);

/* What a reader calls the kernel of a run: release, and version or commit where known. Owned by the caller. */
char *course_kernel(const struct store_run *);

/* All that is known of a point, in one line. Owned by the caller. */
char *course_describe(const struct course *, size_t point);

/* The known value before a point that it may be compared with; NAN: none. */
double course_before(const struct course *, size_t point);

/* Of a point from the known one before it: relative; NAN where there is none, or nothing to be compared. */
double course_change(const struct course *, size_t point);

/* The table of `ptwalk history`: the last @most runs (0: all). */
void course_write_text(const struct course *, size_t most, FILE *);

#endif
