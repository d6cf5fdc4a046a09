// SPDX-License-Identifier: GPL-2.0-only
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "bench/report/aa.h"
#include "bench/report/table.h"

#define FEW_BOOTS 8 /* an arm: their noise is known to within about a third */
#define DIGITS	  6

static void add_boots(struct table *table, const struct aa_row *row, size_t boots)
{
	if (row->too_many && !boots)
		table_missing(table, "more than a million");
	else
		table_cell(table, "%zu", boots);
}

static void add_row(struct table *table, const struct aa_row *row)
{
	table_cell(table, "%s", row->name);
	if (row->boots[0] == row->boots[1])
		table_cell(table, "2 x %zu", row->boots[0]);
	else
		table_cell(table, "%zu + %zu", row->boots[0], row->boots[1]);
	if (*row->reason) {
		for (int i = 0; i < 7; i++)
			table_missing(table, row->reason);
		return;
	}
	table_cell(table, "%.2f", row->value / row->pages);
	table_cell(table, "%.2f%%", 100 * row->noise);
	table_cell(table, "%+.2f%%", 100 * (row->change.ratio - 1));
	if (row->change.bounded)
		table_cell(table, "[%+6.2f,%+6.2f]", 100 * (row->change.low - 1),
			   100 * (row->change.high - 1));
	else
		table_missing(table, "too few boots for an interval at 95 %");
	table_cell(table, "%.4f", row->p_adjusted);
	add_boots(table, row, row->needed);
	add_boots(table, row, row->together);
}

static bool has_few(const struct aa *aa)
{
	for (size_t i = 0; i < aa->nr_rows; i++)
		if (!*aa->rows[i].reason &&
		    (aa->rows[i].boots[0] < FEW_BOOTS || aa->rows[i].boots[1] < FEW_BOOTS))
			return true;
	return false;
}

static void write_heading(const struct aa *aa, FILE *f)
{
	const struct record_run *run = &aa->runs[0]->run;

	if (aa->runs[1])
		fprintf(f, "A/A: %s against %s\n", run->id, aa->runs[1]->run.id);
	else
		fprintf(f, "A/A: odd against even %s of %s\n", aa_replicates(run), run->id);
	fprintf(f, "machine %s, %s\n\n", run->machine, run->unit);
}

static void write_notes(const struct aa *aa, FILE *f)
{
	const char *replicates = aa_replicates(&aa->runs[0]->run);

	if (aa->nr_told)
		fprintf(f, "\nA/A floor: %.2f%% median, %.2f%% largest of %zu series\n",
			100 * aa->median, 100 * aa->largest, aa->nr_told);
	fprintf(f,
		"noise: of one of the %s; U test, HL 95%% CI, Holm\n"
		"to find %g%%: %s an arm with which it is found in %g of 100 cases at alpha 5%%\n",
		replicates, 100 * aa->change, replicates, 100 * aa->power);
	if (has_few(aa))
		fprintf(f, "fewer than %d %s an arm: the noise is hardly known\n", FEW_BOOTS,
			replicates);
	if (aa->nr_differ)
		fprintf(f,
			"%zu series differ from themselves: something besides noise is at work; "
			"`ptwalk doctor` looks for it\n",
			aa->nr_differ);
	if (aa->runs[0]->run.method_evidence)
		fputs("EVIDENCE OF THE METHOD: no figure here is of a kernel\n", f);
}

void aa_text(const struct aa *aa, FILE *f, bool colour)
{
	char alone[48], together[48];
	const struct table_column columns[] = {
		{ "series", false },	 { aa_replicates(&aa->runs[0]->run), true },
		{ "a page", true },	 { "noise", true },
		{ "A/A", true },	 { "interval", true },
		{ "p\nadjusted", true }, { alone, true },
		{ together, true },
	};
	struct table *table;

	snprintf(alone, sizeof(alone), "for %g%%\nalone", 100 * aa->change);
	snprintf(together, sizeof(together), "for %g%%\nof %zu", 100 * aa->change, aa->nr_told);
	write_heading(aa, f);
	table = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < aa->nr_rows; i++)
		add_row(table, &aa->rows[i]);
	table_write(table, f, colour);
	table_free(table);
	write_notes(aa, f);
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
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
			 "value", number(row->value), "noise",
			 number(told ? row->noise : (double)NAN), "ratio",
			 number(told ? row->change.ratio : (double)NAN), "low",
			 number(bounded ? row->change.low : (double)NAN), "high",
			 number(bounded ? row->change.high : (double)NAN), "p_adjusted",
			 number(told ? row->p_adjusted : (double)NAN), "boots_alone",
			 count(row, row->needed), "boots_together", count(row, row->together),
			 "reason", told ? json_null() : json_string(row->reason));
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
			 "alpha", aa->alpha, "median", number(aa->median), "largest",
			 number(aa->largest), "differ", (json_int_t)aa->nr_differ,
			 "method_evidence", run->method_evidence, "series", rows);
	json_dumpf(root, f, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
	fputc('\n', f);
	json_decref(root);
}
