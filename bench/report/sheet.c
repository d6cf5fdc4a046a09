// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/sheet.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static char *format(const char *fmt, va_list ap)
{
	char *text = NULL;

	if (fmt && vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}

static struct sheet *make(const struct sheet_column *columns, size_t n, char *title)
{
	struct sheet *s = xcalloc(1, sizeof(*s));

	s->title = title ? title : xstrdup("");
	s->columns = xcalloc(n + 1, sizeof(*s->columns));
	s->nr_columns = n;
	s->keep = 1;
	for (size_t i = 0; i < n; i++) {
		s->columns[i] = columns[i];
		s->columns[i].title = xstrdup(columns[i].title);
		s->columns[i].group = columns[i].group ? xstrdup(columns[i].group) : NULL;
	}
	return s;
}

struct sheet *sheet_new(const struct sheet_column *columns, size_t n, const char *title, ...)
{
	struct sheet *s;
	va_list ap;

	va_start(ap, title);
	s = make(columns, n, format(title, ap));
	va_end(ap);
	return s;
}

void sheet_free(struct sheet *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nr_columns; i++) {
		free((char *)s->columns[i].title);
		free((char *)s->columns[i].group);
	}
	for (size_t i = 0; i < s->nr_cells; i++) {
		free(s->cells[i].text);
		free(s->cells[i].link);
		free(s->cells[i].hint);
	}
	strv_release(&s->reasons);
	strv_release(&s->notes);
	free(s->columns);
	free(s->cells);
	free(s->title);
	free(s);
}

static struct sheet_cell *add(struct sheet *s, char *text, double value)
{
	s->cells = xgrow(s->cells, s->nr_cells, sizeof(*s->cells));
	s->cells[s->nr_cells] = (struct sheet_cell){ .text = text, .value = value };
	return &s->cells[s->nr_cells++];
}

void sheet_words(struct sheet *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(s, format(fmt, ap), NAN);
	va_end(ap);
}

void sheet_number(struct sheet *s, double value, const char *fmt, ...)
{
	va_list ap;

	if (isnan(value)) {
		sheet_missing(s, NULL);
		return;
	}
	va_start(ap, fmt);
	add(s, format(fmt, ap), value);
	va_end(ap);
}

void sheet_count(struct sheet *s, uint64_t n)
{
	add(s, xasprintf("%" PRIu64, n), (double)n)->whole = true;
}

void sheet_value(struct sheet *s, double value)
{
	if (isfinite(value))
		add(s, NULL, value);
	else
		sheet_missing(s, NULL);
}

void sheet_truth(struct sheet *s, bool truth)
{
	add(s, xstrdup(truth ? "true" : "false"), NAN)->truth = true;
}

void sheet_cost(struct sheet *s, double value, const char *reason)
{
	if (isnan(value))
		sheet_missing(s, reason);
	else if (value > 0 && value < 0.005)
		sheet_number(s, value, "<0.01");
	else if (value < 0 && value > -0.005)
		sheet_number(s, value, ">-0.01");
	else
		sheet_number(s, value, "%.2f", value);
}

void sheet_missing(struct sheet *s, const char *reason)
{
	size_t i = 0;

	if (!reason || !*reason)
		reason = "not known why";
	while (i < s->reasons.n && strcmp(s->reasons.v[i], reason) != 0)
		i++;
	if (i == s->reasons.n)
		strv_add(&s->reasons, reason);
	add(s, NULL, NAN)->reason = s->reasons.v[i];
}

void sheet_mark(struct sheet *s, enum sheet_mark mark)
{
	s->cells[s->nr_cells - 1].mark = mark;
}

void sheet_shade(struct sheet *s, unsigned int shade)
{
	s->cells[s->nr_cells - 1].shade = shade < SHEET_SHADES ? shade + 1 : SHEET_SHADES;
}

void sheet_link(struct sheet *s, const char *link, const char *hint)
{
	struct sheet_cell *cell = &s->cells[s->nr_cells - 1];

	cell->link = xstrdup(link);
	cell->hint = hint ? xstrdup(hint) : NULL;
}

void sheet_command(struct sheet *s, const char *text)
{
	add(s, xstrdup(text), NAN)->command = true;
}

void sheet_note(struct sheet *s, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	strv_add(&s->notes, text);
}

bool sheet_says(const struct sheet *s)
{
	return s->nr_cells || s->notes.n;
}

static void add_line(struct sheets *sheets, const char *label, char *text, bool alarm)
{
	sheets->lines = xgrow(sheets->lines, sheets->nr_lines, sizeof(*sheets->lines));
	sheets->lines[sheets->nr_lines++] = (struct sheets_line){ xstrdup(label), text, alarm };
}

void sheets_line(struct sheets *sheets, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(sheets, label, format(fmt, ap), false);
	va_end(ap);
}

void sheets_alarm(struct sheets *sheets, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(sheets, label, format(fmt, ap), true);
	va_end(ap);
}

static struct sheet *keep(struct sheets *sheets, struct sheet *s)
{
	sheets->v = xgrow(sheets->v, sheets->n, sizeof(struct sheet *));
	sheets->v[sheets->n++] = s;
	return s;
}

struct sheet *sheets_add(struct sheets *sheets, const struct sheet_column *columns, size_t n,
			 const char *title, ...)
{
	struct sheet *s;
	va_list ap;

	va_start(ap, title);
	s = make(columns, n, format(title, ap));
	va_end(ap);
	return keep(sheets, s);
}

void sheet_key(struct sheet *s, const char *key)
{
	s->columns = xgrow(s->columns, s->nr_columns, sizeof(*s->columns));
	s->columns[s->nr_columns++] = (struct sheet_column){ .title = xstrdup(key) };
}

struct sheet *sheets_data(struct sheets *sheets, const char *name, ...)
{
	struct sheet *s = keep(sheets, make(NULL, 0, NULL));
	const char *key;
	va_list ap;

	s->name = name;
	va_start(ap, name);
	while ((key = va_arg(ap, const char *)))
		sheet_key(s, key);
	va_end(ap);
	return s;
}

void sheets_release(struct sheets *sheets)
{
	for (size_t i = 0; i < sheets->nr_lines; i++) {
		free(sheets->lines[i].label);
		free(sheets->lines[i].text);
	}
	for (size_t i = 0; i < sheets->n; i++)
		sheet_free(sheets->v[i]);
	free(sheets->lines);
	free(sheets->v);
	*sheets = (struct sheets){ 0 };
}
