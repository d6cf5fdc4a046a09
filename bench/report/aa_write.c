// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "bench/report/aa.h"
#include "bench/report/figure.h"
#include "bench/report/report.h"

#define FEW_BOOTS 8 /* an arm: their noise is known to within about a third */

static const char too_many[] = "more than a million";

static void add_boots(struct sheet *sheet, const struct aa_row *row, size_t boots)
{
	if (row->too_many && !boots)
		sheet_missing(sheet, too_many);
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
		sheet_note(notes, "%s", REPORT_METHOD);
}

void aa_sheets(const struct aa *aa, struct sheets *to)
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
	to->title = "ptwalk compare --self";
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

static void data_row(struct sheet *sheet, const struct aa_row *row)
{
	const bool told = !*row->reason, bounded = told && row->change.bounded;
	const double figures[] = {
		row->value,
		told ? row->noise : (double)NAN,
		told ? row->change.ratio : (double)NAN,
		bounded ? row->change.low : (double)NAN,
		bounded ? row->change.high : (double)NAN,
		told ? row->p_adjusted : (double)NAN,
		told && row->needed ? (double)row->needed : (double)NAN,
		told && row->together ? (double)row->together : (double)NAN,
	};

	sheet_words(sheet, "%s", row->name);
	sheet_count(sheet, row->boots[0]);
	sheet_count(sheet, row->boots[1]);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		sheet_value(sheet, figures[i]);
	sheet_words(sheet, "%s", told && row->too_many ? too_many : row->reason);
}

void aa_data(const struct aa *aa, struct sheets *to)
{
	struct sheet *series = sheets_data(to, "series", "series", "boots", "boots_against",
					   "value", "noise", "ratio", "low", "high", "p_adjusted",
					   "boots_alone", "boots_together", "reason", NULL);
	struct sheet *floor = sheets_data(to, "floor", "replicates", "change", "power", "alpha",
					  "median", "largest", "differ", "method_evidence", NULL);

	to->title = "self";
	for (size_t i = 0; i < aa->nr_rows; i++)
		data_row(series, &aa->rows[i]);
	floor->single = true;
	sheet_words(floor, "%s", aa_replicates(&aa->runs[0]->run));
	sheet_value(floor, aa->change);
	sheet_value(floor, aa->power);
	sheet_value(floor, aa->alpha);
	sheet_value(floor, aa->median);
	sheet_value(floor, aa->largest);
	sheet_count(floor, aa->nr_differ);
	sheet_truth(floor, aa->runs[0]->run.method_evidence);
	report_runs(aa->runs, aa->runs[1] ? 2 : 1, to);
}
