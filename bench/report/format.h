/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Renderings of a comparison: one file a format, one const struct at its end,
 * one line in FORMAT_LIST. All say which direction is better and that exact
 * figures are instructions, not time.
 */
#ifndef PTWALK_REPORT_FORMAT_H
#define PTWALK_REPORT_FORMAT_H

#include <stdio.h>

#include "bench/report/compare.h"

struct format {
	const char *name;
	const char *summary;
	/* Of one column at least. @colour: terminal escapes may be used. */
	void (*write)(const struct compare_table *, FILE *, bool colour);
};

#define FORMAT_LIST(X) \
	X(terminal)    \
	X(lkml)        \
	X(lkp)         \
	X(mmtests)     \
	X(markdown)    \
	X(csv)         \
	X(json)        \
	X(html)

extern const struct format *const formats[];
extern const size_t nr_formats;

/* NULL where there is none of that name. */
const struct format *format_find(const char *name);

/* A run in a few words: "debian:6.1 6.1.192-2". Owned by the caller. */
char *format_run_name(const struct record_run *);

/* "DIFFERS: mitigations, kernel config" or "SAME". Owned by the caller. */
char *format_environment(const struct compare *);

/* "instructions, not time"; of a noisy machine its unit. */
const char *format_unit(const struct compare *);

/* A sentence, broken at blanks into lines of at most 72 columns, each after @prefix. */
void format_sentence(const char *text, FILE *, const char *prefix);

/* What the marks are, in one line; of events in another, where there are any. */
void format_legend(const struct compare_table *, const char *prefix, FILE *);

/*
 * In plain lines of at most 72 columns, each after @prefix: what changed a page and
 * a call, the functions whose code changed, and the caller's notes. Nothing where
 * there is nothing. format_notes() tells it too.
 */
void format_changes(const struct compare *, FILE *, const char *prefix);

/*
 * The same of events: how they are to be read, and which were not counted, by reason. Nothing
 * where there are none. format_notes() tells it too.
 */
void format_events(const struct compare *, FILE *, const char *prefix);

/* One character: + better, ! worse, = same or within, ? inconclusive, x missing, . no verdict. */
char format_mark(enum compare_verdict);

/* "less"; "-" of what has no verdict: that is for who reads it to say. */
const char *format_better(const struct compare_row *);

/* That of the row of this name, in whatever column it is. */
const char *format_better_of(const struct compare_table *, const char *name);

/* A change that is shown, not one that may be chance: better or worse. */
bool format_significant(const struct compare_row *);

/*
 * What is to be said below a table, a line each with @prefix in front: the geometric
 * mean, the test, the A/A noise floor, what a few boots cannot show, and of perf events how
 * they are to be read and which were not counted, and why.
 */
void format_notes(const struct compare *, const char *prefix, FILE *);

/* The environment and the notes of each column. */
void format_footer(const struct compare_table *, FILE *);

/* "-2.74%", "-" where there is none. */
struct format_text {
	char text[32];
};
struct format_text format_percent(double percent);

/* "[ -3.31, -2.20]" in per cent; "[unbounded]" with too few boots; "-" of rows that are not judged. */
struct format_text format_interval(const struct compare_row *);

/* ".0002", "1.000", "<.0001"; "exact" of exact counts, "-" of rows that are not judged. */
struct format_text format_p(const struct compare *, const struct compare_row *);

#endif
