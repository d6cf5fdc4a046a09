// SPDX-License-Identifier: GPL-2.0-only
/* What pages are put together from, and the page of one series. */
#include "bench/report/dashboard_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

void page_begin(FILE *f, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n" DASHBOARD_MARK "\n<title>",
	      f);
	html_text(f, title);
	fputs("</title>\n<link rel=\"icon\" href=\"data:,\">\n"
	      "<link rel=\"stylesheet\" href=\"" DASHBOARD_CSS "\">\n"
	      "<script src=\"" DASHBOARD_JS "\" defer></script>\n</head>\n<body>\n",
	      f);
}

void page_end(FILE *f)
{
	fputs("</main>\n</body>\n</html>\n", f);
}

void page_table(FILE *f, const char *label, const char *const *columns, size_t n)
{
	fprintf(f,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n"
		"<table>\n<thead><tr>",
		label);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "<th scope=\"col\"%s>%s</th>", *columns[i] == '>' ? " class=\"n\"" : "",
			columns[i] + (*columns[i] == '>'));
	fputs("</tr></thead>\n<tbody>\n", f);
}

void page_table_end(FILE *f)
{
	fputs("</tbody>\n</table>\n</div>\n", f);
}

void page_cell(FILE *f, const char *text)
{
	fputs("<td>", f);
	html_text(f, text);
	fputs("</td>", f);
}

void page_machine(FILE *f, const struct store_series *s)
{
	const char *note = record_note(s->functional);

	fputs("<td>", f);
	html_text(f, s->machine);
	if (*note)
		fprintf(f, "<br><small>%s</small>", note);
	fputs("</td>", f);
}

void page_number(FILE *f, const char *fmt, double value)
{
	if (isnan(value)) {
		fputs("<td class=\"none\">no value</td>", f);
		return;
	}
	fputs("<td class=\"n\">", f);
	fprintf(f, fmt, value);
	fputs("</td>", f);
}

void page_change(FILE *f, const struct store_series *s, double relative)
{
	if (isnan(relative))
		fputs("<td class=\"none\">none</td>", f);
	else if (relative == 0)
		fputs("<td class=\"n\">0</td>", f);
	else
		fprintf(f, "<td class=\"n%s\">%+.2f&nbsp;%%</td>",
			!s->exact      ? ""
			: relative > 0 ? " worse"
				       : " better",
			relative * 100);
}

void page_cost(FILE *f, double value)
{
	if (isnan(value))
		page_number(f, "%.0f", value);
	else
		fprintf(f, "<td class=\"n\">%s</td>", report_cost(value).text);
}

void page_change_by(FILE *f, const struct store_series *s, double before, double after)
{
	const double by = after - before;

	if (isnan(by) || !(before > 0 || before < 0) || by == 0) {
		page_change(f, s, by == 0 ? 0 : (double)NAN);
		return;
	}
	fprintf(f, "<td class=\"n %s\">%+.2f&nbsp;%%", by > 0 ? "worse" : "better",
		by / before * 100);
	if (s->exact)
		fprintf(f, " (%+.0f a call)", by);
	fputs("</td>", f);
}

struct dashboard_name dashboard_name(const struct store_series *s)
{
	struct dashboard_name name;

	snprintf(name.text, sizeof(name.text), "series-%lld.html", (long long)s->id);
	return name;
}

void page_series(FILE *f, const struct store_series *s)
{
	fprintf(f, "<td><a href=\"%s\">", dashboard_name(s).text);
	html_text(f, *s->name ? s->name : "(no name)");
	fputs("</a></td>", f);
}

void page_command(FILE *f, const char *command)
{
	fputs("<td class=\"command\"><code>", f);
	html_text(f, command);
	fputs("</code> <button type=\"button\" class=\"copy\" hidden>copy</button></td>", f);
}

/* A word for a shell, in single quotes. */
static char *quote(const char *word)
{
	char *joined = NULL, *quoted;
	size_t len;
	FILE *f = open_memstream(&joined, &len);

	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	fclose(f);
	quoted = xasprintf("'%s'", joined);
	free(joined);
	return quoted;
}

char *page_ack(const struct dashboard *d, const struct store_change *change)
{
	_cleanup_free_ char *path = d->store_path ? quote(d->store_path) : xstrdup("");
	char *command = xasprintf("ptwalk store ack %lld --as expected%s%s", (long long)change->id,
				  *path ? " --store " : "", path);

	return command;
}

/* Rows of the table of values; `ptwalk history` has all. */
#define NR_VALUES 60

static void put_pair(FILE *f, const char *what, const char *text)
{
	fprintf(f, "<dt>%s</dt><dd>", what);
	html_text(f, text);
	fputs("</dd>\n", f);
}

static void put_head(const struct course *course, FILE *f)
{
	const struct store_series *s = course->series;
	const char *note = record_note(s->functional);
	char *text;

	page_begin(f, s->name);
	fputs("<header>\n<nav><a href=\"" DASHBOARD_INDEX "\">all series</a></nav>\n<h1>", f);
	html_text(f, *s->name ? s->name : "(no name)");
	fputs("</h1>\n</header>\n<main>\n<dl>\n", f);
	put_pair(f, "machine", s->machine);
	if (*note)
		put_pair(f, "figures", note);
	text = xasprintf("%s%s%s", s->unit, s->exact ? ", exact: a count, not time" : "",
			 *note ? "" : "; less is better");
	put_pair(f, "unit", text);
	free(text);
	text = xasprintf("%zu", course->n);
	put_pair(f, "runs", text);
	free(text);
	fputs("</dl>\n", f);
}

static void put_picture(const char *svg, FILE *f)
{
	fputs("<section>\n<h2>History</h2>\n", f);
	if (svg)
		fprintf(f,
			"<div class=\"scroll picture\" role=\"region\" tabindex=\"0\" "
			"aria-label=\"History as a picture; the values are in the table "
			"below\">\n%s</div>\n",
			svg);
	else
		fputs("<p>No value to draw.</p>\n", f);
	fputs("</section>\n", f);
}

static void put_change(const struct dashboard *d, const struct course *course,
		       const struct store_change *c, FILE *f)
{
	const struct store_run *run = course_book_run(&d->book, c->run);
	_cleanup_free_ char *kernel = run ? course_kernel(run) : xstrdup("?"),
			    *command = page_ack(d, c);

	fprintf(f, "<tr><td class=\"n\">%lld</td><td>%s</td>", (long long)c->id,
		course_date(run ? run->time : c->time).text);
	page_cell(f, kernel);
	page_cost(f, c->before / course->pages);
	page_cost(f, c->after / course->pages);
	page_change_by(f, course->series, c->before, c->after);
	page_cell(f, c->state);
	page_cell(f, c->note);
	page_command(f, command);
	fputs("</tr>\n", f);
}

static void put_changes(const struct dashboard *d, const struct course *course, FILE *f)
{
	static const char *const columns[] = {
		"change", "run of", "kernel", ">before, a page", ">after, a page",
		">by",	  "state",  "note",   "to acknowledge"
	};
	size_t n = 0;

	fputs("<section>\n<h2>Change points</h2>\n", f);
	for (size_t i = d->book.changes.n; i-- > 0;) {
		const struct store_change *c = &d->book.changes.changes[i];

		if (c->series != course->series->id)
			continue;
		if (!n++)
			page_table(f, "Change points", columns, ARRAY_SIZE(columns));
		put_change(d, course, c, f);
	}
	if (n)
		page_table_end(f);
	else
		fputs("<p>None.</p>\n", f);
	fputs("</section>\n", f);
}

static void put_value(const struct course *course, size_t i, FILE *f)
{
	const struct course_point *point = &course->points[i];
	_cleanup_free_ char *kernel = course_kernel(point->run);

	fprintf(f, "<tr><td>%s</td>", course_date(point->run->time).text);
	page_cell(f, point->run->name);
	page_cell(f, kernel);
	page_number(f, "%.2f", point->value / course->pages);
	page_number(f, fabs(point->value) >= 1000 || course->series->exact ? "%.0f" : "%.6g",
		    point->value);
	if (course->series->exact)
		page_change_by(f, course->series, course_before(course, i), point->value);
	else
		page_change(f, course->series, course_change(course, i));
	fprintf(f, "<td>%s%s%s%s</td></tr>\n", point->change ? "change " : "",
		point->env ? "new environment " : "", point->differs ? "not repeatable " : "",
		point->kernel && !point->env ? "new kernel" : "");
}

static void put_values(const struct course *course, FILE *f)
{
	static const char *const columns[] = { "date",	  "run",     "kernel", ">a page",
					       ">a call", ">change", "" };

	fputs("<section>\n<h2>Newest values</h2>\n", f);
	page_table(f, "Newest values", columns, ARRAY_SIZE(columns));
	for (size_t i = course->n; i-- > 0 && course->n - i <= NR_VALUES;)
		put_value(course, i, f);
	page_table_end(f);
	if (course->n > NR_VALUES)
		fprintf(f, "<p>The newest %d of %zu; <code>ptwalk history</code> lists all.</p>\n",
			NR_VALUES, course->n);
	fputs("</section>\n", f);
}

void dashboard_write_series(const struct dashboard *d, size_t i, const char *svg, FILE *f)
{
	const struct course *course = &d->courses[i];

	put_head(course, f);
	put_picture(svg, f);
	put_changes(d, course, f);
	put_values(course, f);
	page_end(f);
}
