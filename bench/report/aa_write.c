// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "bench/report/aa.h"
#include "bench/report/render.h"

#define FEW_BOOTS 8 /* an arm: their noise is known to within about a third */
#define DIGITS	  6

static void add_boots(struct sheet *sheet, const struct aa_row *row, size_t boots)
{
	if (row->too_many && !boots)
		sheet_missing(sheet, "more than a million");
	else
		sheet_count(sheet, boots);
}

static void add_row(struct sheet *sheet, const struct aa_row *row)
{
	const struct hodges *change = &row->change;

	sheet_words(sheet, "%s", row->name);
	if (row->boots[0] == row->boots[1])
		sheet_words(sheet, "2 x %zu", row->boots[0]);
	else
		sheet_words(sheet, "%zu + %zu", row->boots[0], row->boots[1]);
	if (*row->reason) {
		for (int i = 0; i < 7; i++)
			sheet_missing(sheet, row->reason);
		return;
	}
	sheet_number(sheet, row->value / row->pages, "%.2f", row->value / row->pages);
	sheet_number(sheet, row->noise, "%.2f%%", 100 * row->noise);
	sheet_number(sheet, change->ratio, "%+.2f%%", 100 * (change->ratio - 1));
	if (change->bounded)
		sheet_words(sheet, "[%+6.2f,%+6.2f]", 100 * (change->low - 1),
			    100 * (change->high - 1));
	else
		sheet_missing(sheet, "too few boots for an interval at 95 %");
	sheet_number(sheet, row->p_adjusted, "%.4f", row->p_adjusted);
	add_boots(sheet, row, row->needed);
	add_boots(sheet, row, row->together);
}

static bool has_few(const struct aa *aa)
{
	for (size_t i = 0; i < aa->nr_rows; i++)
		if (!*aa->rows[i].reason &&
		    (aa->rows[i].boots[0] < FEW_BOOTS || aa->rows[i].boots[1] < FEW_BOOTS))
			return true;
	return false;
}

static void put_notes(const struct aa *aa, struct sheet *notes)
{
	const char *replicates = aa_replicates(&aa->runs[0]->run);

	if (aa->nr_told)
		sheet_note(notes, "A/A floor: %.2f%% median, %.2f%% largest of %zu series",
			   100 * aa->median, 100 * aa->largest, aa->nr_told);
	sheet_note(notes, "noise: of one of the %s; U test, HL 95%% CI, Holm", replicates);
	sheet_note(notes,
		   "to find %g%%: %s an arm with which it is found in %g of 100 cases at alpha 5%%",
		   100 * aa->change, replicates, 100 * aa->power);
	if (has_few(aa))
		sheet_note(notes, "fewer than %d %s an arm: the noise is hardly known", FEW_BOOTS,
			   replicates);
	if (aa->nr_differ)
		sheet_note(notes,
			   "%zu series differ from themselves: something besides noise is at work; "
			   "`ptwalk doctor` looks for it",
			   aa->nr_differ);
	if (aa->runs[0]->run.method_evidence)
		sheet_note(notes, "EVIDENCE OF THE METHOD: no figure here is of a kernel");
}

static void aa_sheets(const struct aa *aa, struct sheets *to)
{
	char alone[48], together[48];
	const struct sheet_column columns[] = {
		SHEET_WORDS("series"),	     SHEET_FIGURE(aa_replicates(&aa->runs[0]->run)),
		SHEET_FIGURE("a page"),	     SHEET_FIGURE("noise"),
		SHEET_FIGURE("A/A"),	     SHEET_FIGURE("interval"),
		SHEET_FIGURE("p\nadjusted"), SHEET_FIGURE(alone),
		SHEET_FIGURE(together),
	};
	const struct record_run *run = &aa->runs[0]->run;
	struct sheet *sheet;

	snprintf(alone, sizeof(alone), "for %g%%\nalone", 100 * aa->change);
	snprintf(together, sizeof(together), "for %g%%\nof %zu", 100 * aa->change, aa->nr_told);
	to->title = "ptwalk aa";
	if (aa->runs[1])
		sheets_line(to, "A/A", "%s against %s", run->id, aa->runs[1]->run.id);
	else
		sheets_line(to, "A/A", "odd against even %s of %s", aa_replicates(run), run->id);
	sheets_line(to, "machine", "%s: %s", run->machine, run->unit);
	sheet = sheets_add(to, columns, ARRAY_SIZE(columns), NULL);
	for (size_t i = 0; i < aa->nr_rows; i++)
		add_row(sheet, &aa->rows[i]);
	put_notes(aa, sheets_add(to, NULL, 0, NULL));
}

void aa_text(const struct aa *aa, FILE *f, bool colour)
{
	const struct pen pen = pen_to(f, colour);
	_cleanup_(sheets_release) struct sheets sheets = { 0 };

	aa_sheets(aa, &sheets);
	render_terminal(&sheets, &pen);
}

static json_t *count(const struct aa_row *row, size_t n)
{
	return *row->reason || !n ? json_null() : json_integer((json_int_t)n);
}

static json_t *row_json(const struct aa_row *row)
{
	const bool told = !*row->reason, bounded = told && row->change.bounded;

	return json_pack("{s:s, s:[I,I], s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
			 row->name, "boots", (json_int_t)row->boots[0], (json_int_t)row->boots[1],
			 "value", json_number(row->value), "noise",
			 json_number(told ? row->noise : (double)NAN), "ratio",
			 json_number(told ? row->change.ratio : (double)NAN), "low",
			 json_number(bounded ? row->change.low : (double)NAN), "high",
			 json_number(bounded ? row->change.high : (double)NAN), "p_adjusted",
			 json_number(told ? row->p_adjusted : (double)NAN), "boots_alone",
			 count(row, row->needed), "boots_together", count(row, row->together),
			 "reason", json_words(told ? NULL : row->reason));
}

void aa_json(const struct aa *aa, FILE *f)
{
	const struct record_run *run = &aa->runs[0]->run;
	json_t *rows = json_array(), *runs = json_array(), *root;

	json_array_append_new(runs, json_string(run->id));
	if (aa->runs[1])
		json_array_append_new(runs, json_string(aa->runs[1]->run.id));
	for (size_t i = 0; i < aa->nr_rows; i++)
		json_array_append_new(rows, row_json(&aa->rows[i]));
	root = json_pack("{s:i, s:o, s:s, s:s, s:s, s:f, s:f, s:f, s:o, s:o, s:I, s:b, s:o}",
			 "schema", 1, "runs", runs, "machine", run->machine, "unit", run->unit,
			 "replicates", aa_replicates(run), "change", aa->change, "power", aa->power,
			 "alpha", aa->alpha, "median", json_number(aa->median), "largest",
			 json_number(aa->largest), "differ", (json_int_t)aa->nr_differ,
			 "method_evidence", run->method_evidence, "series", rows);
	json_write(root, DIGITS, f);
}
