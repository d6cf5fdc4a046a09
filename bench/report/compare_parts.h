/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a comparison: the series of a run by name, what bench/stats says of rows, what
 * perf events counted side by side; and the words that its formats share. Internal to the report.
 */
#ifndef PTWALK_REPORT_COMPARE_PARTS_H
#define PTWALK_REPORT_COMPARE_PARTS_H

#include <stdio.h>

#include "bench/record/series_index.h"
#include "bench/report/compare.h"

/* Rows that are judged together, under Holm. { 0 } is an empty one. */
struct compare_family {
	struct judge_series *series;
	struct compare_row **rows; /* of each */
	size_t n;
};

/*
 * Give @row the medians of these values of its boots (NAN of none), and where it has a ratio,
 * judge it with the others. The arrays are the family's then. False: it has none.
 */
bool compare_family_add(struct compare_family *, struct compare_row *row, double *base,
			double *new);

/*
 * Judge them, where @c is of noisy figures: each row gets its judgement, and no verdict. The
 * family is ended, whatever is returned. Returns as judge_table().
 */
int compare_family_judge(struct compare_family *, const struct compare *c, struct err *err);

enum compare_verdict compare_verdict_of(const struct judgement *);

/**
 * compare_noisy - judge all rows that both runs have, together, under Holm
 *
 * The values are the medians of the boots. A series with a median of 0, or
 * without samples, has no ratio: it is inconclusive, with the reason. Where an event is
 * judged, rows that both runs have get no verdict.
 */
int compare_noisy(struct compare *c, const struct series_index *base,
		  const struct series_index *new, struct err *err);

/* Sort the names of all rows, once they are where they stay. */
void compare_names_init(struct compare *);

/* series_values() of that name. */
double *compare_boots(const struct series_index *, const char *name, size_t *n);

/**
 * compare_floor - what no change looks like: odd against even boots of the base
 *
 * Boots of one run are in the order they were made, so that what drifts with
 * time is in both halves. Of an exact run it is 0, all boots being alike.
 */
int compare_floor(struct compare *c, const struct series_index *base, struct err *err);

/**
 * compare_events - give each row the events that either side counted, or was to count
 *
 * The value of a boot is the median of its samples; noisy ones are tested as ticks are, all
 * events of all rows together and apart from the ticks. None gets a verdict but the one that is
 * judged, which is tested by itself. What was not counted has its reason.
 */
int compare_events(struct compare *c, const struct series_index *base,
		   const struct series_index *new, struct err *err);
void compare_events_release(struct compare_row *);

/*
 * Give each row its facts, where both sides have them: events with verdicts of their own, judged as
 * counts are.
 */
void compare_facts(struct compare *c, double threshold);

/* Is it for people? Facts are where they changed. */
bool compare_event_told(const struct compare_event *);

/* Of exact counts: more is worse, where it is more by more than @threshold per cent of the base. */
enum compare_verdict compare_exact_verdict(const struct compare_row *, double threshold);

/* That of its ticks, per cent: the one that was asked for, else of what varies VARIES_MOST. */
double compare_threshold(const struct compare_row *, double threshold);

#define COMPARE_NOTE_WIDTH 72 /* characters, of what is said below a table */

/* A run in a few words: "debian:6.1 6.1.192-2". Owned by the caller. */
char *compare_run_name(const struct record_run *);

/* "DIFFERS: mitigations, kernel config" or "SAME". Owned by the caller. */
char *compare_environment(const struct compare *);

/*
 * The finding in a sentence: "hmm/devdax-pte/1G: +1 instruction a page (96.28 to 97.28, +1.04%);
 * 29 others same", the series that changed most, for the worse where there is one. Owned by the
 * caller.
 */
char *compare_headline(const struct compare *);

/*
 * The row that it is of: the one that changed most, for the worse where there is one; SIZE_MAX
 * where none is shown to.
 */
size_t compare_gravest(const struct compare *);

/* Is it hmm, gup or pin as the kernel has it built in: what most readers look for? */
bool compare_built_in(const struct compare_row *);

/* In which order rows are worth their room. */
enum compare_rank {
	RANK_WRONG,
	RANK_CHANGED_BUILT_IN,
	RANK_CHANGED,
	RANK_SAME_BUILT_IN,
	RANK_MISSING, /* on either side: neither changed nor the same */
	RANK_SAME,
	COMPARE_RANKS,
};

enum compare_rank compare_rank(const struct compare_row *);

/* Of two pointers to rows, as qsort() gives them: by rank, and what changed by how much. */
int compare_by_rank(const void *a, const void *b);

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
