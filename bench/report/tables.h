/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of the text report, each with its heading. Internal to report_text.c. */
#ifndef PTWALK_REPORT_TABLES_H
#define PTWALK_REPORT_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/report/summary.h"
#include "bench/report/table.h"

struct pen {
	FILE *f;
	bool colour;
};

void pen_heading(const struct pen *, const char *text);

/* A cell of two decimals; what would round to nothing is not shown as nothing. */
void table_figure(struct table *, const struct figure *);

/* "instructions"; "ticks" where a run does not say. */
const char *pen_unit(const struct summary *);

/*
 * An empty table: "workload", then @second ("size" is set right), then one column
 * for each op and policy; @title gives its heading, owned by the caller.
 */
struct table *tables_by_op(const struct summary *, const char *second,
			   char *(*title)(const struct summary_column *));

/* Ticks a page of every workload under every op, at its largest size. */
void tables_costs(const struct summary *, const struct pen *);

/* What the lookup of the pgmap adds, with its reading; nothing where walk/none was not asked for. */
void tables_pgmap(const struct summary *, const struct pen *);

void tables_models(const struct summary *, const struct pen *);

/* How a page's cost differs between sizes; nothing where fewer than two are large. */
void tables_flat(const struct summary *, const struct pen *);

/* walk/none against hmm; nothing where either was not asked for. */
void tables_fidelity(const struct summary *, const struct pen *);

/* The TSC's frequency by all who tell of it; nothing where ticks are instructions. In table_time.c. */
void tables_clock(const struct summary *, const struct pen *);

/* Ticks as time, samples that were disturbed apart; nothing where ticks are no time. */
void tables_time(const struct summary *, const struct pen *);

/* What perf events counted a page; nothing where none was asked for. In table_events.c. */
void tables_events(const struct summary *, const struct pen *);

/* A line for each reason why some were not; nothing where all were. */
void tables_uncounted(const struct summary *, const struct pen *);

/* What the stages of an op cost a page; nothing where no op has any. In table_stages.c. */
void tables_stages(const struct summary *, const struct pen *);

/* What is noted of the series of the table of costs; nothing where nothing is. */
void tables_notes(const struct summary *, const struct pen *);

/* What was asked for and is not there, by workload and reason; nothing where all is. */
void tables_missing(const struct summary *, const struct pen *);

#endif
