// SPDX-License-Identifier: GPL-2.0-only
/* Sheets as Markdown and as a page of HTML. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/format.h"

/* A title of several lines as one, after that of its group. */
static char *flat(const struct sheet_column *column)
{
	const char *group = column->group ? column->group : "";
	char *text = xasprintf("%s%s%s", group, *group ? " " : "", column->title);

	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = p > text && p[-1] == '/' ? '\b' : ' ';
	for (char *p = text, *to = text;; p++) {
		if (*p != '\b')
			*to++ = *p;
		if (!*p)
			return text;
	}
}

/* A bar would be a column, and a tag markup. */
static void markdown_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\<`*[~", *text))
			fputc('\\', f);
		fputc(*text, f);
	}
}

static void markdown_row(FILE *f, const struct sheet *s, size_t first)
{
	for (size_t i = 0; i < s->nr_columns; i++) {
		const struct sheet_cell *cell = &s->cells[first + i];

		fputs("| ", f);
		markdown_text(f, cell->reason ? "missing" : cell->text);
		fputc(' ', f);
	}
	fputs("|\n", f);
}

static void markdown_sheet(FILE *f, const struct sheet *s)
{
	for (size_t i = 0; i < s->nr_columns; i++) {
		_cleanup_free_ char *title = flat(&s->columns[i]);

		fputs("| ", f);
		markdown_text(f, title);
		fputc(' ', f);
	}
	fputs(s->nr_columns ? "|\n" : "", f);
	for (size_t i = 0; i < s->nr_columns; i++)
		fputs(s->columns[i].figures ? "|---:" : "|---", f);
	fputs(s->nr_columns ? "|\n" : "", f);
	for (size_t i = 0; i < s->nr_cells; i += s->nr_columns)
		markdown_row(f, s, i);
	if (s->nr_columns && (s->reasons.n || s->notes.n))
		fputc('\n', f);
	for (size_t i = 0; i < s->reasons.n + s->notes.n; i++) {
		fputs(i < s->reasons.n ? "- missing: " : "- ", f);
		markdown_text(f, i < s->reasons.n ? s->reasons.v[i] : s->notes.v[i - s->reasons.n]);
		fputc('\n', f);
	}
}

void render_markdown(const struct sheets *sheets, const struct pen *pen)
{
	FILE *f = pen->f;

	for (size_t i = 0; i < sheets->nr_lines; i++) {
		const struct sheets_line *line = &sheets->lines[i];

		fputs(*line->label ? "- " : "  - ", f);
		markdown_text(f, line->label);
		fputs(*line->label ? ": " : "", f);
		markdown_text(f, line->text);
		fputc('\n', f);
	}
	for (size_t i = 0; i < sheets->n; i++) {
		const struct sheet *s = sheets->v[i];

		if (!sheet_says(s))
			continue;
		if (i || sheets->nr_lines)
			fputc('\n', f);
		if (*s->title) {
			fputs("### ", f);
			markdown_text(f, s->title);
			fputs("\n\n", f);
		}
		markdown_sheet(f, s);
	}
}

/* Control characters as their pictures, U+2400 and on: HTML has no place for them. */
static void put_character(FILE *f, unsigned char c)
{
	if (c == 0x7f)
		fputs("&#x2421;", f);
	else if (c < 0x20 && c != '\n' && c != '\t')
		fprintf(f, "&#x%x;", 0x2400U + c);
	else
		fputc(c, f);
}

void html_text(FILE *f, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = {
		{ '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&#39;" },
	};

	for (; *text; text++) {
		size_t i = 0;

		while (i < ARRAY_SIZE(entities) && entities[i].c != *text)
			i++;
		if (i < ARRAY_SIZE(entities))
			fputs(entities[i].entity, f);
		else
			put_character(f, (unsigned char)*text);
	}
}

static const char style[] =
	"<style>\n"
	":root { color-scheme: light dark }\n"
	"body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem }\n"
	"h2 { font-size: 1.1rem; margin: 1.5rem 0 .4rem }\n"
	"dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem }\n"
	"dt { color: #8888; color: color-mix(in srgb, currentColor 65%, transparent) }\n"
	"dd { margin: 0; overflow-wrap: anywhere } dd.alarm { color: #cf222e; font-weight: bold }\n"
	"div { overflow-x: auto }\n"
	"table { border-collapse: collapse; font-variant-numeric: tabular-nums }\n"
	"th, td { padding: .2rem .7rem; border-bottom: 1px solid #8886; text-align: left;"
	" white-space: pre }\n"
	"th.n, td.n { text-align: right }\n"
	"td.better { color: #1a7f37 } td.worse { color: #cf222e; font-weight: bold }\n"
	"td.missing { opacity: .6 } pre { font: inherit; white-space: pre-wrap; margin: .2rem 0 }\n"
	"@media (prefers-color-scheme: dark) { td.better { color: #56d364 }"
	" td.worse, dd.alarm { color: #ff7b72 } }\n"
	"</style>\n";

static void html_attribute(FILE *f, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	fprintf(f, " %s=\"", name);
	html_text(f, value);
	fputc('"', f);
}

static void html_cell(FILE *f, const struct sheet_column *column, const struct sheet_cell *cell)
{
	static const char *const marks[] = { [SHEET_PLAIN] = "",
					     [SHEET_BETTER] = " better",
					     [SHEET_WORSE] = " worse",
					     [SHEET_CHANGED] = " changed" };

	fprintf(f, "<td class=\"%s", column->figures ? "n" : "v");
	if (cell->shade)
		fprintf(f, " shade%u", cell->shade - 1);
	fprintf(f, "%s\"", cell->reason ? " missing" : marks[cell->mark]);
	html_attribute(f, "title", cell->reason ? cell->reason : cell->hint);
	fputs(cell->command ? "><code" : cell->link ? "><a" : "", f);
	html_attribute(f, "href", cell->link);
	fputc('>', f);
	html_text(f, cell->reason ? "missing" : cell->text);
	if (cell->command)
		fputs("</code> <button type=\"button\" class=\"copy\" hidden>copy</button>", f);
	fputs(cell->link ? "</a></td>" : "</td>", f);
}

void html_table(FILE *f, const struct sheet *s)
{
	fputs("<div class=\"scroll\"", f);
	if (*s->title)
		fputs(" role=\"region\" tabindex=\"0\"", f);
	html_attribute(f, "aria-label", s->title);
	fputs(">\n<table>\n<thead><tr>", f);
	for (size_t i = 0; i < s->nr_columns; i++) {
		_cleanup_free_ char *title = flat(&s->columns[i]);

		fprintf(f, "<th scope=\"col\"%s>", s->columns[i].figures ? " class=\"n\"" : "");
		html_text(f, title);
		fputs("</th>", f);
	}
	fputs("</tr></thead>\n<tbody>\n", f);
	for (size_t i = 0; i < s->nr_cells; i++) {
		const struct sheet_column *column = &s->columns[i % s->nr_columns];

		fputs(i % s->nr_columns ? "" : "<tr>", f);
		html_cell(f, column, &s->cells[i]);
		fputs((i + 1) % s->nr_columns ? "" : "</tr>\n", f);
	}
	fputs("</tbody>\n</table>\n</div>\n", f);
}

/* As they are: some have columns. */
static void html_lines(FILE *f, const char *before, const struct strv *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		fprintf(f, "%s%s", i ? "\n" : "<pre>", before);
		html_text(f, lines->v[i]);
	}
	fputs(lines->n ? "</pre>\n" : "", f);
}

static void html_sheet(FILE *f, const struct sheet *s)
{
	if (*s->title) {
		fputs("<h2>", f);
		html_text(f, s->title);
		fputs("</h2>\n", f);
	}
	if (s->nr_columns)
		html_table(f, s);
	html_lines(f, "missing: ", &s->reasons);
	html_lines(f, "", &s->notes);
}

void render_html(const struct sheets *sheets, const struct pen *pen)
{
	const char *title = sheets->title ? sheets->title : "ptwalk";
	FILE *f = pen->f;

	fprintf(f,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>%s</title>\n%s</head>\n<body>\n<h1>%s</h1>\n<dl>\n",
		title, style, title);
	for (size_t i = 0; i < sheets->nr_lines; i++) {
		const struct sheets_line *line = &sheets->lines[i];

		fputs("<dt>", f);
		html_text(f, line->label);
		fprintf(f, "</dt><dd%s>", line->alarm ? " class=\"alarm\"" : "");
		html_text(f, line->text);
		fputs("</dd>\n", f);
	}
	fputs("</dl>\n", f);
	for (size_t i = 0; i < sheets->n; i++)
		if (sheet_says(sheets->v[i]))
			html_sheet(f, sheets->v[i]);
	fputs("</body>\n</html>\n", f);
}

const struct format format_markdown = {
	.name = "markdown",
	.summary = "tables for pages and issues",
	.render = render_markdown,
};

const struct format format_html = {
	.name = "html",
	.summary = "one static page",
	.render = render_html,
};
