/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sheets: typed tables, and the reports that are made of them. Whoever reports something
 * fills sheets; how they look is the renderers' matter alone (render.h).
 *
 * A cell holds what it is, and how people read it: a number stays unrounded beside its
 * text, and a figure that is missing says why. It is never 0, and never empty.
 *
 *	static const struct sheet_column columns[] = {
 *		SHEET_WORDS("workload"), SHEET_FIGURE("ticks\na page"),
 *	};
 *	struct sheet *sheet = sheets_add(sheets, columns, ARRAY_SIZE(columns), "Costs of %s", kernel);
 *
 *	sheet_words(sheet, "%s", workload);
 *	sheet_number(sheet, cost, "%.2f", cost);
 */
#ifndef PTWALK_REPORT_SHEET_H
#define PTWALK_REPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/str.h"

struct sheet_column {
	const char *title; /* "\n" breaks it into lines; of a sheet for programs its key */
	bool figures;	   /* aligned at the right */
	bool joined;	   /* says nothing without the column before it: kept beside it */
	const char *group; /* of what stands over it and those joined to it; NULL: nothing does */
};

#define SHEET_WORDS(title_)       \
	{                         \
		.title = (title_) \
	}
#define SHEET_FIGURE(title_)                       \
	{                                          \
		.title = (title_), .figures = true \
	}

/* How a cell stands out where there is colour: a verdict, or a shade of cost. */
enum sheet_mark {
	SHEET_PLAIN,
	SHEET_BETTER,
	SHEET_WORSE,
	SHEET_CHANGED,
};
#define SHEET_SHADES 8

struct sheet_cell {
	char *text;	    /* to people; NULL of a number that is for programs alone */
	double value;	    /* of numbers, unrounded; NAN of words and of what is missing */
	bool whole;	    /* a count: the text is exact */
	bool truth;	    /* true or false, as the text says */
	const char *reason; /* why it is missing; NULL: it is not */
	enum sheet_mark mark;
	unsigned int shade; /* 0: none; from 1, the palest, to SHEET_SHADES */
	char *link, *hint;  /* of a page: where it leads, and what is said to who asks; or NULL */
	bool command;	    /* of a page: to be copied */
};

struct sheet {
	const char *name;	      /* to programs; NULL: for people */
	bool single;		      /* for programs: of one row, by its nature */
	char *title;		      /* "" where there is none */
	struct sheet_column *columns; /* theirs are copies */
	size_t nr_columns;
	size_t keep; /* the first columns, that every part of a folded table begins with */
	struct sheet_cell *cells; /* row by row */
	size_t nr_cells;
	struct strv reasons;
	struct strv notes; /* lines below it */
};

/* @title: a format, or NULL. To be ended with sheet_free(). */
struct sheet *sheet_new(const struct sheet_column *, size_t n, const char *title, ...)
	__attribute__((format(printf, 3, 4)));
void sheet_free(struct sheet *);
DEFINE_CLEANUP(struct sheet *, sheet_free);

/* Cells fill rows from left to right; a row ends with its last cell. */
void sheet_words(struct sheet *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* @fmt: how people read it; NULL where they do not. NAN is missing, not known why. */
void sheet_number(struct sheet *, double value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sheet_count(struct sheet *, uint64_t);

/* A number for programs alone; missing where it is none, and a column beside it may say why. */
void sheet_value(struct sheet *, double);
void sheet_truth(struct sheet *, bool);

/* Two decimals; what would round to nothing is not shown as nothing. NAN: missing, by @reason. */
void sheet_cost(struct sheet *, double value, const char *reason);

/* Equal reasons are told once. NULL or "": not known why. */
void sheet_missing(struct sheet *, const char *reason);

/* Of the last cell. */
void sheet_mark(struct sheet *, enum sheet_mark);
void sheet_shade(struct sheet *, unsigned int shade);
void sheet_link(struct sheet *, const char *link, const char *hint);

/* What a shell runs. */
void sheet_command(struct sheet *, const char *text);

/* A line below the table. */
void sheet_note(struct sheet *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Does it have anything to read? */
bool sheet_says(const struct sheet *);

/* A report: lines at its head, then sheets. { 0 } is an empty one. */
struct sheets {
	const char *title; /* of a page: "ptwalk compare"; to programs what it is. Borrowed */
	struct sheets_line {
		char *label, *text; /* @label "": it goes on with the line before */
		bool alarm;	    /* what must not be overlooked */
	} * lines;
	size_t nr_lines;
	struct sheet **v;
	size_t n;
};

void sheets_line(struct sheets *, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sheets_alarm(struct sheets *, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A sheet at the end, to be filled; it is the report's. */
struct sheet *sheets_add(struct sheets *, const struct sheet_column *, size_t n, const char *title,
			 ...) __attribute__((format(printf, 4, 5)));

/*
 * For programs: a sheet that they call @name, which is borrowed, with a column for each key up
 * to NULL. sheet_key() adds one more while there are no cells.
 */
struct sheet *sheets_data(struct sheets *, const char *name, ...) __attribute__((sentinel));
void sheet_key(struct sheet *, const char *key);
void sheets_release(struct sheets *);

#endif
