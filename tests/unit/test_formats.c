// SPDX-License-Identifier: GPL-2.0-only
/* Renderings of comparisons: all rows, every run a column, nothing that breaks its medium. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/format.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"

#define MARKUP "<script>alert('1')</script> & \"more\" | bars"
#define GONE   "hmm/devdax-pte/1G"
#define NEWS   4

/* One base and four others; the first lacks a series, with markup as its reason. */
struct fixture {
	struct records runs[1 + NEWS];
	struct compare columns[NEWS];
	bool noisy;
};

static void make_run(struct fixture *f, size_t i)
{
	const struct fake_noise noise = { 6, i + 1, 0.003, i == 2 ? 0.2 : 0 };

	if (f->noisy)
		fake_noisy(&f->runs[i], &noise);
	else
		fake_run(&f->runs[i]);
}

static void init(struct fixture *f, bool noisy)
{
	const struct compare_options o = { .every_size = true, .floor = true };

	f->noisy = noisy;
	for (size_t i = 0; i <= NEWS; i++)
		make_run(f, i);
	free(f->runs[0].run.kernel.spec);
	f->runs[0].run.kernel.spec = xstrdup("</td>" MARKUP);
	for (unsigned boot = 1; boot <= (noisy ? 6 : 2); boot++)
		fake_missing(&f->runs[1], boot, GONE, MARKUP);
	for (size_t i = 0; i < NEWS; i++)
		assert_int_equal(
			compare_build(&f->runs[0], &f->runs[i + 1], &o, &f->columns[i], NULL), 0);
}

static int exact_runs(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	init(f, false);
	*state = f;
	return 0;
}

static int noisy_runs(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	init(f, true);
	*state = f;
	return 0;
}

static int release(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NEWS; i++)
		compare_release(&f->columns[i]);
	for (size_t i = 0; i <= NEWS; i++)
		records_release(&f->runs[i]);
	free(f);
	return 0;
}

static char *render(const char *format, struct fixture *f, size_t first, size_t n)
{
	struct compare_table table;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	compare_table_init(&table, f->columns + first, n);
	format_compare(format_find(format, FORMAT_COMPARE, NULL), &table, out, false);
	compare_table_release(&table);
	fclose(out);
	return text;
}

/* In each format, of one run and of several: all series, the better direction, what is missing. */
static void all_is_said(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < nr_formats; i++) {
		if (!format_serves(formats[i], FORMAT_COMPARE))
			continue;
		for (size_t n = 1; n <= NEWS; n += NEWS - 1) {
			char *text = render(formats[i]->name, f, 0, n);

			for (size_t r = 0; r < f->columns[0].nr_rows; r++)
				if (!strstr(text, f->columns[0].rows[r].name))
					fail_msg("%s lacks %s", formats[i]->name,
						 f->columns[0].rows[r].name);
			assert_non_null(strstr(text, "less"));
			assert_true(strstr(text, "missing") || strstr(text, "null"));
			assert_null(strstr(text, "nan"));
			assert_null(strstr(text, "inf,"));
			free(text);
		}
	}
}

static void no_markup_gets_through(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 1; n <= NEWS; n += NEWS - 1) {
		char *html = render("html", f, 0, n), *markdown = render("markdown", f, 0, n);

		assert_null(strstr(html, "<script"));
		assert_non_null(strstr(html,
				       "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
				       "&quot;more&quot;"));
		assert_int_equal(fake_count(html, "<td"), fake_count(html, "</td>"));
		assert_int_equal(fake_count(html, "<tr>"), fake_count(html, "</tr>"));
		assert_null(strstr(html, "http"));
		assert_null(strstr(markdown, " <script"));
		assert_non_null(strstr(markdown, "\\<script"));
		free(html);
		free(markdown);
	}
}

static void mail_has_72_columns_of_ascii(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 1; n <= NEWS; n++) {
		char *text = render("lkml", f, 0, n);
		size_t column = 0;

		for (const char *p = text; *p; p++) {
			column = *p == '\n' ? 0 : column + 1;
			if (column > 72 || (*p != '\n' && (*p < ' ' || *p > '~')))
				fail_msg("%.80s", p - column + 1);
		}
		free(text);
	}
}

/* Whatever the names, and however many runs. */
static void tables_for_people_have_80_columns(void **state)
{
	struct fixture *f = *state;

	unsetenv("COLUMNS");
	for (size_t n = 1; n <= NEWS; n++) {
		char *text = render("terminal", f, 0, n);

		for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
			if (strcspn(p, "\n") > RENDER_WIDTH)
				fail_msg("%.*s", (int)strcspn(p, "\n"), p);
		free(text);
	}
}

/* What is significant has its mark, and a table of times says by which test. */
TEST_WITH(noisy_rows_say_why, noisy_runs, release)
{
	struct fixture *f = *state;
	char *text = render("lkml", f, 1, 1);

	assert_non_null(strstr(text, "U test of boots, HL 95% CI, Holm over 120"));
	assert_non_null(strstr(text, "A/A (odd/even boots of base): "));
	/* Six boots an arm cannot show a difference among 120 series. */
	assert_int_equal(f->columns[1].counts[COMPARE_WORSE], 0);
	assert_non_null(strstr(text, "# underpowered: 6 boots; "));
	free(text);
	text = render("terminal", f, 1, 1);
	assert_non_null(strstr(text, "underpowered"));
	assert_non_null(strstr(text, "interval"));
	free(text);
	text = render("json", f, 1, 1);
	assert_non_null(strstr(text, "\"p_adjusted\""));
	free(text);
}

static void zero_day_and_mmtests_keep_their_shapes(void **state)
{
	struct fixture *f = *state;
	char *text = render("lkp", f, 0, 2), *line, *next;
	int slashes = 0;

	assert_int_equal(fake_count(text, "ptwalk noticed "), 2);
	assert_int_equal(fake_count(text, "ptwalk noticed no change (no series changed: "), 2);
	assert_int_equal(fake_count(text, "\ncommit: "), 2);
	line = strstr(text, "\n====") + 1;
	assert_int_equal(strcspn(line, "\n"), 89);
	assert_int_equal(strspn(line, "="), 89);
	/* As many values as names, each a word. */
	line = strstr(line, "\ncompiler/");
	assert_non_null(line);
	next = strchr(line + 1, '\n') + 1;
	for (; *line != ':'; line++)
		slashes += *line == '/';
	assert_int_equal(strspn(next, " "), 2);
	for (next += 2; *next != '\n'; next++) {
		assert_int_not_equal(*next, ' ');
		slashes -= *next == '/';
	}
	assert_int_equal(slashes, 0);
	assert_non_null(strstr(text, f->noisy ? ".cycles_per_page\n" : ".instructions_per_page\n"));
	assert_non_null(strstr(text, "\ncommit:\n  "));
	assert_non_null(strstr(text, "%stddev     %change         %stddev"));
	line = strstr(text, "---------------- -");
	assert_int_equal(strcspn(line, "\n"), 17 + 2 * 28);
	free(text);
	text = render("mmtests", f, 1, 1);
	assert_true(fake_count(text, f->noisy ? "\n2nd-qrtle " : "\nAmean     ") >=
		    f->columns[1].nr_rows);
	assert_true(fake_count(text, "(    0.00%)") >= f->columns[1].nr_rows);
	if (!f->noisy)
		assert_null(strstr(text, "% *"));
	free(text);
}

TEST_RUN(all_is_said, exact_runs, release);
TEST_RUN(all_is_said, noisy_runs, release);
TEST_RUN(no_markup_gets_through, exact_runs, release);
TEST_RUN(no_markup_gets_through, noisy_runs, release);
TEST_RUN(mail_has_72_columns_of_ascii, exact_runs, release);
TEST_RUN(mail_has_72_columns_of_ascii, noisy_runs, release);
TEST_RUN(tables_for_people_have_80_columns, exact_runs, release);
TEST_RUN(tables_for_people_have_80_columns, noisy_runs, release);
TEST_RUN(zero_day_and_mmtests_keep_their_shapes, exact_runs, release);
TEST_RUN(zero_day_and_mmtests_keep_their_shapes, noisy_runs, release);
