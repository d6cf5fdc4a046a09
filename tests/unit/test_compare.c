// SPDX-License-Identifier: GPL-2.0-only
/* Comparing exact runs: a difference is a difference, and what cannot be compared is not. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/find.h"

#define SPOILED "hmm/devdax-pte/1G"

struct pair {
	struct records base, new;
};

static int two_runs(void **state)
{
	struct pair *pair = xcalloc(1, sizeof(*pair));

	fake_run(&pair->base);
	fake_run(&pair->new);
	*state = pair;
	return 0;
}

static int release(void **state)
{
	struct pair *pair = *state;

	records_release(&pair->base);
	records_release(&pair->new);
	free(pair);
	return 0;
}

static void change(struct records *records, const char *name, int64_t by)
{
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *series = fake_series(records, boot, name);

		for (size_t i = 0; i < series->nr_samples; i++)
			series->samples[i].ticks += (uint64_t)by;
	}
}

static const struct compare_row *row(const struct compare *c, const char *name)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].name, name))
			return &c->rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

TEST_WITH(the_same_run_is_the_same, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.nr_differences, 0);
	assert_int_equal(c.nr_rows, 5 * 6);
	assert_int_equal(c.counts[COMPARE_SAME], c.nr_rows);
	compare_release(&c);
}

TEST_WITH(one_instruction_is_found_with_its_size, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	const struct compare_row *r;
	struct compare c;

	change(&pair->new, SPOILED, 1);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	r = row(&c, SPOILED);
	assert_int_equal(r->verdict, COMPARE_WORSE);
	assert_int_equal(r->new_ticks - r->base_ticks, 1);
	assert_int_equal(c.counts[COMPARE_WORSE], 1);
	assert_int_equal(c.counts[COMPARE_SAME], c.nr_rows - 1);
	compare_release(&c);
	assert_int_equal(compare_build(&pair->new, &pair->base, &o, &c, NULL), 0);
	assert_int_equal(row(&c, SPOILED)->verdict, COMPARE_BETTER);
	compare_release(&c);
}

TEST_WITH(a_threshold_forgives_what_is_below_it, two_runs, release)
{
	struct compare_options o = { .threshold = 1 };
	struct pair *pair = *state;
	int64_t whole = (int64_t)find_count(fake_series(&pair->base, 1, SPOILED));
	struct compare c;

	change(&pair->new, SPOILED, whole / 100);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(row(&c, SPOILED)->verdict, COMPARE_WITHIN);
	compare_release(&c);
	change(&pair->new, SPOILED, whole / 100 + 2);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(row(&c, SPOILED)->verdict, COMPARE_WORSE);
	compare_release(&c);
}

TEST_WITH(missing_stays_missing_with_its_reason, two_runs, release)
{
	const struct compare_options o = { .every_size = true, .op_empty = true };
	struct pair *pair = *state;
	struct compare c;

	fake_missing(&pair->new, 1, SPOILED, "needs CONFIG_NOTHING");
	fake_missing(&pair->new, 2, SPOILED, "needs CONFIG_NOTHING");
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.nr_rows, 5 * 7 * 4);
	assert_int_equal(row(&c, SPOILED)->verdict, COMPARE_MISSING_NEW);
	assert_string_equal(row(&c, SPOILED)->reason, "needs CONFIG_NOTHING");
	compare_release(&c);
	assert_int_equal(compare_build(&pair->new, &pair->base, &o, &c, NULL), 0);
	assert_int_equal(row(&c, SPOILED)->verdict, COMPARE_MISSING_BASE);
	compare_release(&c);
}

/* Cheaper, and wrong: of the second boot alone, or of both sides. */
TEST_WITH(wrong_is_worse_than_any_count_and_comes_first, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	change(&pair->new, SPOILED, -100);
	fake_series(&pair->new, 2, SPOILED)->pfn_sum++;
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.counts[COMPARE_WRONG], 1);
	assert_int_equal(c.counts[COMPARE_BETTER], 0);
	assert_string_equal(c.rows[0].name, SPOILED);
	compare_release(&c);
	fake_missing(&pair->new, 1, "hmm/anon-pte/1G", "references lost");
	pair->new.missing[0].wrong = true;
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.counts[COMPARE_WRONG], 2);
	assert_string_equal(row(&c, "hmm/anon-pte/1G")->reason, "references lost");
	compare_release(&c);
}

TEST_WITH(what_both_lack_is_counted, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		fake_missing(&pair->base, boot, "hmm/anon-pte/1G", "needs CONFIG_NOTHING");
		fake_missing(&pair->new, boot, "hmm/anon-pte/1G", "needs CONFIG_NOTHING");
		fake_missing(&pair->new, boot, SPOILED, "needs CONFIG_NOTHING");
	}
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.counts[COMPARE_MISSING_BOTH], 1);
	compare_release(&c);
}

TEST_WITH(environments_that_differ_are_named, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	pair->new.run.mitigations = !pair->new.run.mitigations;
	pair->new.boots[0].cpu[0] ^= 1;
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.nr_differences, 2);
	assert_string_equal(c.differences[0].field, "mitigations");
	assert_string_equal(c.differences[1].field, "guest CPU");
	compare_release(&c);
}

TEST_WITH(what_is_not_exact_or_does_not_repeat_is_refused, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;
	struct err err;

	fake_series(&pair->new, 2, SPOILED)->samples[0].ticks++;
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, &err), -EBADE);
	assert_non_null(strstr(err.text, SPOILED));
	pair->base.run.exact = false;
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, &err), -EOPNOTSUPP);
}

/* One instruction a page, and three a call, of one op over one workload. */
TEST_WITH(a_change_by_page_is_found_over_all_sizes, two_runs, release)
{
	static const struct {
		const char *name;
		int64_t pages;
	} sizes[] = {
		{ "hmm/devdax-pte/64K", 16 },
		{ "hmm/devdax-pte/2M", 512 },
		{ "hmm/devdax-pte/64M", 16384 },
		{ SPOILED, 262144 },
	};
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		change(&pair->new, sizes[i].name, sizes[i].pages + 3);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.changes.n, 1);
	assert_int_equal(c.changes.same, 5 * 6 - 1);
	assert_string_equal(c.changes.v[0].name, "hmm/devdax-pte");
	assert_int_equal(c.changes.v[0].sizes, 4);
	assert_true(change_exact(&c.changes.v[0]));
	text = change_text(&c.changes.v[0]);
	assert_string_equal(text, "+1 a page, +0 a PMD, +3 a call, exactly");
	free(text);
	compare_release(&c);
	change(&pair->new, sizes[1].name, 1);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_false(change_exact(&c.changes.v[0]));
	text = change_text(&c.changes.v[0]);
	assert_non_null(strstr(text, ", about"));
	free(text);
	compare_release(&c);
}

/* One instruction a PMD callback: that many, and none a page. */
TEST_WITH(a_change_by_pmd_is_one, two_runs, release)
{
	static const struct {
		const char *name;
		int64_t pmds;
	} sizes[] = {
		{ "hmm/devdax-pte/64K", 1 },
		{ "hmm/devdax-pte/2M", 1 },
		{ "hmm/devdax-pte/64M", 32 },
		{ SPOILED, 512 },
	};
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		change(&pair->new, sizes[i].name, sizes[i].pmds);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.changes.n, 1);
	text = change_text(&c.changes.v[0]);
	assert_string_equal(text, "+0 a page, +1 a PMD, +0 a call, exactly");
	free(text);
	compare_release(&c);
}

/* Two sizes are on some line always: that is not called exact. */
TEST(too_few_sizes_are_not_called_exact)
{
	struct change c = {
		.line_known = true,
		.line = { .page = 1, .call = 3, .exact = true },
	};
	char *text = change_text(&c);

	assert_false(change_exact(&c));
	assert_string_equal(text, "+1 a page, +3 a call; PMDs not told apart");
	free(text);
}

TEST_WITH(without_a_change_there_is_nothing_to_say, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.changes.n, 0);
	assert_int_equal(c.changes.same, 5 * 6);
	compare_release(&c);
}

/* A series that is placed otherwise is another one. */
TEST_WITH(placements_are_not_mixed, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_series(&pair->new, boot, SPOILED)->threads = 2;
	change(&pair->new, SPOILED, 1000);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	assert_int_equal(c.changes.n, 0);
	compare_release(&c);
}

static char *render_many(const struct format *format, struct compare *columns, size_t n)
{
	struct compare_table table;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	compare_table_init(&table, columns, n);
	format_compare(format, &table, f, false);
	compare_table_release(&table);
	fclose(f);
	return text;
}

static char *render(const struct format *format, struct compare *c)
{
	return render_many(format, c, 1);
}

TEST_WITH(every_format_renders_all_rows, two_runs, release)
{
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct compare c;

	fake_missing(&pair->new, 1, SPOILED, "a \"reason\", with <marks> | bars");
	fake_missing(&pair->new, 2, SPOILED, "a \"reason\", with <marks> | bars");
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	for (size_t i = 0; i < nr_formats; i++) {
		char *text;

		if (!format_serves(formats[i], FORMAT_COMPARE))
			continue;
		c.every_size = formats[i] == &format_lkml; /* else it is kept short */
		text = render(formats[i], &c);

		assert_ptr_equal(format_find(formats[i]->name, FORMAT_COMPARE, NULL), formats[i]);
		for (size_t j = 0; j < c.nr_rows; j++)
			assert_non_null(strstr(text, c.rows[j].name));
		free(text);
	}
	compare_release(&c);
}

TEST_WITH(notes_are_told_by_formats_for_people, two_runs, release)
{
	static const char *const told[] = { "terminal", "lkml", "markdown", "json" };
	const struct compare_options o = { 0 };
	struct pair *pair = *state;
	struct strv lines = { 0 }, functions = { 0 };
	struct compare c;

	strv_add(&lines, "a-note");
	strv_add(&functions, "hmm_vma_walk_pmd (hmm.c)");
	change(&pair->new, SPOILED, 1);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	c.notes = (struct compare_notes){ .lines = &lines, .functions = &functions };
	c.every_size = true;
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		char *text = render(format_find(told[i], FORMAT_COMPARE, NULL), &c);

		assert_non_null(strstr(text, "a-note"));
		assert_non_null(strstr(text, "hmm_vma_walk_pmd (hmm.c)"));
		free(text);
	}
	strv_release(&lines);
	strv_release(&functions);
	compare_release(&c);
}

TEST_WITH(mail_has_72_columns_of_ascii, two_runs, release)
{
	const struct compare_options o = { .every_size = true };
	struct strv lines = { 0 }, functions = { 0 };
	struct pair *pair = *state;
	struct compare c;
	size_t column = 0;
	char *text;

	change(&pair->new, SPOILED, 123456789);
	assert_int_equal(compare_build(&pair->base, &pair->new, &o, &c, NULL), 0);
	strv_add(&lines,
		 "a note of many words, which is longer than a line of a mail may be: it is "
		 "broken between its words");
	for (int i = 0; i < 40; i++)
		strv_add(&functions, "a_function_with_a_name (file.c)");
	c.notes = (struct compare_notes){ .lines = &lines, .functions = &functions };
	text = render(&format_lkml, &c);
	strv_release(&lines);
	strv_release(&functions);
	for (const char *p = text; *p; p++) {
		column = *p == '\n' ? 0 : column + 1;
		assert_true(column <= 72);
		assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
	}
	assert_non_null(strstr(text, "not time"));
	free(text);
	compare_release(&c);
}
