/* SPDX-License-Identifier: GPL-2.0-only */
/* The report of one run: what its summary says, in sheets and for programs. */
#ifndef PTWALK_REPORT_REPORT_H
#define PTWALK_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/record/race.h"
#include "bench/report/sheet.h"
#include "bench/report/summary.h"

/* What `ptwalk run` and `ptwalk show` tell: what was measured, the answer, what is missing. */
void report_brief(const struct summary *, struct sheets *);

/*
 * What `ptwalk show --full` tells: that, and cost per page, what the pgmap lookup costs, cost
 * model, fidelity.
 */
void report_sheets(const struct summary *, struct sheets *);

/* For programs: what a call and a page cost, a row a series at its largest size; then all else. */
void report_data(const struct summary *, struct sheets *);

/* For programs: what runs are, a row each. */
void report_runs(const struct records *const *, size_t n, struct sheets *);

/* Why a solved model has no such term. */
extern const char no_puds[], no_vmas[];

/* All workloads by all ops at a glance, below the same head: what `ptwalk show --matrix` tells. */
void report_matrix(const struct summary *, struct sheets *);

/* report_sheets() as text, no wider than 80 characters. @colour: terminal escapes may be used. */
void report_text(const struct summary *, FILE *, bool colour);

/* Its parts, in the order in which they come. Internal to the report. */

/* The TSC's frequency by all who tell of it; nothing where ticks are instructions. */
void report_clock(const struct summary *, struct sheets *);

/* A line for each reason why some perf events were not counted; nothing where all were. */
void report_uncounted(const struct summary *, struct sheets *);

/*
 * Of an exact run, in integers: what each op costs a page, a PMD entry and a call, and what
 * its policies add. False: there are no integers, and nothing was told.
 */
bool report_glance(const struct summary *, struct sheets *);

/* Ticks a page of every workload under every op, at its largest size. */
void report_costs(const struct summary *, struct sheets *);

/* Every workload by every op, or the columns of @only, shaded by what a page costs. */
void report_cells(const struct summary *, const bool *only, struct sheets *);

/* Ticks as time, samples that were disturbed apart; nothing where ticks are no time. */
void report_time(const struct summary *, struct sheets *);

/* What the lookup of the pgmap adds, with its reading; nothing where policy none was not asked for. */
void report_pgmap(const struct summary *, struct sheets *);
void report_models(const struct summary *, struct sheets *);

/* How a page's cost differs between sizes; nothing where fewer than two are large. */
void report_flat(const struct summary *, struct sheets *);

/* Policy none against hmm; nothing where either was not asked for. */
void report_fidelity(const struct summary *, struct sheets *);

/* What perf events counted a page; nothing where none was asked for. */
void report_events(const struct summary *, struct sheets *);

/* What the stages of an op cost a page; nothing where no op has any. */
void report_stages(const struct summary *, struct sheets *);

/* What is noted of the series of the table of costs; nothing where nothing is. */
void report_notes(const struct summary *, struct sheets *);

/* What was asked for and is not there, by workload and reason; nothing where all is. */
void report_missing(const struct summary *, struct sheets *);

/* What came of a race: tables, and plain words. */

enum race_outcome {
	RACE_CLEAN,    /* what should be clean is, what is wrong was found, all of it was tested */
	RACE_FAILED,   /* a protocol that is not known to be wrong failed */
	RACE_UNTESTED, /* some walker met no phase of a kind, or a wrong protocol was not found */
};

enum race_outcome race_outcome(const struct race_record *, size_t n);

/* @pairs: a row for each walker in each phase; else one for each phase, and one for each walker. */
void race_report(const struct race_record *, size_t n, bool pairs, struct sheets *to);

#endif
