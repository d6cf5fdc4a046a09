/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the report of a run, in the order in which they come. Internal to it. */
#ifndef PTWALK_REPORT_REPORT_PARTS_H
#define PTWALK_REPORT_REPORT_PARTS_H

#include "bench/report/report.h"

/* "instructions"; "ticks" where a run does not say. */
const char *report_ticks(const struct summary *);

/* The TSC's frequency by all who tell of it; nothing where ticks are instructions. */
void report_clock(const struct summary *, struct sheets *);

/* A line for each reason why some perf events were not counted; nothing where all were. */
void report_uncounted(const struct summary *, struct sheets *);

/* Ticks a page of every workload under every op, at its largest size. */
void report_costs(const struct summary *, struct sheets *);

/* Ticks as time, samples that were disturbed apart; nothing where ticks are no time. */
void report_time(const struct summary *, struct sheets *);

/* What the lookup of the pgmap adds, with its reading; nothing where walk/none was not asked for. */
void report_pgmap(const struct summary *, struct sheets *);
void report_models(const struct summary *, struct sheets *);

/* How a page's cost differs between sizes; nothing where fewer than two are large. */
void report_flat(const struct summary *, struct sheets *);

/* walk/none against hmm; nothing where either was not asked for. */
void report_fidelity(const struct summary *, struct sheets *);

/* What perf events counted a page; nothing where none was asked for. */
void report_events(const struct summary *, struct sheets *);

/* What the stages of an op cost a page; nothing where no op has any. */
void report_stages(const struct summary *, struct sheets *);

/* What is noted of the series of the table of costs; nothing where nothing is. */
void report_notes(const struct summary *, struct sheets *);

/* What was asked for and is not there, by workload and reason; nothing where all is. */
void report_missing(const struct summary *, struct sheets *);

#endif
