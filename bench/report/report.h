/* SPDX-License-Identifier: GPL-2.0-only */
/* Renderings of a summary: for people and for programs. */
#ifndef PTWALK_REPORT_REPORT_H
#define PTWALK_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/report/summary.h"

#define REPORT_SCHEMA 1 /* of the JSON form */

/* The words that stand by every exact figure. */
#define REPORT_NOT_TIME "instructions, not time"

/* A cost of times: four digits where they say something, and never an exponent above 1. */
struct report_cost {
	char text[32];
};
struct report_cost report_cost(double value);

/* What stands by the figures of a run: one of these, or its unit. */
const char *report_unit(const struct record_run *);

/*
 * As `ptwalk run` and `ptwalk show` print it: what was measured, cost per page,
 * what the pgmap lookup costs, cost model, fidelity, what is missing. @colour:
 * terminal escapes may be used.
 */
void report_text(const struct summary *, FILE *, bool colour);

/* Its first part alone: what was measured, on what, and whether it repeated. */
void report_header(const struct summary *, FILE *, bool colour);

/*
 * All workloads by all ops at a glance: as `ptwalk show --matrix` prints it.
 * No wider than @columns characters (0: as wide as it comes): folded into bands.
 */
void report_matrix(const struct summary *, FILE *, size_t columns, bool colour);

/* One JSON object and a newline, the same figures unrounded; an unknown one is null, with a reason. */
void report_json(const struct summary *, FILE *);

#endif
