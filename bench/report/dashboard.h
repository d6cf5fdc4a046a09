/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dashboard: static pages that open from a file. One page of all that needs a
 * person, and one a series. Pictures are drawn elsewhere (plot/plot.h).
 */
#ifndef PTWALK_REPORT_DASHBOARD_H
#define PTWALK_REPORT_DASHBOARD_H

#include <stdio.h>

#include "bench/report/course.h"
#include "bench/report/sheet.h"
#include "bench/track/track.h"

/* What all pages share, to be written beside them under these names. */
#define DASHBOARD_INDEX "index.html"
#define DASHBOARD_CSS	"dashboard.css"
#define DASHBOARD_JS	"dashboard.js"
extern const char dashboard_css[], dashboard_js[];

/* In the head of every page: what is in a folder with it is ours to replace. */
#define DASHBOARD_MARK "<meta name=\"generator\" content=\"ptwalk dashboard\">"

struct dashboard {
	const char *store_path; /* named in the commands that pages show; NULL: the default store */
	struct course_book book;
	struct store_series_list list;
	struct course *courses;	    /* one a series, in the list's order */
	struct track_night *nights; /* the latest judged one of each machine, newest first */
	size_t nr_nights;
};

/**
 * dashboard_load - all that the pages tell
 * @store_path:	as in struct dashboard; borrowed
 * @d:		(out) to be ended with dashboard_release(), on success only
 */
int dashboard_load(struct store *, const char *store_path, struct dashboard *d, struct err *err);
void dashboard_release(struct dashboard *);

/* The name of a series' page. */
struct dashboard_name {
	char text[40];
};
struct dashboard_name dashboard_name(const struct store_series *);

void dashboard_write_index(const struct dashboard *, FILE *);

/* The page of course @i. @svg: its picture, an element that is safe as it is; NULL: there is none. */
void dashboard_write_series(const struct dashboard *, size_t i, const char *svg, FILE *);

/* What pages are put together from. Internal to the dashboard. */

void page_begin(FILE *, const char *title);
void page_end(FILE *);

/* A machine, with what is to be said of its figures. */
void page_machine(struct sheet *, const struct store_series *);

/* A cell of digits; NAN is missing. */
void page_number(struct sheet *, const char *fmt, double value)
	__attribute__((format(printf, 2, 0)));

/* A cost a page in about five digits; NAN is missing. */
void page_cost(struct sheet *, double value);

/* A change that was found, marked as better or worse; of an exact series what a call has more, too: a page's share may be too small to show. */
void page_change_by(struct sheet *, const struct store_series *, double before, double after);

/* "+1.23 %" from a run to the next; of a count marked as better or worse: a time always moves. NAN: "none". */
void page_change(struct sheet *, const struct store_series *, double relative);

/* A cell that links to the page of a series. */
void page_series(struct sheet *, const struct store_series *);

/* `ptwalk store ack` of a change, for a shell. Owned by the caller. */
char *page_ack(const struct dashboard *, const struct store_change *);

/* A part of the index. */
void page_matrix(const struct dashboard *, FILE *);

#endif
