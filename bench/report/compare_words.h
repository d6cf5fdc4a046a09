/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of a comparison, that all formats share. */
#ifndef PTWALK_REPORT_COMPARE_WORDS_H
#define PTWALK_REPORT_COMPARE_WORDS_H

#include <stdio.h>

#include "bench/report/compare.h"

#define COMPARE_NOTE_WIDTH 72 /* characters, of what is said below a table */

/* A run in a few words: "debian:6.1 6.1.192-2". Owned by the caller. */
char *compare_run_name(const struct record_run *);

/* "DIFFERS: mitigations, kernel config" or "SAME". Owned by the caller. */
char *compare_environment(const struct compare *);

/* "instructions, not time"; of a noisy machine its unit. */
const char *compare_unit(const struct compare *);

/* One character: + better, ! worse, = same or within, ? inconclusive, x missing, . no verdict. */
char compare_mark(enum compare_verdict);

/* "less"; "-" of what has no verdict: that is for who reads it to say. */
const char *compare_better(const struct compare_row *);

/* A change that is shown, not one that may be chance: better or worse. */
bool compare_significant(const struct compare_row *);

/*
 * What is to be said below a table, a line each: the geometric mean, the test, the A/A noise
 * floor, what a few boots cannot show, of perf events how they are to be read and which were
 * not counted, what changed a page and a call, whose code changed, and the caller's notes.
 * Columns within a line are aligned where @width allows it.
 */
void compare_footnotes(const struct compare *, size_t width, struct strv *lines);

/* The same, each line after @prefix and broken at blanks where it is wider than 72 columns. */
void compare_write_notes(const struct compare *, const char *prefix, FILE *);

/* The environment and the notes of each column. */
void compare_write_footer(const struct compare_table *, FILE *);

/* What the marks are, in one line; of events in another, where there are any. */
void compare_write_legend(const struct compare_table *, const char *prefix, FILE *);

struct compare_text {
	char text[32];
};

/* "-2.74%", "-" where there is none. */
struct compare_text compare_percent_text(double percent);

/* "[ -3.31, -2.20]" in per cent; "[unbounded]" with too few boots; "-" of rows that are not judged. */
struct compare_text compare_interval_text(const struct compare_row *);

/* ".0002", "1.000", "<.0001"; "exact" of exact counts, "-" of rows that are not judged. */
struct compare_text compare_p_text(const struct compare *, const struct compare_row *);

#endif
