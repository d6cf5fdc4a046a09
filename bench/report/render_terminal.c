// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define GAP	   2  /* spaces between columns */
#define INDENT	   2  /* of figures below the name of their row */
#define LABEL	   13 /* of the lines at the head, with the blank after it */
#define LEAST_TEXT 16 /* that a last column of words may be narrowed to */

/* Of a reason within a table: "a" to "z", then "a2" and so on. */
struct letter {
	char text[24];
};

static struct letter letter_of(size_t i)
{
	struct letter name;

	if (i < 26)
		snprintf(name.text, sizeof(name.text), "%c", (char)('a' + i));
	else
		snprintf(name.text, sizeof(name.text), "%c%zu", (char)('a' + i % 26), i / 26 + 1);
	return name;
}

/* A sheet as it is drawn: the columns that people see. */
struct drawing {
	const struct sheet *s;
	const struct pen *pen;
	size_t *room;	 /* by column; 0: not seen */
	size_t *letters; /* by reason: its letter, from 1; 0: no cell shown has it */
	size_t nr_letters;
	char **texts;	 /* by cell */
	size_t from, to; /* the band: with the first columns, what is drawn at once */
	bool stacked;	 /* the first column has a line to itself, above its row */
	bool hung;	 /* and the last one, below it */
	size_t last;	 /* the last column that is seen */
};

static bool in_band(const struct drawing *d, size_t column)
{
	if ((d->stacked && !column) || (d->hung && column == d->last))
		return false;
	return column < d->s->keep || (column >= d->from && column < d->to);
}

/* In front of a column: those of a group are close together. */
static size_t gap_of(const struct sheet *s, size_t column)
{
	return s->columns[column].group && s->columns[column].joined ? 1 : GAP;
}

/* Between a column and the next one that is drawn; 0: there is none. */
static size_t gap_after(const struct drawing *d, size_t column)
{
	while (++column < d->s->nr_columns)
		if (in_band(d, column))
			return gap_of(d->s, column);
	return 0;
}

/* Characters of a group from its first column on. @end (out): the column after its last. */
static size_t span_of(const struct drawing *d, size_t first, size_t *end)
{
	size_t span = d->room[first];

	for (*end = first + 1; *end < d->s->nr_columns && d->s->columns[*end].joined; ++*end)
		span += gap_of(d->s, *end) + d->room[*end];
	return span;
}

static size_t last_of(const struct drawing *d)
{
	size_t last = 0;

	for (size_t i = 0; i < d->s->nr_columns; i++)
		if (in_band(d, i))
			last = i;
	return last;
}

static char *text_of(struct drawing *d, const struct sheet_cell *cell)
{
	size_t i = 0;

	if (!cell->reason)
		return xstrdup(cell->text ? cell->text : "");
	while (d->s->reasons.v[i] != cell->reason)
		i++;
	if (!d->letters[i])
		d->letters[i] = ++d->nr_letters;
	return xasprintf("-[%s]", letter_of(d->letters[i] - 1).text);
}

static void measure(struct drawing *d)
{
	const struct sheet *s = d->s;

	d->room = xcalloc(s->nr_columns + 1, sizeof(*d->room));
	d->letters = xcalloc(s->reasons.n + 1, sizeof(*d->letters));
	d->texts = xcalloc(s->nr_cells + 1, sizeof(char *));
	for (size_t i = 0; i < s->nr_columns; i++) {
		_cleanup_(strv_release) struct strv lines = { 0 };

		d->room[i] = 1;
		strv_split(&lines, s->columns[i].title, '\n');
		for (size_t k = 0; k < lines.n; k++)
			if (text_width(lines.v[k]) > d->room[i])
				d->room[i] = text_width(lines.v[k]);
	}
	for (size_t i = 0; s->nr_columns && i < s->nr_cells; i++) {
		size_t *room = &d->room[i % s->nr_columns];

		d->texts[i] = text_of(d, &s->cells[i]);
		if (text_width(d->texts[i]) > *room)
			*room = text_width(d->texts[i]);
	}
	for (size_t i = 0, end; i < s->nr_columns; i = end) {
		const size_t span = span_of(d, i, &end);
		const size_t name = s->columns[i].group ? text_width(s->columns[i].group) : 0;

		d->room[end - 1] += name > span ? name - span : 0;
	}
}

/* From a pale to a deep orange, in the terminal's 256 colours, with what is read well on it. */
static const struct {
	unsigned char back, text;
} shades[SHEET_SHADES] = {
	{ 231, 16 }, { 230, 16 }, { 229, 16 },	{ 222, 16 },
	{ 215, 16 }, { 208, 16 }, { 166, 231 }, { 124, 231 },
};

static bool begin_colour(const struct drawing *d, const struct sheet_cell *cell)
{
	static const char *const marks[] = { [SHEET_BETTER] = "32", [SHEET_WORSE] = "1;31" };

	if (!d->pen->colour || !cell || (!cell->shade && !cell->mark))
		return false;
	if (cell->shade)
		fprintf(d->pen->f, "\033[48;5;%u;38;5;%um", shades[cell->shade - 1].back,
			shades[cell->shade - 1].text);
	else
		fprintf(d->pen->f, "\033[%sm", marks[cell->mark]);
	return true;
}

static void put(const struct drawing *d, size_t column, const char *text,
		const struct sheet_cell *cell)
{
	const bool last = !gap_after(d, column), coloured = begin_colour(d, cell);
	const size_t width = text_width(text);
	const int pad = (int)(width < d->room[column] ? d->room[column] - width : 0);
	FILE *f = d->pen->f;

	if (d->s->columns[column].figures)
		fprintf(f, "%*s", pad, "");
	text_plain(f, text, strlen(text));
	if (!d->s->columns[column].figures)
		fprintf(f, "%*s", last ? 0 : pad, "");
	fprintf(f, "%s%*s", coloured ? "\033[0m" : "", (int)gap_after(d, column), "");
}

/* The names of groups, each over the whole of it: "---- hmm ----". */
static void put_groups(const struct drawing *d)
{
	FILE *f = d->pen->f;
	bool any = false;

	for (size_t i = 0; i < d->s->nr_columns; i++)
		any |= in_band(d, i) && d->s->columns[i].group;
	if (!any)
		return;
	text_times(f, ' ', d->stacked ? INDENT : 0);
	for (size_t i = 0, end; i < d->s->nr_columns; i = end) {
		const char *name = d->s->columns[i].group ? d->s->columns[i].group : "";
		const size_t span = span_of(d, i, &end), rest = span - text_width(name);
		const bool last = !gap_after(d, end - 1), line = rest >= 4 && *name;

		if (!in_band(d, i))
			continue;
		text_times(f, line ? '-' : ' ', rest / 2 - line);
		fprintf(f, line ? " %s " : "%s", name);
		text_times(f, line ? '-' : ' ', last && !line ? 0 : rest - rest / 2 - line);
		text_times(f, ' ', gap_after(d, end - 1));
	}
	fputc('\n', f);
}

/* A title of one line stands on the lowest. */
static void put_titles(const struct drawing *d)
{
	struct strv *titles = xcalloc(d->s->nr_columns, sizeof(*titles));
	size_t lines = 0, whole = 0, n = 0;
	FILE *f = d->pen->f;

	for (size_t i = 0; i < d->s->nr_columns; i++) {
		if (!in_band(d, i))
			continue;
		strv_split(&titles[i], d->s->columns[i].title, '\n');
		lines = titles[i].n > lines ? titles[i].n : lines;
		whole += d->room[i] + (n++ ? gap_of(d->s, i) : 0);
	}
	put_groups(d);
	for (size_t line = 0; line < lines; line++) {
		fprintf(f, "%s%*s", d->pen->colour ? "\033[1m" : "", d->stacked ? INDENT : 0, "");
		for (size_t i = 0; i < d->s->nr_columns; i++) {
			const size_t above = lines - titles[i].n;

			if (in_band(d, i))
				put(d, i, line < above ? "" : titles[i].v[line - above], NULL);
		}
		fputs(d->pen->colour ? "\033[0m\n" : "\n", f);
	}
	for (size_t i = 0; i < d->s->nr_columns; i++)
		strv_release(&titles[i]);
	free(titles);
	whole += d->stacked ? INDENT : 0;
	text_times(f, '-', whole);
	fputc('\n', f);
}

/* The last column of words may take several lines. */
static void put_row(const struct drawing *d, size_t row)
{
	const size_t last = last_of(d), first = row * d->s->nr_columns;
	char *rest = d->texts[first + last];
	size_t left = d->stacked ? INDENT : 0;

	if (d->stacked) {
		text_plain(d->pen->f, d->texts[first], strlen(d->texts[first]));
		fprintf(d->pen->f, "\n%*s", INDENT, "");
	}
	for (size_t i = 0; i < last; i++) {
		if (!in_band(d, i))
			continue;
		put(d, i, d->texts[first + i], &d->s->cells[first + i]);
		left += d->room[i] + gap_after(d, i);
	}
	for (;;) {
		const size_t n = d->s->columns[last].figures ? strlen(rest)
							     : text_fitting(rest, d->room[last]);
		char *part = xstrndup(rest, n);

		put(d, last, part, &d->s->cells[first + last]);
		fputc('\n', d->pen->f);
		free(part);
		rest += n;
		while (*rest == ' ')
			rest++;
		if (!*rest)
			break;
		fprintf(d->pen->f, "%*s", (int)left, "");
	}
	if (d->hung && *d->texts[first + d->last])
		render_line(d->pen->f, "", "    ", d->texts[first + d->last], 4, d->pen->width);
}

/* Where the band from column @from ends: what fits, and one column at least. */
static size_t band_end(const struct drawing *d, size_t from)
{
	const size_t n = d->s->nr_columns;
	size_t whole = d->stacked ? INDENT : 0, to = from, end = from;

	for (size_t i = d->stacked; i < d->s->keep && i < n; i++)
		whole += d->room[i] + GAP;
	while (to < n) {
		do
			if (!(d->hung && to == d->last))
				whole += d->room[to] + (to > from ? gap_of(d->s, to) : 0);
		while (++to < n && d->s->columns[to].joined);
		if (d->pen->width && whole > d->pen->width && end > from)
			break;
		end = to;
	}
	return end;
}

/*
 * What is too wide is made narrower: a last column of words takes what is left to it, and
 * several lines; or names have lines to themselves; or what the last column says has. What is
 * too wide even so is folded.
 */
static void narrow(struct drawing *d)
{
	const struct sheet *s = d->s;
	size_t left = 0, width = d->pen->width;
	bool words;

	for (size_t i = 0; i < s->nr_columns; i++)
		left += gap_of(s, i) + d->room[i];
	d->last = s->nr_columns - 1;
	left -= GAP + d->room[d->last];
	if (!width || left + d->room[d->last] <= width)
		return;
	words = !s->columns[d->last].figures && d->last >= s->keep;
	if (words && left + LEAST_TEXT <= width)
		d->room[d->last] = width - left;
	else if (s->keep == 1 && !s->columns[0].figures && d->last &&
		 left + d->room[d->last] - d->room[0] - GAP + INDENT <= width)
		d->stacked = true;
	else
		d->hung = words && left - GAP <= width;
}

static void put_table(struct drawing *d)
{
	d->to = d->s->keep < d->s->nr_columns ? d->s->keep : d->s->nr_columns;
	narrow(d);
	for (bool first = true; first || d->to < d->s->nr_columns; first = false) {
		if (!first)
			fputc('\n', d->pen->f);
		d->from = d->to;
		d->to = band_end(d, d->from);
		put_titles(d);
		for (size_t row = 0; row < d->s->nr_cells / d->s->nr_columns; row++)
			put_row(d, row);
	}
}

static void put_reasons(const struct drawing *d)
{
	for (size_t letter = 1; letter <= d->nr_letters; letter++)
		for (size_t i = 0; i < d->s->reasons.n; i++) {
			_cleanup_free_ char *name = xasprintf("[%s] ", letter_of(letter - 1).text);

			if (d->letters[i] == letter)
				render_line(d->pen->f, "", name, d->s->reasons.v[i], strlen(name),
					    d->pen->width);
		}
}

void render_sheet(const struct sheet *s, const struct pen *pen)
{
	struct drawing d = { .s = s, .pen = pen };

	measure(&d);
	if (s->nr_columns)
		put_table(&d);
	put_reasons(&d);
	for (size_t i = 0; i < s->notes.n; i++)
		render_line(pen->f, "", "", s->notes.v[i], 2, pen->width);
	for (size_t i = 0; i < s->nr_cells; i++)
		free(d.texts[i]);
	free(d.texts);
	free(d.letters);
	free(d.room);
}

static void put_head(const struct sheets *sheets, const struct pen *pen)
{
	for (size_t i = 0; i < sheets->nr_lines; i++) {
		const struct sheets_line *line = &sheets->lines[i];
		_cleanup_free_ char *label = xasprintf("%-*s ", LABEL - 1, line->label), *at = NULL;

		at = xasprintf("%s%s", label, line->alarm && pen->colour ? "\033[1;31m" : "");
		render_line(pen->f, "", at, line->text, LABEL, pen->width);
		if (line->alarm && pen->colour)
			fputs("\033[0m", pen->f);
	}
}

void render_terminal(const struct sheets *sheets, const struct pen *pen)
{
	put_head(sheets, pen);
	for (size_t i = 0; i < sheets->n; i++) {
		const struct sheet *s = sheets->v[i];

		if (!sheet_says(s))
			continue;
		if (i || sheets->nr_lines)
			fputc('\n', pen->f);
		if (*s->title && pen->colour)
			render_line(pen->f, "", "\033[1;4m", s->title, 2, pen->width);
		else if (*s->title)
			render_line(pen->f, "", "", s->title, 2, pen->width);
		if (*s->title && pen->colour)
			fputs("\033[0m", pen->f);
		render_sheet(s, pen);
	}
}

const struct format format_terminal = {
	.name = "terminal",
	.summary = "tables for people",
	.render = render_terminal,
	.brief = true,
};
