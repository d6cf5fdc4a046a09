// SPDX-License-Identifier: GPL-2.0-only
/* What pages are put together from, and the page of one series. */
#include "bench/report/dashboard.h"

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

void page_machine(struct sheet *sheet, const struct store_series *s)
{
	const char *note = record_note(s->functional);
	_cleanup_free_ char *on = store_series_on(s);

	sheet_words(sheet, "%s%s%s", on, *note ? "\n" : "", note);
}

void page_number(struct sheet *sheet, const char *fmt, double value)
{
	if (isnan(value))
		sheet_missing(sheet, "no value");
	else
		sheet_number(sheet, value, fmt, value);
}

void page_change(struct sheet *sheet, const struct store_series *s, double relative)
{
	if (isnan(relative))
		sheet_words(sheet, "none");
	else if (relative == 0)
		sheet_number(sheet, 0, "0");
	else
		sheet_number(sheet, relative, "%+.2f %%", relative * 100);
	if (s->exact && (relative > 0 || relative < 0))
		sheet_mark(sheet, relative > 0 ? SHEET_WORSE : SHEET_BETTER);
}

void page_cost(struct sheet *sheet, double value)
{
	if (isnan(value))
		page_number(sheet, "%f", value);
	else
		sheet_number(sheet, value, "%s", report_cost(value).text);
}

void page_change_by(struct sheet *sheet, const struct store_series *s, double before, double after)
{
	const double by = after - before;

	if (isnan(by) || !(before > 0 || before < 0) || by == 0) {
		page_change(sheet, s, by == 0 ? 0 : (double)NAN);
		return;
	}
	if (s->exact)
		sheet_number(sheet, by, "%+.2f %% (%+.0f a call)", by / before * 100, by);
	else
		sheet_number(sheet, by, "%+.2f %%", by / before * 100);
	sheet_mark(sheet, by > 0 ? SHEET_WORSE : SHEET_BETTER);
}

struct dashboard_name dashboard_name(const struct store_series *s)
{
	struct dashboard_name name;

	snprintf(name.text, sizeof(name.text), "series-%lld.html", (long long)s->id);
	return name;
}

void page_series(struct sheet *sheet, const struct store_series *s)
{
	sheet_words(sheet, "%s", *s->name ? s->name : "(no name)");
	sheet_link(sheet, dashboard_name(s).text, NULL);
}

char *page_ack(const struct dashboard *d, const struct store_change *change)
{
	_cleanup_free_ char *path = d->store_path ? str_quoted(d->store_path) : xstrdup("");
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
	text = store_series_on(s);
	put_pair(f, "machine", text);
	free(text);
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

static void add_change(const struct dashboard *d, const struct course *course,
		       const struct store_change *c, struct sheet *sheet)
{
	const struct store_run *run = course_book_run(&d->book, c->run);
	_cleanup_free_ char *kernel = run ? course_kernel(run) : xstrdup("?"),
			    *command = page_ack(d, c);

	sheet_count(sheet, (uint64_t)c->id);
	sheet_words(sheet, "%s", course_date(run ? run->time : c->time).text);
	sheet_words(sheet, "%s", kernel);
	page_cost(sheet, c->before / course->pages);
	page_cost(sheet, c->after / course->pages);
	page_change_by(sheet, course->series, c->before, c->after);
	sheet_words(sheet, "%s", c->state);
	sheet_words(sheet, "%s", c->note);
	sheet_command(sheet, command);
}

static void put_changes(const struct dashboard *d, const struct course *course, FILE *f)
{
	static const struct sheet_column columns[] = {
		SHEET_FIGURE("change"),	       SHEET_WORDS("run of"),
		SHEET_WORDS("kernel"),	       SHEET_FIGURE("before, a page"),
		SHEET_FIGURE("after, a page"), SHEET_FIGURE("by"),
		SHEET_WORDS("state"),	       SHEET_WORDS("note"),
		SHEET_WORDS("to acknowledge"),
	};
	_cleanup_(sheet_freep) struct sheet *sheet =
		sheet_new(columns, ARRAY_SIZE(columns), "Change points");

	fputs("<section>\n<h2>Change points</h2>\n", f);
	for (size_t i = d->book.changes.n; i-- > 0;)
		if (d->book.changes.changes[i].series == course->series->id)
			add_change(d, course, &d->book.changes.changes[i], sheet);
	if (sheet_says(sheet))
		html_table(f, sheet);
	else
		fputs("<p>None.</p>\n", f);
	fputs("</section>\n", f);
}

static void add_value(const struct course *course, size_t i, struct sheet *sheet)
{
	const struct course_point *point = &course->points[i];
	_cleanup_free_ char *kernel = course_kernel(point->run);

	sheet_words(sheet, "%s", course_date(point->run->time).text);
	sheet_words(sheet, "%s", point->run->name);
	sheet_words(sheet, "%s", kernel);
	page_number(sheet, "%.2f", point->value / course->pages);
	page_number(sheet, fabs(point->value) >= 1000 || course->series->exact ? "%.0f" : "%.6g",
		    point->value);
	if (course->series->exact)
		page_change_by(sheet, course->series, course_before(course, i), point->value);
	else
		page_change(sheet, course->series, course_change(course, i));
	sheet_words(sheet, "%s%s%s%s", point->change ? "change " : "",
		    point->env ? "new environment " : "", point->differs ? "not repeatable " : "",
		    point->kernel && !point->env ? "new kernel" : "");
}

static void put_values(const struct course *course, FILE *f)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("date"),	SHEET_WORDS("run"),	SHEET_WORDS("kernel"),
		SHEET_FIGURE("a page"), SHEET_FIGURE("a call"), SHEET_FIGURE("change"),
		SHEET_WORDS(""),
	};
	_cleanup_(sheet_freep) struct sheet *sheet =
		sheet_new(columns, ARRAY_SIZE(columns), "Newest values");

	fputs("<section id=\"values\">\n<h2>Newest values</h2>\n", f);
	for (size_t i = course->n; i-- > 0 && course->n - i <= NR_VALUES;)
		add_value(course, i, sheet);
	html_table(f, sheet);
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
