/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats, in one list for all that is written: a report of one run, runs side by side,
 * a comparison, a run for other tools. One file a format or family, one const struct at its
 * end, one line in FORMAT_LIST; --format, its help and the man pages follow the list.
 * docs/exchange.md tells what each carries.
 *
 * All say which direction is better, that exact figures are instructions and not time, and
 * why a figure is missing.
 */
#ifndef PTWALK_REPORT_FORMAT_H
#define PTWALK_REPORT_FORMAT_H

#include <stdio.h>

#include "bench/report/aa.h"
#include "bench/report/compare.h"
#include "bench/report/render.h"
#include "bench/report/side_by_side.h"
#include "bench/report/summary.h"

/* A hook that is NULL: there is no such form of that. */
struct format {
	const char *name;
	const char *summary;
	/* Of any report; where @compare is set, of all others. */
	void (*render)(const struct sheets *, const struct pen *);
	bool data;  /* @render is for programs */
	bool brief; /* of a run it tells the answer, and the rest where it is asked for */
	void (*compare)(const struct compare_table *, FILE *); /* of one column at least */
	void (*export)(const struct records *, FILE *);
};

#define FORMAT_LIST(X) \
	X(records)     \
	X(terminal)    \
	X(lkml)        \
	X(lkp)         \
	X(mmtests)     \
	X(markdown)    \
	X(csv)         \
	X(json)        \
	X(html)        \
	X(gbench)      \
	X(benchfmt)    \
	X(kcidb)

#define FORMAT_DECLARE(name) extern const struct format format_##name;
FORMAT_LIST(FORMAT_DECLARE)
#undef FORMAT_DECLARE

enum format_use {
	FORMAT_SHEETS, /* whatever is in sheets: all reports but a comparison */
	FORMAT_COMPARE,
	FORMAT_EXPORT,
};

extern const struct format *const formats[];
extern const size_t nr_formats;

/* Has it that form? */
bool format_serves(const struct format *, enum format_use);

/* The same of sheets, as a table of options asks it. */
bool format_of_sheets(const void *format);

/* @name NULL: the first. NULL, with @err naming all there are, where there is none of that name. */
const struct format *format_find(const char *name, enum format_use, struct err *err);

/* @colour: terminal escapes may be used. @full: all there is, in whatever format. */
void format_run(const struct format *, const struct summary *, FILE *, bool colour, bool full);
void format_side_by_side(const struct format *, const struct side_by_side *, FILE *, bool colour);
void format_compare(const struct format *, const struct compare_table *, FILE *, bool colour);
void format_self(const struct format *, const struct aa *, FILE *, bool colour);

/* Sheets that are made for it, which are released. */
void format_sheets(const struct format *, struct sheets *, FILE *, bool colour);

#endif
