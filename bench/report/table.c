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
	struct strv cells; /* row by row */
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
	free(t);
}

void table_cell(struct table *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
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

static void put(const struct table *t, FILE *f, size_t column, const char *text, size_t room)
{
	int pad = (int)(room - width(text));
	bool last = column + 1 == t->nr_columns;

	if (t->columns[column].right)
		fprintf(f, "%*s%s", pad, "", text);
	else
		fprintf(f, "%s%*s", text, last ? 0 : pad, "");
	fprintf(f, "%*s", last ? 0 : GAP, "");
}

/* A title of one line stands on the lower one. */
static const char *title_line(const struct strv *title, size_t line, size_t lines)
{
	size_t above = lines - title->n;

	return line < above ? "" : title->v[line - above];
}

static size_t write_titles(const struct table *t, FILE *f, const size_t *room, bool colour)
{
	size_t lines = 0, whole = 0;

	for (size_t i = 0; i < t->nr_columns; i++) {
		if (t->columns[i].title.n > lines)
			lines = t->columns[i].title.n;
		whole += room[i] + (i ? GAP : 0);
	}
	for (size_t line = 0; line < lines; line++) {
		fputs(colour ? "\033[1m" : "", f);
		for (size_t i = 0; i < t->nr_columns; i++)
			put(t, f, i, title_line(&t->columns[i].title, line, lines), room[i]);
		fputs(colour ? "\033[0m\n" : "\n", f);
	}
	return whole;
}

void table_write(const struct table *t, FILE *f, bool colour)
{
	size_t *room = xcalloc(t->nr_columns, sizeof(*room)), whole;
	char name[32];

	for (size_t i = 0; i < t->nr_columns; i++)
		room[i] = column_width(t, i);
	whole = write_titles(t, f, room, colour);
	for (size_t i = 0; i < whole; i++)
		fputc('-', f);
	fputc('\n', f);
	for (size_t i = 0, column = 0; i < t->cells.n; i++) {
		put(t, f, column, t->cells.v[i], room[column]);
		if (++column < t->nr_columns)
			continue;
		fputc('\n', f);
		column = 0;
	}
	for (size_t i = 0; i < t->notes.n; i++) {
		note_name(name, i);
		fprintf(f, "[%s] %s\n", name, t->notes.v[i]);
	}
	free(room);
}
