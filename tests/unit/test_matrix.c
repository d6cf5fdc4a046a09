// SPDX-License-Identifier: GPL-2.0-only
/* The matrix view: compact figures, folded tables, shades, and each reason said once. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/report.h"
#include "bench/report/render.h"

static void says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in:\n%s", what, text);
}

static void render_matrix(const struct summary *summary, const struct pen *pen)
{
	struct sheets sheets = { 0 };

	report_matrix(summary, &sheets);
	render_terminal(&sheets, pen);
	sheets_release(&sheets);
}

static char *printed(const struct records *records, bool matrix, size_t columns, bool colour)
{
	struct summary summary;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	summary_build(records, &summary);
	if (matrix)
		render_matrix(&summary, &(struct pen){ f, columns, colour });
	else
		report_text(&summary, f, colour);
	fclose(f);
	summary_release(&summary);
	return text;
}

TEST(figures_take_five_characters)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0.00" },	       { 0.001, "<0.01" },     { 0.08, "0.08" },
		{ 9.994, "9.99" },     { 9.996, "10.0" },      { 99.94, "99.9" },
		{ 99.96, "100" },      { 279.26, "279" },      { 9999.4, "9999" },
		{ 9999.6, "10k" },     { 123456, "123k" },     { -3.18, "-3.18" },
		{ 9999.4e3, "9999k" }, { 1.23e9, "1.23e+09" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(figure_compact(cases[i].value).text, cases[i].text);
}

TEST(a_wide_table_is_folded)
{
	static const struct sheet_column columns[] = { SHEET_WORDS("name"), SHEET_FIGURE("one"),
						       SHEET_FIGURE("two"), SHEET_FIGURE("three") };
	struct sheet *t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	sheet_words(t, "row");
	sheet_words(t, "1");
	sheet_words(t, "2");
	sheet_missing(t, "why");
	render_sheet(t, &(struct pen){ f, 15, false });
	fclose(f);
	assert_string_equal(text, "name  one  two\n"
				  "--------------\n"
				  "row     1    2\n"
				  "\n"
				  "name  three\n"
				  "-----------\n"
				  "row    -[a]\n"
				  "[a] why\n");
	sheet_free(t);
	free(text);
}

/* A group keeps together, is told by its name over it, and is close. */
TEST(groups_stand_over_their_columns)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("name"),
		{ .title = "page", .figures = true, .group = "hmm" },
		{ .title = "call", .figures = true, .group = "hmm", .joined = true },
		{ .title = "page", .figures = true, .group = "a long one" },
		{ .title = "call", .figures = true, .group = "a long one", .joined = true },
	};
	struct sheet *t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	sheet_words(t, "row");
	for (int i = 1; i <= 4; i++)
		sheet_count(t, (unsigned)i);
	render_sheet(t, &(struct pen){ f, 80, false });
	render_sheet(t, &(struct pen){ f, 18, false });
	fclose(f);
	assert_string_equal(text, "      -- hmm --  a long one\n"
				  "name  page call  page  call\n"
				  "---------------------------\n"
				  "row      1    2     3     4\n"
				  "      -- hmm --\n"
				  "name  page call\n"
				  "---------------\n"
				  "row      1    2\n"
				  "\n"
				  "      a long one\n"
				  "name  page  call\n"
				  "----------------\n"
				  "row      3     4\n");
	sheet_free(t);
	free(text);
}

/* However narrow, each band has a column. */
TEST(the_narrowest_fold_ends)
{
	static const struct sheet_column columns[] = { SHEET_WORDS("a"), SHEET_FIGURE("b"),
						       SHEET_FIGURE("c") };
	struct sheet *t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (int i = 0; i < 3; i++)
		sheet_words(t, "%d", i);
	render_sheet(t, &(struct pen){ f, 1, false });
	fclose(f);
	assert_string_equal(text, "a  b\n----\n0  1\n\na  c\n----\n0  2\n");
	sheet_free(t);
	free(text);
}

TEST(the_matrix_has_every_cell)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed(&records, true, 0, false);
	says(text, "                                      walk   walk   walk   walk\n");
	says(text, "workload    level  empty  bare   hmm  none  range  batch  entry\n");
	says(text, "35 of 35 measured");
	says(text, REPORT_NOT_TIME);
	assert_null(strchr(text, '\033'));
	free(text);
	fake_missing(&records, 1, "hmm/devdax-pud/1G", "needs CONFIG_X");
	fake_missing(&records, 2, "hmm/devdax-pud/1G", "needs CONFIG_X");
	text = printed(&records, true, 0, false);
	says(text, "34 of 35 measured");
	says(text, "[a] needs CONFIG_X\n");
	free(text);
	records_release(&records);
}

/* The dearest cell has the darkest shade and the cheapest the lightest. */
TEST(shades_follow_cost)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed(&records, true, 0, true);
	says(text, "\033[48;5;124;38;5;231m  274\033[0m");
	says(text, "\033[48;5;231;38;5;16m");
	free(text);
	records_release(&records);
}

TEST(one_reason_is_said_once)
{
	static const char *const others[] = { "devdax-pte", "devdax-pmd", "anon-pte", "anon-thp" };
	struct records records;
	char *text;

	fake_run(&records);
	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++) {
		fake_missing(&records, boot, "hmm/devdax-pud/1G", "needs CONFIG_X");
		fake_missing(&records, boot, "walk/none/devdax-pud/1G", "needs CONFIG_X");
		fake_missing(&records, boot, "bare/devdax-pud/1G", "for another reason");
	}
	text = printed(&records, false, 0, false);
	says(text, "Missing: 6 series\n");
	says(text, "devdax-pud: hmm walk/none; 1G (boot 1 2): needs CONFIG_X\n");
	says(text, "bare/devdax-pud/1G (boot 1 2): for another reason\n");
	free(text);
	/* Nor once a workload. */
	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++)
		for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
			char *name = xasprintf("bare/%s/1G", others[i]);

			fake_missing(&records, boot, name, "for another reason");
			free(name);
			text = printed(&records, false, 0, false);
			if (boot == FAKE_BOOTS && !i)
				says(text, "devdax-pud, devdax-pte: bare; 1G (boot 1 2): for ");
			free(text);
		}
	text = printed(&records, false, 0, false);
	says(text, "every workload: bare; 1G (boot 1 2): for another reason\n");
	assert_int_equal(fake_count(text, "(boot 1 2): for another reason"), 1);
	free(text);
	records_release(&records);
}
