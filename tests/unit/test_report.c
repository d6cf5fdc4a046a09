// SPDX-License-Identifier: GPL-2.0-only
/* bench/report: figures are right, what is missing stays missing, what does not repeat is said. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/format.h"
#include "bench/report/report.h"
#include "tests/unit/find.h"

/* What a renderer printed; owned by the caller. */
static char *printed(const struct records *records, bool json, bool colour)
{
	struct summary summary;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	summary_build(records, &summary);
	format_run(json ? &format_json : &format_terminal, &summary, f, colour, true);
	fclose(f);
	summary_release(&summary);
	return text;
}

static void says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in:\n%s", what, text);
}

static void says_not(const char *text, const char *what)
{
	if (strstr(text, what))
		fail_msg("'%s' in:\n%s", what, text);
}

static const struct summary_row *row_of(const struct summary *s, const char *workload)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (!strcmp(s->rows[i].name, workload))
			return &s->rows[i];
	fail_msg("no row %s", workload);
	return NULL;
}

TEST(tables_align_and_note_what_is_missing)
{
	static const struct sheet_column columns[] = { SHEET_WORDS("name"),
						       SHEET_FIGURE("two\nlines") };
	struct sheet *t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	sheet_words(t, "%s", "a\xc3\xa9"); /* two characters, three bytes */
	sheet_count(t, 12);
	sheet_words(t, "%s", "longer");
	sheet_missing(t, "no reason to");
	sheet_words(t, "%s", "b");
	sheet_missing(t, NULL);
	sheet_words(t, "%s", "c");
	sheet_missing(t, "no reason to");
	render_sheet(t, &(struct pen){ .f = f });
	fclose(f);
	assert_string_equal(text, "          two\n"
				  "name    lines\n"
				  "-------------\n"
				  "a\xc3\xa9         12\n"
				  "longer   -[a]\n"
				  "b        -[b]\n"
				  "c        -[a]\n"
				  "[a] no reason to\n"
				  "[b] not known why\n");
	free(text);
	sheet_free(t);
}

TEST(figures_are_those_of_the_largest_size)
{
	struct records records;
	struct summary s;
	const struct summary_row *row;
	const struct summary_cell *cell;

	fake_run(&records);
	fake_series(&records, 1, "hmm/devdax-pte/1G")->samples[0].ticks = 262144 * 50 + 7;
	summary_build(&records, &s);
	row = row_of(&s, "devdax-pte");
	assert_int_equal(row->size, GIB);
	assert_true(row->zone_device);
	assert_false(row_of(&s, "anon-thp")->zone_device);
	cell = summary_cell(&s, row, "hmm", "");
	assert_true(cell->page.known && cell->page.value == 50);
	cell = summary_cell(&s, row, "empty", "");
	assert_true(cell->ticks.known && cell->ticks.value == FAKE_OVERHEAD);
	assert_false(cell->page.known);
	assert_null(summary_cell(&s, row, "walk", ""));
	summary_release(&s);
	records_release(&records);
}

TEST(columns_keep_the_order_of_the_words)
{
	static const char *const names[] = { "empty",	   "bare",	 "hmm",	      "walk/none",
					     "walk/range", "walk/batch", "walk/entry" };
	struct records records;
	struct summary s;

	fake_run(&records);
	summary_build(&records, &s);
	assert_int_equal(s.nr_columns, ARRAY_SIZE(names));
	for (size_t i = 0; i < s.nr_columns; i++)
		assert_string_equal(s.columns[i].name, names[i]);
	assert_string_equal(s.rows[0].name, "devdax-pte");
	assert_string_equal(s.rows[4].name, "anon-thp");
	summary_release(&s);
	records_release(&records);
}

TEST(the_lookup_is_what_a_policy_adds_to_none)
{
	struct records records;
	struct summary s;
	struct figure f;

	fake_run(&records);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		for (int i = 0; i < FAKE_SAMPLES; i++) {
			fake_series(&records, boot, "walk/none/devdax-pmd/1G")->samples[i].ticks =
				10 * 262144 + 7;
			fake_series(&records, boot, "walk/entry/devdax-pmd/1G")->samples[i].ticks =
				175 * 262144 + 7;
		}
	summary_build(&records, &s);
	f = summary_pgmap(&s, row_of(&s, "devdax-pmd"), "entry");
	assert_true(f.known && f.value == 165);
	f = summary_pgmap(&s, row_of(&s, "devdax-pmd"), "other");
	assert_false(f.known);
	assert_string_equal(f.reason, "not asked for");
	summary_release(&s);
	records_release(&records);
}

TEST(the_model_finds_both_terms)
{
	struct records records;
	struct summary s;
	const struct summary_model *m;

	fake_run(&records);
	summary_build(&records, &s);
	m = &row_of(&s, "devdax-pte")->models[2]; /* hmm */
	assert_true(m->known);
	assert_int_equal(m->sizes, 4);
	assert_true(fabs(m->fit.call - 655) < 5);
	assert_true(fabs(m->fit.page - 96.35) < 0.05);
	assert_true(m->fit.residual < 0.001);
	summary_release(&s);
	records_release(&records);
}

TEST(a_good_run_reads_well)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed(&records, false, false);
	says(text, "debian:6.1, release 6.1.0-56-amd64, package 6.1.192-2");
	says(text, "exact: instructions, not time");
	says(text, "mitigations off");
	says(text, "empty window 7 instructions, constant over 2 boots");
	says(text, "all equal, bit for bit");
	says(text, "A reference got and put for every entry costs 165.03 to 179.98 instructions");
	says(text, "devdax-pte    1G       7  21.06  96.35");
	says(text, "equal");
	says_not(text, "-[");
	says_not(text, "Missing");
	says_not(text, "disturbed");
	says_not(text, "DIFFER");
	says_not(text, "\033");
	free(text);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	text = printed(&records, false, true);
	says_not(text, "\033");
	free(text);
	setenv("TERM", "xterm", 1);
	text = printed(&records, false, true);
	says(text, "\033[1m");
	free(text);
	records_release(&records);
}

TEST(a_noisy_machine_is_not_called_exact)
{
	struct records records;
	char *text;

	fake_run(&records);
	records.run.exact = false;
	free(records.run.unit);
	records.run.unit = xstrdup("ticks");
	text = printed(&records, false, false);
	says_not(text, REPORT_NOT_TIME);
	says_not(text, "bit for bit");
	free(text);
	text = printed(&records, true, false);
	says_not(text, REPORT_NOT_TIME);
	free(text);
	records_release(&records);
}

TEST(what_is_missing_is_marked_with_its_reason)
{
	struct records records;
	char *text;

	fake_run(&records);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(&records, boot, "hmm/devdax-pud/1G", "needs CONFIG_X");
	text = printed(&records, false, false);
	says(text, "devdax-pud    1G       7   0.07   -[a]");
	says(text, "[a] needs CONFIG_X");
	says(text, "hmm/devdax-pud/1G (boot 1 2): needs CONFIG_X");
	says(text, "devdax-pud   -[a]       6.08        -[a]    -[a]  equal");
	free(text);
	text = printed(&records, true, false);
	says(text, "\"reason\": \"needs CONFIG_X\"");
	free(text);
	records_release(&records);
}

TEST(one_boot_suffices_for_a_figure)
{
	struct records records;
	char *text;

	fake_run(&records);
	fake_missing(&records, 1, "hmm/devdax-pud/1G", "not today");
	text = printed(&records, false, false);
	says_not(text, "-[");
	says(text, "hmm/devdax-pud/1G (boot 1): not today");
	free(text);
	records_release(&records);
}

TEST(a_run_of_nothing_is_no_crash)
{
	struct records records;
	struct record_run run;
	char *text;

	fake_run(&records);
	run = records.run;
	memset(&records.run, 0, sizeof(records.run));
	records_release(&records);
	records.run = run;
	text = printed(&records, false, false);
	says(text, "nothing to compare");
	says_not(text, "Cost of a 4 KiB page");
	free(text);
	text = printed(&records, true, false);
	says(text, "\"least\": null");
	free(text);
	records_release(&records);
}

TEST(other_frames_are_pointed_out)
{
	struct records records;
	char *text;

	fake_run(&records);
	fake_series(&records, 2, "walk/batch/anon-thp/2M")->entry_sum++;
	text = printed(&records, false, false);
	says(text, "DIFFER: walk/batch/anon-thp/2M");
	free(text);
	fake_series(&records, 2, "walk/batch/anon-thp/2M")->has_entries = false;
	text = printed(&records, false, false);
	says_not(text, "DIFFER");
	free(text);
	fake_series(&records, 2, "walk/batch/anon-thp/2M")->has_entries = true;
	fake_series(&records, 2, "walk/batch/anon-thp/2M")->entry_sum--;
	fake_series(&records, 1, "hmm/anon-pte/64K")->proof.pfn_sum++;
	text = printed(&records, false, false);
	says(text, "DIFFER: hmm/anon-pte/64K");
	free(text);
	records_release(&records);
}

TEST(disturbed_samples_are_pointed_out)
{
	struct records records;
	char *text;

	fake_run(&records);
	fake_series(&records, 2, "hmm/anon-pte/2M")->samples[1].flags |= PTWALK_SAMPLE_DISTURBED;
	text = printed(&records, false, false);
	says(text, "1 of 280 series have samples with interrupts");
	says(text, "hmm/anon-pte/2M (boot 2)");
	free(text);
	records_release(&records);
}

/* The first row of a sheet of which @key is @value; fails where there is none. */
static json_t *find_row(json_t *json, const char *sheet, const char *key, const char *value)
{
	json_t *row;
	size_t i;

	json_array_foreach(
		json_object_get(json, sheet), i,
		row) if (!strcmp(json_string_value(json_object_get(row, key)), value)) return row;
	fail_msg("%s: no row whose %s is %s", sheet, key, value);
	return NULL;
}

TEST(the_json_holds_the_same_figures)
{
	struct records records;
	json_t *json, *row;
	char *text;

	fake_run(&records);
	text = printed(&records, true, false);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "kind")), "report");
	row = json_array_get(json_object_get(json, "runs"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "note")), REPORT_NOT_TIME);
	assert_true(json_is_true(json_object_get(row, "exact")));
	assert_true(json_is_true(json_object_get(json_object_get(json, "repeat"), "equal")));
	row = find_row(json, "series", "series", "hmm/devdax-pte/1G");
	assert_int_equal(json_integer_value(json_object_get(row, "instructions_a_call")),
			 (int64_t)find_count(fake_series(&records, 1, "hmm/devdax-pte/1G")));
	row = find_row(json, "series", "op", "empty");
	assert_true(json_is_null(json_object_get(row, "instructions_a_page")));
	assert_string_not_equal(json_string_value(json_object_get(row, "reason")), "");
	assert_int_equal(json_array_size(json_object_get(json, "models")),
			 json_array_size(json_object_get(json, "series")));
	json_decref(json);
	free(text);
	records_release(&records);
}
