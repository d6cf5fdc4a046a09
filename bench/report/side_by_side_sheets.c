// SPDX-License-Identifier: GPL-2.0-only
/* Runs side by side, for people and for programs. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/report/json.h"
#include "bench/report/report.h"
#include "bench/report/side_by_side.h"

/* What each column is. */
static void put_kernels(const struct side_by_side *k, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("kernel"), SHEET_WORDS("release"),		 SHEET_WORDS("package"),
		SHEET_WORDS("run"),    SHEET_WORDS("kernel's compiler"), SHEET_WORDS("module's"),
	};
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns), NULL);

	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct records *r = k->runs[i];
		const struct record_run *run = &r->run;

		sheet_words(sheet, "%s", run->kernel.spec);
		sheet_words(sheet, "%s", run->kernel.release);
		sheet_words(sheet, "%s", *run->kernel.version ? run->kernel.version : "-");
		sheet_words(sheet, "%s", run->id);
		sheet_words(sheet, "%s", *run->kernel.compiler ? run->kernel.compiler : "-");
		sheet_words(sheet, "%s", r->nr_boots ? r->boots[0].module_compiler : "-");
	}
}

/* "debian:6.1" as "debian:", "6.1": columns stay narrow. */
static char *stacked(const char *title)
{
	const char *colon = strchr(title, ':');

	return colon ? xasprintf("%.*s\n%s", (int)(colon - title) + 1, title, colon + 1)
		     : xstrdup(title);
}

static void put_costs(const struct side_by_side *k, struct sheets *to)
{
	struct sheet_column *columns = xcalloc(k->nr_runs + 2, sizeof(*columns));
	struct sheet *sheet;

	columns[0] = (struct sheet_column)SHEET_WORDS("op and workload");
	columns[1] = (struct sheet_column)SHEET_FIGURE("size");
	for (size_t i = 0; i < k->nr_runs; i++)
		columns[2 + i] = (struct sheet_column)SHEET_FIGURE(stacked(k->titles[i]));
	sheet = sheets_add(to, columns, k->nr_runs + 2, "Cost of a 4 KiB page by kernel: %s",
			   report_unit(&k->runs[0]->run));
	sheet->keep = 2;
	for (size_t i = 0; i < k->nr_runs; i++)
		free((char *)columns[2 + i].title);
	free(columns);
	for (size_t i = 0; i < k->nr_rows; i++) {
		sheet_words(sheet, "%s", k->rows[i].name);
		sheet_words(sheet, "%s", size_name(k->rows[i].size).text);
		for (size_t j = 0; j < k->nr_runs; j++)
			report_figure(sheet, &k->rows[i].pages[j]);
	}
}

void side_by_side_sheets(const struct side_by_side *k, struct sheets *to)
{
	const struct record_run *run = &k->runs[0]->run;
	const char *mitigations = record_mitigations(run);

	to->title = "ptwalk show";
	sheets_line(to, "machine", "%s: %s%s%s; the window's own cost is taken off", run->machine,
		    report_unit(run), *mitigations ? "; mitigations " : "", mitigations);
	put_kernels(k, to);
	put_costs(k, to);
}

void side_by_side_data(const struct side_by_side *k, struct sheets *to)
{
	char *cost = xasprintf("%s_a_page", *k->runs[0]->run.unit ? k->runs[0]->run.unit : "ticks");
	const struct sheet_column columns[] = {
		SHEET_KEY("series"),   SHEET_KEY("op"),	    SHEET_KEY("policy"),
		SHEET_KEY("workload"), SHEET_KEY("kernel"), SHEET_KEY("release"),
		SHEET_KEY("package"),  SHEET_KEY("run"),    SHEET_KEY("size"),
		SHEET_KEY(cost),       SHEET_KEY("note"),   SHEET_KEY("reason"),
	};
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns), NULL);

	for (size_t i = 0; i < k->nr_rows * k->nr_runs; i++) {
		const struct side_by_side_row *row = &k->rows[i / k->nr_runs];
		const struct record_run *run = &k->runs[i % k->nr_runs]->run;
		const struct figure *page = &row->pages[i % k->nr_runs];
		const char *const texts[] = {
			row->name,	     row->like->op,    row->like->policy,
			row->like->workload, run->kernel.spec, run->kernel.release,
			run->kernel.version, run->id,
		};

		for (size_t t = 0; t < ARRAY_SIZE(texts); t++)
			sheet_words(sheet, "%s", texts[t]);
		sheet_count(sheet, row->size);
		report_figure(sheet, page);
		sheet_words(sheet, "%s", record_note(run->machine));
		sheet_words(sheet, "%s", page->reason);
	}
	free(cost);
}

static json_t *kernel_json(const struct side_by_side *k, size_t i)
{
	const struct record_run *run = &k->runs[i]->run;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "run", run->id, "kernel",
			 run->kernel.spec, "release", run->kernel.release, "version",
			 run->kernel.version, "image_sha256", run->kernel.image_sha256,
			 "config_sha256", run->kernel.config_sha256, "compiler",
			 run->kernel.compiler);
}

static json_t *row_json(const struct side_by_side *k, const struct side_by_side_row *row)
{
	json_t *pages = json_array(), *reasons = json_array();

	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct figure *page = &row->pages[i];

		json_array_append_new(pages, page->known ? json_real(page->value) : json_null());
		json_array_append_new(reasons, json_words(page->known ? NULL : page->reason));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "series", row->name, "op",
			 row->like->op, "policy", row->like->policy, "workload",
			 row->like->workload, "size", (json_int_t)row->size, "page", pages,
			 "reason", reasons);
}

void side_by_side_json(const struct side_by_side *k, FILE *f)
{
	const struct record_run *run = &k->runs[0]->run;
	json_t *kernels = json_array(), *rows = json_array(), *root;

	for (size_t i = 0; i < k->nr_runs; i++)
		json_array_append_new(kernels, kernel_json(k, i));
	for (size_t i = 0; i < k->nr_rows; i++)
		json_array_append_new(rows, row_json(k, &k->rows[i]));
	root = json_pack("{s:i, s:s, s:s, s:b, s:o, s:o, s:o}", "schema", 1, "machine",
			 run->machine, "unit", run->unit, "exact", run->exact, "mitigations",
			 *record_mitigations(run) ? json_boolean(run->mitigations) : json_null(),
			 "kernels", kernels, "series", rows);
	if (record_functional(run))
		json_object_set_new(root, "note", json_string(RECORD_FUNCTIONAL));
	json_write(root, 0, f);
}
