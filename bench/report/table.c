// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define GAP 2 /* spaces between columns */

struct table {
	struct column {
		struct strv title; /* one part a line */
		bool right;
	} * columns;
	size_t nr_columns;
	size_t keep, fold;     /* as in table_fold(); fold 0: never */
	struct strv cells;     /* row by row */
	unsigned char *shades; /* by cell; 0: none, else shade + 1 */
	size_t nr_shades;
	struct strv notes; /* reasons, by letter */
};

struct table *table_new(const struct table_column *columns, size_t n)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->columns = xcalloc(n, sizeof(*t->columns));
	t->nr_columns = n;
	for (size_t i = 0; i < n; i++) {
		strv_split(&t->columns[i].title, columns[i].title, '\n');
		t->columns[i].right = columns[i].right;
	}
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nr_columns; i++)
		strv_release(&t->columns[i].title);
	free(t->columns);
	strv_release(&t->cells);
	strv_release(&t->notes);
	free(t->shades);
	free(t);
}

void table_fold(struct table *t, size_t keep, size_t width)
{
	t->keep = keep;
	t->fold = width;
}

void table_shade(struct table *t, unsigned int shade)
{
	if (t->nr_shades < t->cells.n) {
		t->shades = xrealloc(t->shades, t->cells.n);
		memset(t->shades + t->nr_shades, 0, t->cells.n - t->nr_shades);
		t->nr_shades = t->cells.n;
	}
	t->shades[t->cells.n - 1] =
		(unsigned char)(shade < TABLE_SHADES ? shade + 1 : TABLE_SHADES);
}

void table_cell(struct table *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	/* What names and notes hold is not for the terminal to obey. */
	for (char *c = text; *c; c++)
		if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f)
			*c = '?';
	strv_add(&t->cells, text);
	free(text);
}

/* "a" to "z", then "a2" and so on. */
static void note_name(char name[32], size_t i)
{
	if (i < 26)
		snprintf(name, 32, "%c", (char)('a' + i));
	else
		snprintf(name, 32, "%c%zu", (char)('a' + i % 26), i / 26 + 1);
}

void table_missing(struct table *t, const char *reason)
{
	char name[32];
	size_t i;

	if (!reason || !*reason)
		reason = "not known why";
	for (i = 0; i < t->notes.n; i++)
		if (!strcmp(t->notes.v[i], reason))
			break;
	if (i == t->notes.n)
		strv_add(&t->notes, reason);
	note_name(name, i);
	table_cell(t, "-[%s]", name);
}

/* Characters, not bytes: names may be UTF-8. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static size_t column_width(const struct table *t, size_t column)
{
	const struct strv *title = &t->columns[column].title;
	size_t most = 1;

	for (size_t i = 0; i < title->n; i++)
		if (width(title->v[i]) > most)
			most = width(title->v[i]);
	for (size_t i = column; i < t->cells.n; i += t->nr_columns)
		if (width(t->cells.v[i]) > most)
			most = width(t->cells.v[i]);
	return most;
}

/* The columns of one band: the first ones, and a stretch of the others. */
struct band {
	const struct table *t;
	const size_t *room; /* by column */
	size_t keep, from, to;
	bool colour;
};

static bool in_band(const struct band *b, size_t column)
{
	return column < b->keep || (column >= b->from && column < b->to);
}

static bool is_last(const struct band *b, size_t column)
{
	return column + 1 == b->to || (column + 1 == b->keep && b->from == b->to);
}

/* From a pale to a deep orange, in the terminal's 256 colours, with what is read well on it. */
static const struct {
	unsigned char back, text;
} shades[TABLE_SHADES] = {
	{ 231, 16 }, { 230, 16 }, { 229, 16 },	{ 222, 16 },
	{ 215, 16 }, { 208, 16 }, { 166, 231 }, { 124, 231 },
};

static void put(const struct band *b, FILE *f, size_t column, const char *text, unsigned int shade)
{
	int pad = (int)(b->room[column] - width(text));
	bool right = b->t->columns[column].right, last = is_last(b, column);

	shade = b->colour ? shade : 0;
	if (shade)
		fprintf(f, "\033[48;5;%u;38;5;%um", shades[shade - 1].back, shades[shade - 1].text);
	if (right)
		fprintf(f, "%*s%s", pad, "", text);
	else
		fprintf(f, "%s%*s", text, last ? 0 : pad, "");
	fprintf(f, "%s%*s", shade ? "\033[0m" : "", last ? 0 : GAP, "");
}

/* A title of one line stands on the lower one. */
static const char *title_line(const struct strv *title, size_t line, size_t lines)
{
	size_t above = lines - title->n;

	return line < above ? "" : title->v[line - above];
}

static void write_titles(const struct band *b, FILE *f)
{
	const struct table *t = b->t;
	size_t lines = 0, whole = 0, n = 0;

	for (size_t i = 0; i < t->nr_columns; i++) {
		if (!in_band(b, i))
			continue;
		if (t->columns[i].title.n > lines)
			lines = t->columns[i].title.n;
		whole += b->room[i] + (n++ ? GAP : 0);
	}
	for (size_t line = 0; line < lines; line++) {
		fputs(b->colour ? "\033[1m" : "", f);
		for (size_t i = 0; i < t->nr_columns; i++)
			if (in_band(b, i))
				put(b, f, i, title_line(&t->columns[i].title, line, lines), 0);
		fputs(b->colour ? "\033[0m\n" : "\n", f);
	}
	for (size_t i = 0; i < whole; i++)
		fputc('-', f);
	fputc('\n', f);
}

static void write_band(const struct band *b, FILE *f)
{
	const struct table *t = b->t;

	write_titles(b, f);
	for (size_t i = 0, column = 0; i < t->cells.n; i++) {
		if (in_band(b, column))
			put(b, f, column, t->cells.v[i], i < t->nr_shades ? t->shades[i] : 0);
		if (++column < t->nr_columns)
			continue;
		fputc('\n', f);
		column = 0;
	}
}

/* Where the band from column @from ends: what fits, and one column at least. */
static size_t band_end(const struct table *t, const size_t *room, size_t from)
{
	size_t whole = 0, to;

	for (size_t i = 0; i < t->keep; i++)
		whole += room[i] + GAP;
	for (to = from; to < t->nr_columns; to++) {
		whole += room[to] + (to > from ? GAP : 0);
		if (t->fold && whole > t->fold && to > from)
			break;
	}
	return to;
}

void table_write(const struct table *t, FILE *f, bool colour)
{
	size_t *room = xcalloc(t->nr_columns, sizeof(*room));
	struct band band = { t, room, t->keep, t->keep, t->keep, colour };
	char name[32];

	for (size_t i = 0; i < t->nr_columns; i++)
		room[i] = column_width(t, i);
	do {
		if (band.to > t->keep)
			fputc('\n', f);
		band.from = band.to;
		band.to = band_end(t, room, band.from);
		write_band(&band, f);
	} while (band.to < t->nr_columns);
	for (size_t i = 0; i < t->notes.n; i++) {
		note_name(name, i);
		fprintf(f, "[%s] %s\n", name, t->notes.v[i]);
	}
	free(room);
}
