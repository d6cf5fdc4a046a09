// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/report/checks.h"
#include "bench/stats/cost.h"

#define INSTRUCTIONS FACT_NR_TOTALS /* that facts are beside: a window's ticks */

/* What a table shows of facts: columns short enough for eight of them. */
static const struct shown {
	const char *title;
	size_t fact; /* enum fact_total, or INSTRUCTIONS */
} shown[] = {
	{ "insns", INSTRUCTIONS },	 { "loads", FACT_TOTAL_LOADS },
	{ "stores", FACT_TOTAL_STORES }, { "atomics", FACT_TOTAL_ATOMICS },
	{ "taken", FACT_TOTAL_TAKEN },	 { "calls", FACT_TOTAL_CALLS },
	{ "lines", FACT_TOTAL_LINES },	 { "written", FACT_TOTAL_LINES_WRITTEN },
};

/* What each counts; and so many of each a page. */
struct row {
	const struct record_series *series;
	int64_t counts[ARRAY_SIZE(shown)]; /* less those of an empty window of the same memory */
};

static int64_t count_of(const struct record_series *s, size_t fact)
{
	if (fact != INSTRUCTIONS)
		return (int64_t)s->facts[fact];
	return s->nr_samples ? (int64_t)s->samples[s->nr_samples - 1].ticks : 0;
}

static const struct record_series *empty_of(const struct records *records,
					    const struct record_series *s)
{
	const struct series_key key = series_key_of(s);

	for (size_t i = 0; i < records->nr_series; i++) {
		struct series_key empty = series_key_of(&records->series[i]), same = key;

		same.op = empty.op;
		same.policy = empty.policy;
		if (record_op_calibrates(empty.op) && records->series[i].has_facts &&
		    series_key_same(&empty, &same))
			return &records->series[i];
	}
	return NULL;
}

static struct row row_of(const struct records *records, const struct record_series *s)
{
	const struct record_series *empty = empty_of(records, s);
	struct row row = { .series = s };

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		row.counts[i] =
			count_of(s, shown[i].fact) - (empty ? count_of(empty, shown[i].fact) : 0);
	return row;
}

static bool same_line(const struct record_series *a, const struct record_series *b)
{
	const struct series_key x = series_key_of(a), y = series_key_of(b);

	return !series_key_compare(&x, &y, SERIES_LINE);
}

/* Has it facts, of the first boot, and is it of the largest size that has? */
static bool is_shown(const struct records *records, const struct record_series *s)
{
	if (!s->has_facts || s->boot != records->series[0].boot || record_op_calibrates(s->op))
		return false;
	for (size_t i = 0; i < records->nr_series; i++)
		if (records->series[i].has_facts && same_line(s, &records->series[i]) &&
		    records->series[i].size > s->size)
			return false;
	return true;
}

/* Owned by the caller. */
static struct row *all_rows(const struct records *records, size_t *n)
{
	struct row *rows = NULL;

	*n = 0;
	for (size_t i = 0; i < records->nr_series; i++) {
		if (!is_shown(records, &records->series[i]))
			continue;
		rows = xgrow(rows, *n, sizeof(*rows));
		rows[(*n)++] = row_of(records, &records->series[i]);
	}
	return rows;
}

static struct sheet *add_table(struct sheets *to, const char *title)
{
	struct sheet_column columns[1 + ARRAY_SIZE(shown)] = { SHEET_WORDS("series") };

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		columns[1 + i] = (struct sheet_column)SHEET_FIGURE(shown[i].title);
	return sheets_add(to, columns, ARRAY_SIZE(columns), "%s", title);
}

static void put_page(struct sheet *sheet, const struct row *row, const struct row *less)
{
	const double pages = series_pages(row->series);

	sheet_words(sheet, "%s", row->series->name);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const double n = (double)(row->counts[i] - (less ? less->counts[i] : 0)) / pages;

		sheet_number(sheet, n, less ? "%+.2f" : "%.2f", n);
	}
}

static const struct row *row_under(const struct row *rows, size_t n, const struct row *row,
				   const char *policy)
{
	struct series_key sought = series_key_of(row->series);

	sought.policy = policy;
	for (size_t i = 0; i < n; i++) {
		const struct series_key key = series_key_of(rows[i].series);

		if (series_key_same(&key, &sought))
			return &rows[i];
	}
	return NULL;
}

/* Policy none of what @row is under another; where there is none, the source as it is; or NULL. */
static const struct row *less_of(const struct records *records, const struct row *rows, size_t n,
				 const struct row *row)
{
	const struct row *less = NULL;

	if (!*row->series->policy)
		return NULL;
	less = row_under(rows, n, row, "none");
	if (!less)
		less = row_under(rows, n, row, gate_plain_policy(records, row->series->op));
	return less == row ? NULL : less;
}

static void put_policies(const struct records *records, const struct row *rows, size_t n,
			 struct sheets *to)
{
	struct sheet *sheet = NULL;
	bool other = false;

	for (size_t i = 0; i < n; i++) {
		const struct row *less = less_of(records, rows, n, &rows[i]);

		other |= less && strcmp(less->series->policy, "none");
	}
	for (size_t i = 0; i < n; i++) {
		const struct row *less = less_of(records, rows, n, &rows[i]);

		if (less && !sheet)
			sheet = add_table(
				to, other ? "What a policy adds to a page (less policy none, "
					    "or the source as it is)"
					  : "What a policy adds to a page (less policy none)");
		if (less)
			put_page(sheet, &rows[i], less);
	}
}

/* Solved in integers from all sizes that have facts; false: they do not determine them. */
static bool solve(const struct records *records, const struct record_series *s, size_t column,
		  struct terms *terms)
{
	struct terms_size *sizes = xcalloc(records->nr_series, sizeof(*sizes));
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *other = &records->series[i];

		if (other->boot == s->boot && other->has_facts && same_line(s, other))
			sizes[n++] = terms_size(other->proof.addr, other->size, series_page(other),
						other->proof.vmas,
						row_of(records, other).counts[column]);
	}
	ret = terms_solve(sizes, n, terms, NULL);
	free(sizes);
	return !ret && terms->solved;
}

/* A row a term: of those columns whose counts are exactly that. */
static void put_terms(const struct records *records, const struct row *row, struct sheets *to,
		      struct sheet **sheet)
{
	static const char *const names[] = { "page", "PMD", "PUD", "VMA", "call" };
	struct terms terms[ARRAY_SIZE(shown)];
	bool solved[ARRAY_SIZE(shown)], any = false, pud = false, vma = false;

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		solved[i] = solve(records, row->series, i, &terms[i]);
		any |= solved[i];
		pud |= solved[i] && terms[i].has_pud;
		vma |= solved[i] && terms[i].has_vma;
	}
	if (any && !*sheet)
		*sheet = add_table(
			to,
			"Facts in integers: a call costs call + PMD x PMD entries + page x pages");
	for (size_t k = 0; any && k < ARRAY_SIZE(names); k++) {
		_cleanup_free_ char *line = NULL;
		const struct series_key key = series_key_line(series_key_of(row->series));

		if ((k == 2 && !pud) || (k == 3 && !vma))
			continue;
		line = series_key_name(&key);
		sheet_words(*sheet, "%s: %s", line, names[k]);
		for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
			const int64_t all[] = { terms[i].page, terms[i].pmd, terms[i].pud,
						terms[i].vma, terms[i].call };

			if (solved[i])
				sheet_number(*sheet, (double)all[k], "%" PRId64, all[k]);
			else
				sheet_missing(*sheet, "no such terms give the counts of all sizes");
		}
	}
}

void facts_sheets(const struct records *records, struct sheets *to)
{
	size_t n;
	_cleanup_free_ struct row *rows = all_rows(records, &n);
	_cleanup_free_ char *title =
		xasprintf("Facts of a %s at the largest size: counts, not time",
			  record_page(&records->run).text);
	struct sheet *sheet;

	if (!n)
		return;
	sheet = add_table(to, title);
	for (size_t i = 0; i < n; i++)
		put_page(sheet, &rows[i], NULL);
	sheet_note(sheet, "lines: distinct 64-byte lines of memory; written: those stored to");
	put_policies(records, rows, n, to);
}

void facts_terms(const struct records *records, struct sheets *to)
{
	size_t n;
	_cleanup_free_ struct row *rows = all_rows(records, &n);
	struct sheet *sheet = NULL;

	for (size_t i = 0; i < n; i++)
		put_terms(records, &rows[i], to, &sheet);
}
