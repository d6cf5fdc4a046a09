/* SPDX-License-Identifier: GPL-2.0-only */
/* The report of one run: what its summary says, in sheets and for programs. */
#ifndef PTWALK_REPORT_REPORT_H
#define PTWALK_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/report/sheet.h"
#include "bench/report/summary.h"

#define REPORT_SCHEMA 1 /* of the JSON form */

/* The words that stand by every exact figure. */
#define REPORT_NOT_TIME "instructions, not time"

/* A cost of times: four digits where they say something, and never an exponent above 1. */
struct report_cost {
	char text[32];
};
struct report_cost report_cost(double value);

/* A cell of two decimals. */
void report_figure(struct sheet *, const struct figure *);

/* What stands by the figures of a run: one of these, or its unit. */
const char *report_unit(const struct record_run *);

/*
 * What `ptwalk run` and `ptwalk show` tell: what was measured, cost per page, what
 * the pgmap lookup costs, cost model, fidelity, what is missing.
 */
void report_sheets(const struct summary *, struct sheets *);

/* One sheet for programs: what a call and a page cost, a row a series at its largest size. */
void report_data(const struct summary *, struct sheets *);

/* Its lines at the head alone: what was measured, on what, and whether it repeated. */
void report_head(const struct summary *, struct sheets *);

/* All workloads by all ops at a glance, below the same head: what `ptwalk show --matrix` tells. */
void report_matrix(const struct summary *, struct sheets *);

/* report_sheets() as text, no wider than 80 characters. @colour: terminal escapes may be used. */
void report_text(const struct summary *, FILE *, bool colour);

/* One JSON object and a newline, the same figures unrounded; an unknown one is null, with a reason. */
void report_json(const struct summary *, FILE *);

#endif
