// SPDX-License-Identifier: GPL-2.0-only
/* What the pages tell, and the page of all series. */
#include "bench/report/dashboard.h"

#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/dashboard_page.h"
#include "bench/report/night.h"
#include "bench/report/render.h"

static int load_courses(struct store *store, struct dashboard *d, struct err *err)
{
	int ret = 0;

	d->courses = xcalloc(d->list.n + 1, sizeof(*d->courses));
	for (size_t i = 0; i < d->list.n && !ret; i++)
		ret = course_load(store, &d->book, &d->list.series[i], 0, &d->courses[i], err);
	return ret;
}

int dashboard_load(struct store *store, const char *store_path, struct dashboard *d,
		   struct err *err)
{
	_cleanup_(dashboard_release) struct dashboard loaded = { .store_path = store_path };
	int ret = course_book_load(store, &loaded.book, err);

	if (!ret)
		ret = store_series_list(store, NULL, &loaded.list, err);
	if (!ret)
		ret = track_latest(store, &loaded.book.runs, &loaded.nights, &loaded.nr_nights,
				   err);
	if (!ret)
		ret = load_courses(store, &loaded, err);
	if (!ret)
		*d = TAKE_STRUCT(loaded);
	return ret;
}

void dashboard_release(struct dashboard *d)
{
	for (size_t i = 0; d->courses && i < d->list.n; i++)
		course_release(&d->courses[i]);
	free(d->courses);
	for (size_t i = 0; i < d->nr_nights; i++)
		track_release(&d->nights[i]);
	free(d->nights);
	store_series_list_release(&d->list);
	course_book_release(&d->book);
	*d = (struct dashboard){ 0 };
}

static void put_night(const struct dashboard *d, const struct track_night *night, FILE *f)
{
	const struct store_run *run = course_book_run(&d->book, night->run);
	_cleanup_free_ char *summary = report_night_summary(night);

	fprintf(f, "<p>%s, ", course_date(night->time).text);
	html_text(f, run->machine);
	fputs(": <strong>", f);
	html_text(f, summary);
	fputs("</strong></p>\n", f);
}

static void put_head(const struct dashboard *d, FILE *f)
{
	page_begin(f, "ptwalk dashboard");
	fputs("<header>\n<h1>ptwalk</h1>\n<nav aria-label=\"Sections\"><a href=\"#triage\">needs a "
	      "person</a> <a href=\"#matrix\">matrix</a> <a href=\"#series\">series</a> "
	      "<a href=\"#mail\">text for the list</a></nav>\n</header>\n<main>\n",
	      f);
	for (size_t i = 0; i < d->nr_nights; i++)
		put_night(d, &d->nights[i], f);
	if (!d->nr_nights)
		fputs("<p>No night was judged yet: <code>ptwalk nightly</code> does that.</p>\n",
		      f);
}

static void put_series(const struct course *course, FILE *f)
{
	const size_t last = course->n ? course->n - 1 : 0;

	fputs("<tr>", f);
	page_series(f, course->series);
	page_machine(f, course->series);
	page_number(f, "%.4g",
		    course->n ? course->points[last].value / course->pages : (double)NAN);
	page_cell(f, course->series->unit);
	page_change(f, course->series, course->n ? course_change(course, last) : (double)NAN);
	page_cell(f, course->n ? course_date(course->points[last].run->time).text : "never");
	fprintf(f, "<td class=\"n\">%zu</td></tr>\n", course->n);
}

static void put_list(const struct dashboard *d, FILE *f)
{
	static const char *const columns[] = {
		"series",   "machine", ">newest, a page", "unit", ">from the run before",
		"measured", "runs"
	};

	fputs("<section id=\"series\">\n<h2>Series</h2>\n<p id=\"filter\" hidden><label>Filter "
	      "<input type=\"search\" id=\"q\" autocomplete=\"off\" spellcheck=\"false\" "
	      "placeholder=\"hmm thp 1G\" aria-keyshortcuts=\"/\"></label> <kbd>/</kbd> "
	      "<output id=\"count\" for=\"q\"></output></p>\n",
	      f);
	page_table(f, "All series", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < d->list.n; i++)
		put_series(&d->courses[i], f);
	page_table_end(f);
	fputs("</section>\n", f);
}

static void put_mail(const struct dashboard *d, const struct track_night *night, FILE *f)
{
	const struct night_runs runs = { course_book_run(&d->book, night->run),
					 course_book_run(&d->book, night->previous),
					 course_book_run(&d->book, night->second),
					 course_book_run(&d->book, night->reference) };
	_cleanup_free_ char *text = NULL;
	size_t len;
	FILE *buffer = open_memstream(&text, &len);

	report_night(night, &runs, buffer);
	fclose(buffer);
	fputs("<div class=\"mail\"><button type=\"button\" class=\"copy\" hidden>copy</button>\n"
	      "<pre tabindex=\"0\">",
	      f);
	html_text(f, text);
	fputs("</pre></div>\n", f);
}

void dashboard_write_index(const struct dashboard *d, FILE *f)
{
	put_head(d, f);
	page_triage(d, f);
	page_matrix(d, f);
	put_list(d, f);
	fputs("<section id=\"mail\">\n<h2>Text for the list</h2>\n", f);
	for (size_t i = 0; i < d->nr_nights; i++)
		put_mail(d, &d->nights[i], f);
	if (!d->nr_nights)
		fputs("<p>None yet.</p>\n", f);
	fputs("</section>\n", f);
	page_end(f);
}
