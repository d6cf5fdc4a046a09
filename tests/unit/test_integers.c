// SPDX-License-Identifier: GPL-2.0-only
/*
 * The published references: every op over every workload costs integers, with nothing left over;
 * but a pin of small pages, which are counted in batches.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/render.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/printed.h"

static size_t solved(const struct summary *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_model *m = &s->rows[i].models[c];

			if (record_op_calibrates(s->columns[c].op) ||
			    !strcmp(s->columns[c].op, "pin_fast"))
				continue;
			assert_int_equal(m->sizes, 5);
			if (!m->terms.solved || m->terms.residual)
				fail_msg("%s of %s: %s", s->columns[c].name, s->rows[i].name,
					 m->unsolved);
			n++;
		}
	}
	return n;
}

TEST(every_group_of_the_references_is_solved)
{
	static const char *const names[] = { "debian-5.10", "debian-6.1", "debian-6.12",
					     "debian-7.2" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/results/reference/%s/records.jsonl", PTWALK_SOURCE_DIR,
				       names[i]);
		struct records records;
		struct summary s;

		assert_int_equal(records_read(path, &records, NULL), 0);
		summary_build(&records, &s);
		/* bare, hmm, gup_fast; hmm under 7 policies, gup_fast under 2. */
		assert_int_equal(solved(&s), 5 * (3 + 7 + 2));
		summary_release(&s);
		records_release(&records);
		free(path);
	}
}

static void print_brief(const struct summary *s, FILE *f)
{
	struct sheets sheets = { 0 };

	report_brief(s, &sheets);
	render_terminal(&sheets, &(struct pen){ f, RENDER_WIDTH, false });
	sheets_release(&sheets);
}

static size_t column_of(const struct summary *s, const char *op, const char *policy)
{
	size_t c = 0;

	while (c < s->nr_columns &&
	       (strcmp(s->columns[c].op, op) || strcmp(s->columns[c].policy, policy)))
		c++;
	assert_true(c < s->nr_columns);
	return c;
}

/* The terms of a row as the table has them, all in one line. */
static char *expected_row(const struct summary *s, const struct summary_row *row)
{
	static const char *const policies[] = { "range", "batch", "entry" };
	const char *op = gate_policy_op(s->records);
	const struct terms *hmm = &row->models[column_of(s, "hmm", "")].terms;
	const struct terms *none = &row->models[column_of(s, op, "none")].terms;
	char *text =
		xasprintf("%s %d %d %d", row->name, (int)hmm->page, (int)hmm->pmd, (int)hmm->call);

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		const struct terms *t = &row->models[column_of(s, op, policies[i])].terms;
		char *more = xasprintf("%s %+d %+d %+d", text, (int)(t->page - none->page),
				       (int)(t->pmd - none->pmd), (int)(t->call - none->call));

		free(text);
		text = more;
	}
	return text;
}

/* With one blank for many, and no line that is wider than a terminal. */
static char *squeezed(const char *text)
{
	char *out = xstrdup(text), *to = out;
	size_t width = 0;

	for (const char *p = text; *p; p++) {
		width = *p == '\n' ? 0 : width + 1;
		assert_true(width <= RENDER_WIDTH);
		if (*p != ' ' || (to > out && to[-1] != ' '))
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

/* Of all that a reference has, what a run has by default. */
static void keep_default(struct records *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_series; i++) {
		struct record one = { .kind = RECORD_SERIES, .series = r->series[i] };

		if (strstr(one.series.op, "_fast") || strstr(one.series.policy, "-late"))
			record_release(&one);
		else
			r->series[n++] = one.series;
	}
	r->nr_series = n;
}

TEST(the_answer_is_a_glance)
{
	static const char *const names[] = { "debian-5.10", "debian-6.1", "debian-6.12",
					     "debian-7.2" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = xasprintf("%s/results/reference/%s/records.jsonl",
						      PTWALK_SOURCE_DIR, names[i]);
		_cleanup_(records_release) struct records records;
		_cleanup_free_ char *text = NULL, *words = NULL, *span = NULL;
		struct added range;
		_cleanup_(summary_release) struct summary s;

		assert_int_equal(records_read(path, &records, NULL), 0);
		keep_default(&records);
		summary_build(&records, &s);
		text = printed(&records, print_brief);
		words = squeezed(text);
		assert_true(fake_count(text, "\n") <= 25);
		for (size_t r = 0; r < s.nr_rows; r++) {
			_cleanup_free_ char *row = expected_row(&s, &s.rows[r]);

			if (!strstr(words, row))
				fail_msg("no '%s' in:\n%s", row, text);
		}
		assert_non_null(strstr(words, "A cached reference adds "));
		range = summary_added(&s, "range", true);
		assert_true(range.known && range.terms);
		span = added_text(&range, 0);
		assert_non_null(strstr(words, span));
		assert_non_null(strstr(words, REPORT_NOT_TIME));
	}
}

/* One size says nothing of terms: what a page costs at it is told as it is. */
TEST(without_integers_a_page_is_told)
{
	_cleanup_free_ char *path =
		xasprintf("%s/results/reference/debian-6.1/records.jsonl", PTWALK_SOURCE_DIR);
	_cleanup_(records_release) struct records records;
	_cleanup_free_ char *text = NULL, *span = NULL;
	struct summary s;
	struct added range;
	size_t n = 0;

	assert_int_equal(records_read(path, &records, NULL), 0);
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record one = { .kind = RECORD_SERIES, .series = records.series[i] };

		if (one.series.size == 1ULL << 30)
			records.series[n++] = one.series;
		else
			record_release(&one);
	}
	records.nr_series = n;
	text = printed(&records, print_brief);
	assert_null(strstr(text, "A cached reference adds"));
	summary_build(&records, &s);
	range = summary_added(&s, "range", true);
	span = added_text(&range, 2);
	summary_release(&s);
	assert_true(range.known && !range.terms);
	assert_non_null(strstr(text, span));
	assert_non_null(strstr(text, "Cost of a 4 KiB page at the largest size"));
	assert_non_null(strstr(text, "What the dev_pagemap lookup costs a page"));
	free(squeezed(text));
}
