/* SPDX-License-Identifier: GPL-2.0-only */
/* One figure: known or not, as text and as a cell, and the words that stand by it. */
#ifndef PTWALK_REPORT_FIGURE_H
#define PTWALK_REPORT_FIGURE_H

#include "bench/record/record.h"
#include "bench/report/sheet.h"

/* A figure, or the reason why there is none. */
struct figure {
	bool known;
	double value;
	const char *reason; /* "" where it is known */
};

/* A figure in five characters, its first three digits where they fit: "96.3", "<0.01", "12k". */
struct figure_text {
	char text[16];
};
struct figure_text figure_compact(double value);

/* The words that stand by every exact figure. */
#define REPORT_NOT_TIME "instructions, not time"

/* A cost of times: four digits where they say something, and never an exponent above 1. */
struct report_cost {
	char text[32];
};
struct report_cost report_cost(double value);

/* A cell of two decimals. */
void report_figure(struct sheet *, const struct figure *);

/* "instructions"; "ticks" where a run does not say. */
const char *report_ticks(const struct record_run *);

/* What stands by the figures of a run: one of these, or its unit. */
const char *report_unit(const struct record_run *);

#endif
