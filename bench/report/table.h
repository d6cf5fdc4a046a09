/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aligned text tables, in ASCII whatever the terminal is. A cell with no value
 * shows "-" and the letter of a note below the table that says why: never 0,
 * never empty.
 */
#ifndef PTWALK_REPORT_TABLE_H
#define PTWALK_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table;

struct table_column {
	const char *title; /* copied; "\n" breaks it into two lines */
	bool right;	   /* numbers */
};

struct table *table_new(const struct table_column *columns, size_t n);
void table_free(struct table *);

/* Cells fill rows from left to right; a row ends with its last cell. */
void table_cell(struct table *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Shade the background of the last cell, where colour is allowed: 0 is the
 * lightest, TABLE_SHADES - 1 the darkest.
 */
#define TABLE_SHADES 8
void table_shade(struct table *, unsigned int shade);

/*
 * Where the table would be wider than @width characters, write it in bands one
 * below the other, each with the first @keep columns.
 */
void table_fold(struct table *, size_t keep, size_t width);

/* A cell with no value. Equal reasons share a letter; NULL or "" is "not known why". */
void table_missing(struct table *, const char *reason);

/* Columns aligned, a rule under the titles, then the notes; bold titles where @colour. */
void table_write(const struct table *, FILE *, bool colour);

#endif
