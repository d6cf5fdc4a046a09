// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the pages tell, and the page of all series: first what needs a person, which is the verdicts
 * of the latest nights, and changes that nobody acknowledged.
 */
#include "bench/report/dashboard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/report/night.h"
#include "bench/report/render.h"

/* The worst first. */
static const enum track_outcome urgent[] = {
	TRACK_UNREPEATABLE,
	TRACK_WORSE,
	TRACK_MISSING,
	TRACK_SUSPECT,
};

/* The newest change of a series, acknowledged or not; NULL: none. */
static const struct store_change *change_of(const struct dashboard *d, int64_t series)
{
	for (size_t i = d->book.changes.n; i-- > 0;)
		if (d->book.changes.changes[i].series == series)
			return &d->book.changes.changes[i];
	return NULL;
}

/* Nobody has said yet what became of it. */
static bool is_open(const struct dashboard *d, const struct track_item *item)
{
	const struct store_change *change =
		item->outcome == TRACK_WORSE ? change_of(d, item->series->id) : NULL;

	return !change || !strcmp(change->state, "new");
}

static double pages_of(const struct store_series *s)
{
	return s->size >= s->page ? (double)s->size / (double)s->page : 1;
}

/* @change: what the command acknowledges; NULL: nothing to. Costs are of a call. */
struct row {
	const struct store_series *series;
	const struct store_change *change;
	double before, now;
};

/* All after the verdict. */
static void add_row(const struct dashboard *d, const struct row *row, struct sheet *sheet)
{
	const struct store_series *s = row->series;
	_cleanup_free_ char *command = row->change ? page_ack(d, row->change) : NULL;
	_cleanup_free_ char *on = store_series_on(s);

	page_series(sheet, s);
	sheet_words(sheet, "%s", on);
	page_cost(sheet, row->before / pages_of(s));
	page_cost(sheet, row->now / pages_of(s));
	page_change_by(sheet, s, row->before, row->now);
	if (command)
		sheet_command(sheet, command);
	else
		sheet_words(sheet, "nothing to acknowledge: see the series");
}

static void add_item(const struct dashboard *d, const struct track_item *item, struct sheet *sheet)
{
	const struct row row = {
		.series = item->series,
		.change = item->outcome == TRACK_WORSE ? change_of(d, item->series->id) : NULL,
		.before = item->base,
		.now = item->value,
	};

	sheet_words(sheet, "%s%s", track_outcome_name(item->outcome),
		    item->told ? ", reported before" : "");
	add_row(d, &row, sheet);
}

/* "NAME: REASON": it has no value, and what it did is not right. */
static void add_wrong(const struct dashboard *d, const struct track_night *night, const char *told,
		      struct sheet *sheet)
{
	const char *reason = strstr(told, ": ");

	sheet_words(sheet, "WRONG");
	sheet_words(sheet, "%.*s", (int)(reason - told), told);
	sheet_words(sheet, "%s", course_book_run(&d->book, night->run)->machine);
	for (int i = 0; i < 3; i++)
		sheet_missing(sheet, "wrong");
	sheet_words(sheet, "%s", reason + strlen(": "));
}

static void add_verdicts(const struct dashboard *d, struct sheet *sheet)
{
	for (size_t o = 0; o < ARRAY_SIZE(urgent); o++)
		for (size_t i = 0; i < d->nr_nights; i++)
			for (size_t k = 0; k < d->nights[i].n; k++)
				if (d->nights[i].items[k].outcome == urgent[o] &&
				    is_open(d, &d->nights[i].items[k]))
					add_item(d, &d->nights[i].items[k], sheet);
}

/* Is it what a verdict above says already? */
static bool is_told(const struct dashboard *d, const struct store_change *change)
{
	for (size_t i = 0; i < d->nr_nights; i++)
		for (size_t k = 0; k < d->nights[i].n; k++)
			if (d->nights[i].items[k].series->id == change->series &&
			    d->nights[i].items[k].outcome == TRACK_WORSE &&
			    change_of(d, change->series) == change)
				return true;
	return false;
}

static const struct store_series *series_of(const struct dashboard *d, int64_t id)
{
	for (size_t i = 0; i < d->list.n; i++)
		if (d->list.series[i].id == id)
			return &d->list.series[i];
	return NULL;
}

static void add_change(const struct dashboard *d, const struct store_change *c, struct sheet *sheet)
{
	const struct store_run *run = course_book_run(&d->book, c->run);
	const struct row row = {
		.series = series_of(d, c->series),
		.change = c,
		.before = c->before,
		.now = c->after,
	};

	if (strcmp(c->state, "new") != 0 || is_told(d, c) || !row.series)
		return;
	sheet_words(sheet, "new, %s", course_date(run ? run->time : c->time).text);
	add_row(d, &row, sheet);
}

static void put_triage(const struct dashboard *d, FILE *f)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("verdict"),		SHEET_WORDS("series"),	     SHEET_WORDS("machine"),
		SHEET_FIGURE("before, a page"), SHEET_FIGURE("now, a page"), SHEET_FIGURE("change"),
		SHEET_WORDS("to acknowledge"),
	};
	_cleanup_(sheet_freep) struct sheet *sheet =
		sheet_new(columns, ARRAY_SIZE(columns), "What needs a person");

	for (size_t i = 0; i < d->nr_nights; i++)
		for (size_t k = 0; k < d->nights[i].wrong.n; k++)
			add_wrong(d, &d->nights[i], d->nights[i].wrong.v[k], sheet);
	add_verdicts(d, sheet);
	/* The newest first. */
	for (size_t i = d->book.changes.n; i-- > 0;)
		add_change(d, &d->book.changes.changes[i], sheet);
	fputs("<section id=\"triage\">\n<h2>Needs a person</h2>\n", f);
	if (sheet_says(sheet))
		html_table(f, sheet);
	else
		fputs("<p class=\"clean\">Nothing.</p>\n", f);
	fputs("</section>\n", f);
}

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

static void add_series(const struct course *course, struct sheet *sheet)
{
	const size_t last = course->n ? course->n - 1 : 0;

	page_series(sheet, course->series);
	page_machine(sheet, course->series);
	page_number(sheet, "%.4g",
		    course->n ? course->points[last].value / course->pages : (double)NAN);
	sheet_words(sheet, "%s", course->series->unit);
	page_change(sheet, course->series, course->n ? course_change(course, last) : (double)NAN);
	sheet_words(sheet, "%s",
		    course->n ? course_date(course->points[last].run->time).text : "never");
	sheet_count(sheet, course->n);
}

static void put_list(const struct dashboard *d, FILE *f)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("series"),
		SHEET_WORDS("machine"),
		SHEET_FIGURE("newest, a page"),
		SHEET_WORDS("unit"),
		SHEET_FIGURE("from the run before"),
		SHEET_WORDS("measured"),
		SHEET_FIGURE("runs"),
	};
	_cleanup_(sheet_freep) struct sheet *sheet =
		sheet_new(columns, ARRAY_SIZE(columns), "All series");

	fputs("<section id=\"series\">\n<h2>Series</h2>\n<p id=\"filter\" hidden><label>Filter "
	      "<input type=\"search\" id=\"q\" autocomplete=\"off\" spellcheck=\"false\" "
	      "placeholder=\"hmm thp 1G\" aria-keyshortcuts=\"/\"></label> <kbd>/</kbd> "
	      "<output id=\"count\" for=\"q\"></output></p>\n",
	      f);
	for (size_t i = 0; i < d->list.n; i++)
		add_series(&d->courses[i], sheet);
	html_table(f, sheet);
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
	put_triage(d, f);
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
