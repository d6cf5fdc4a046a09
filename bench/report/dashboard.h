/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dashboard: static pages that open from a file. One page of all that needs a
 * person, and one a series. Pictures are drawn elsewhere (plot/history.h).
 */
#ifndef PTWALK_REPORT_DASHBOARD_H
#define PTWALK_REPORT_DASHBOARD_H

#include <stdio.h>

#include "bench/report/course.h"
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

#endif
