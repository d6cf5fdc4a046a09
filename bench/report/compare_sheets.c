// SPDX-License-Identifier: GPL-2.0-only
/* A comparison in sheets, for people. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/compare_parts.h"
#include "bench/report/sheet.h"

#define DIGEST 64 /* digits of a SHA-256, of which a reader sees a few */

static int shown(const char *value)
{
	return strspn(value, "0123456789abcdef") == DIGEST && !value[DIGEST] ? 12
									     : (int)strlen(value);
}

static void put_differences(const struct compare *c, struct sheets *to)
{
	_cleanup_free_ char *environment = compare_environment(c);

	sheets_line(to, "environment", "%s", environment);
	for (size_t i = 0; i < c->nr_differences; i++) {
		const struct compare_difference *d = &c->differences[i];

		if (d->told)
			sheets_line(to, "", "%s: %s", d->field, d->told);
		else
			sheets_line(to, "", "%s: %.*s against %.*s", d->field, shown(d->base),
				    d->base, shown(d->new), d->new);
	}
}

static void put_run(const char *label, const struct record_run *run, struct sheets *to)
{
	_cleanup_free_ char *name = compare_run_name(run);

	sheets_line(to, label, "%s (%s)", name, run->id);
}

static void put_head(const struct compare_table *t, struct sheets *to)
{
	const struct compare *first = &t->columns[0];

	to->title = "ptwalk compare";
	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];
		_cleanup_free_ char *headline = compare_headline(c), *label = NULL;

		label = t->n > 1 ? xasprintf("verdict %zu", i + 1) : xstrdup("verdict");
		if (c->counts[COMPARE_WRONG] || c->counts[COMPARE_WORSE] || c->facts_worse)
			sheets_alarm(to, label, "%s", headline);
		else
			sheets_line(to, label, "%s", headline);
	}
	put_run("base", &first->base->run, to);
	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];
		char label[32];

		snprintf(label, sizeof(label), t->n > 1 ? "new %zu" : "new", i + 1);
		put_run(label, &c->new->run, to);
		if (t->n > 1 && c->nr_differences)
			put_differences(c, to);
	}
	sheets_line(to, "machine", "%s: %s; less is better%s", first->base->run.machine,
		    compare_unit(first),
		    first->counts[COMPARE_NO_VERDICT] ? " where there is a verdict" : "");
	if (t->n == 1)
		put_differences(first, to);
}

static void put_percent(struct sheet *sheet, const struct compare_row *row)
{
	const double percent = compare_percent(row);

	if (isnan(percent))
		sheet_missing(sheet, row->base && row->new && !*row->reason ? "the base is 0"
									    : row->reason);
	else
		sheet_number(sheet, percent, "%s", compare_percent_text(percent).text);
}

static void put_verdict(struct sheet *sheet, const struct compare_row *row)
{
	sheet_words(sheet, "%s", compare_verdict_name(row->verdict));
	if (compare_significant(row))
		sheet_mark(sheet, row->verdict == COMPARE_BETTER ? SHEET_BETTER : SHEET_WORSE);
}

static void put_value(struct sheet *sheet, double value, const char *reason)
{
	if (isnan(value))
		sheet_missing(sheet, reason);
	else
		sheet_number(sheet, value, "%.2f", value);
}

static void put_exact(struct sheet *sheet, const struct compare_row *row)
{
	if (!row->base || !row->new) {
		for (int i = 0; i < 3; i++)
			sheet_missing(sheet, row->reason);
		return;
	}
	sheet_number(sheet, compare_change(row), "%+.2f", compare_change(row));
	sheet_number(sheet, (double)(row->new_ticks - row->base_ticks), "%+" PRId64,
		     row->new_ticks - row->base_ticks);
	put_percent(sheet, row);
}

static void put_noisy(struct sheet *sheet, const struct compare *c, const struct compare_row *row)
{
	put_percent(sheet, row);
	if (!row->judged) {
		sheet_missing(sheet, row->reason);
		sheet_missing(sheet, row->reason);
		return;
	}
	sheet_words(sheet, "%s", compare_interval_text(row).text);
	sheet_number(sheet, row->judgement.p_adjusted, "%s", compare_p_text(c, row).text);
}

static void put_row(struct sheet *sheet, const struct compare *c, const struct compare_row *row,
		    const char *label)
{
	sheet_words(sheet, "%s", label);
	put_value(sheet, compare_base(row), row->reason);
	put_value(sheet, compare_new(row), row->reason);
	if (c->exact)
		put_exact(sheet, row);
	else
		put_noisy(sheet, c, row);
	if (c->with_floor && isnan(row->floor))
		sheet_missing(sheet, row->verdict == COMPARE_NO_VERDICT
					     ? "of ticks alone"
					     : "the base has fewer than two boots of it");
	else if (c->with_floor)
		sheet_number(sheet, row->floor, "%.2f%%", row->floor);
	put_verdict(sheet, row);
}

static void put_one(const struct compare *c, struct sheets *to)
{
	static const struct sheet_column exact[] = { SHEET_FIGURE("change\na page"),
						     SHEET_FIGURE("change\na call"),
						     SHEET_FIGURE("change") };
	static const struct sheet_column noisy[] = { SHEET_FIGURE("change"),
						     SHEET_FIGURE("interval"),
						     SHEET_FIGURE("p\nadjusted") };
	struct sheet_column columns[8] = { SHEET_WORDS("series"), SHEET_FIGURE("base\na page"),
					   SHEET_FIGURE("new\na page") };
	struct sheet *sheet;
	size_t n = 3;

	for (size_t i = 0; i < 3; i++)
		columns[n++] = c->exact ? exact[i] : noisy[i];
	if (c->with_floor)
		columns[n++] = (struct sheet_column)SHEET_FIGURE("A/A");
	columns[n++] = (struct sheet_column)SHEET_WORDS("verdict");
	sheet = sheets_add(to, columns, n, NULL);
	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = &c->rows[i];

		put_row(sheet, c, row, row->name);
		for (size_t k = 0; k < row->nr_events; k++)
			if (compare_event_told(&row->events[k]))
				put_row(sheet, c, &row->events[k].row, row->events[k].label);
	}
}

static void put_new(struct sheet *sheet, const struct compare *c, const char *name, bool event)
{
	const struct compare_row *row = compare_find(c, name);

	if (!row) {
		for (int i = 0; i < 3; i++)
			sheet_missing(sheet, event ? "this run did not count it"
						   : "this run has no such series at this size");
		return;
	}
	put_value(sheet, compare_new(row), row->reason);
	put_percent(sheet, row);
	put_verdict(sheet, row);
}

static void put_many(const struct compare_table *t, struct sheets *to)
{
	struct sheet_column *columns = xcalloc(2 + 3 * t->n, sizeof(*columns));
	struct sheet *sheet;

	columns[0] = (struct sheet_column)SHEET_WORDS("series");
	columns[1] = (struct sheet_column)SHEET_FIGURE("base\na page");
	for (size_t i = 0; i < t->n; i++) {
		struct sheet_column *column = &columns[2 + 3 * i];

		column[0] = (struct sheet_column)SHEET_FIGURE(xasprintf("new %zu\na page", i + 1));
		column[1] = (struct sheet_column){ "change", .figures = true, .joined = true };
		column[2] = (struct sheet_column){ "verdict", .joined = true };
	}
	sheet = sheets_add(to, columns, 2 + 3 * t->n, NULL);
	for (size_t i = 0; i < t->n; i++)
		free((char *)columns[2 + 3 * i].title);
	free(columns);
	for (size_t r = 0; r < t->nr_names; r++) {
		const bool event = compare_table_event(t, t->names[r]);

		sheet_words(sheet, "%s", t->labels[r]);
		put_value(sheet, compare_table_base(t, t->names[r]),
			  event ? "the base did not count it" : "the base has no such series");
		for (size_t i = 0; i < t->n; i++)
			put_new(sheet, &t->columns[i], t->names[r], event);
	}
}

/* How many of each verdict, and what the figures are worth. */
static void put_notes(const struct compare *c, struct sheet *sheet)
{
	_cleanup_(strv_release) struct strv counts = { 0 };
	_cleanup_free_ char *text = NULL;

	for (int v = 0; v < COMPARE_NR_VERDICTS; v++)
		if (c->counts[v])
			strv_addf(&counts, "%zu %s", c->counts[v], compare_verdict_name(v));
	text = strv_join(&counts, ", ");
	sheet_note(sheet, "%s", counts.n ? text : "no series");
	compare_footnotes(c, COMPARE_NOTE_WIDTH, &sheet->notes);
}

void compare_sheets(const struct compare_table *t, struct sheets *to)
{
	put_head(t, to);
	if (t->n == 1)
		put_one(&t->columns[0], to);
	else
		put_many(t, to);
	for (size_t i = 0; i < t->n; i++)
		put_notes(&t->columns[i], t->n > 1 ? sheets_add(to, NULL, 0, "new %zu:", i + 1)
						   : sheets_add(to, NULL, 0, NULL));
}
