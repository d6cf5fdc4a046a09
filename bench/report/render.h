/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Renderers of sheets. People's leave out sheets that say nothing; programs' have no line
 * besides the cells. And what all that is written as text or as JSON shares.
 */
#ifndef PTWALK_REPORT_RENDER_H
#define PTWALK_REPORT_RENDER_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "bench/report/sheet.h"

#define RENDER_WIDTH  80 /* that every report for people fits, but for a single word */
#define RENDER_DIGITS 15 /* significant, of what programs get: all that a decimal keeps */

struct pen {
	FILE *f;
	size_t width; /* characters; what is wider is folded. 0: nothing is */
	bool colour;  /* terminal escapes may be used */
};

/* As wide as the terminal; what is none is as wide as $COLUMNS, else RENDER_WIDTH. */
struct pen pen_to(FILE *, bool colour);

/* Aligned columns in ASCII; letters stand for why something is missing. */
void render_terminal(const struct sheets *, const struct pen *);
void render_markdown(const struct sheets *, const struct pen *);

/* One static page: no script, no network; light and dark by the reader's own choice. */
void render_html(const struct sheets *, const struct pen *);

/* RFC 4180: the first sheet of a report for programs. */
void render_csv(const struct sheets *, const struct pen *);

/* All sheets of a report for programs, a member each. */
void render_json(const struct sheets *, const struct pen *);

/* One sheet alone, in text. */
void render_sheet(const struct sheet *, const struct pen *);

/* Characters, not bytes: names may be UTF-8. Colours take no room. */
size_t text_width(const char *);

/* Bytes of the first words of a text that take at most @room characters; one word at least. */
size_t text_fitting(const char *, size_t room);

/* What names and notes hold is not for the terminal to obey. */
void text_plain(FILE *, const char *, size_t len);
void text_times(FILE *, char, size_t n);

/*
 * A line of text after @prefix. One that is wider than @width is broken at blanks, and goes
 * on after @prefix and @indent blanks. @at: what stands on the line before the text.
 */
void render_line(FILE *, const char *prefix, const char *at, const char *text, size_t indent,
		 size_t width);

/*
 * &, <, >, " and ' as entities: safe as text and in a quoted attribute. Control
 * characters, but newline and tab, as their pictures.
 */
void html_text(FILE *, const char *text);

/* The table of a sheet alone, which scrolls by itself; its title says what it is to who cannot see it. */
void html_table(FILE *, const struct sheet *);

/* Write it with a newline, and end it. @digits: significant ones of reals; 0: as many as they have. */
void json_write(json_t *, size_t digits, FILE *);

#endif
