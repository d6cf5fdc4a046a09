/* SPDX-License-Identifier: GPL-2.0-only */
/* A course as history.gp takes it. Internal to plot. */
#ifndef PTWALK_PLOT_HISTORY_DATA_H
#define PTWALK_PLOT_HISTORY_DATA_H

#include <stdio.h>

#include "bench/report/course.h"

struct history_kind {
	const char *kind; /* "svg", "png", "text" */
	const char *output;
	unsigned int columns; /* of text */
	bool in_page;	      /* an SVG that has the page's own ground */
};

/* Commands that draw it. A hovering text is the point's number alone: history_svg() puts the words in. */
void history_put(FILE *, const struct course *, const char *scripts, const struct history_kind *);

/* Is there a value to draw? */
bool history_has_value(const struct course *);

/* gnuplot's SVG as an element of its own: no prolog, no script, points described. Owned by the caller. */
char *history_svg(const struct course *, const char *drawn);

#endif
