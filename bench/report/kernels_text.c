// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/kernels.h"
#include "bench/report/report.h"
#include "bench/report/table.h"
#include "bench/report/tables.h"

static const char *counted(const struct kernels *k)
{
	const struct record_run *run = &k->runs[0]->run;

	return report_unit(run);
}

/* What each column is. */
static void write_kernels(const struct kernels *k, const struct pen *pen)
{
	static const struct table_column columns[] = {
		{ "kernel", false },
		{ "release", false },
		{ "package", false },
		{ "kernel's compiler", false },
		{ "module's compiler", false },
		{ "run", false },
	};
	struct table *t = table_new(columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct records *r = k->runs[i];
		const struct record_run *run = &r->run;

		table_cell(t, "%s", run->kernel.spec);
		table_cell(t, "%s", run->kernel.release);
		table_cell(t, "%s", *run->kernel.version ? run->kernel.version : "-");
		table_cell(t, "%s", *run->kernel.compiler ? run->kernel.compiler : "-");
		table_cell(t, "%s", r->nr_boots ? r->boots[0].module_compiler : "-");
		table_cell(t, "%s", run->id);
	}
	table_write(t, pen->f, pen->colour);
	table_free(t);
}

/* "debian:6.1" as "debian:", "6.1": columns stay narrow. */
static char *stacked(const char *title)
{
	const char *colon = strchr(title, ':');

	return colon ? xasprintf("%.*s\n%s", (int)(colon - title) + 1, title, colon + 1)
		     : xstrdup(title);
}

static struct table *new_costs(const struct kernels *k)
{
	struct table_column *columns = xcalloc(k->nr_runs + 2, sizeof(*columns));
	char **titles = xcalloc(k->nr_runs, sizeof(*titles));
	struct table *t;

	columns[0] = (struct table_column){ "op and workload", false };
	columns[1] = (struct table_column){ "size", true };
	for (size_t i = 0; i < k->nr_runs; i++) {
		titles[i] = stacked(k->titles[i]);
		columns[2 + i] = (struct table_column){ titles[i], true };
	}
	t = table_new(columns, k->nr_runs + 2);
	for (size_t i = 0; i < k->nr_runs; i++)
		free(titles[i]);
	free(titles);
	free(columns);
	return t;
}

static void write_costs(const struct kernels *k, const struct pen *pen)
{
	char *title = xasprintf("Cost of a 4 KiB page by kernel: %s", counted(k));
	struct table *t = new_costs(k);

	pen_heading(pen, title);
	for (size_t i = 0; i < k->nr_rows; i++) {
		table_cell(t, "%s", k->rows[i].name);
		table_cell(t, "%s", size_name(k->rows[i].size).text);
		for (size_t j = 0; j < k->nr_runs; j++)
			table_figure(t, &k->rows[i].pages[j]);
	}
	table_write(t, pen->f, pen->colour);
	table_free(t);
	free(title);
}

static void write_text(const struct kernels *k, FILE *f, bool colour)
{
	const struct record_run *run = &k->runs[0]->run;
	const struct pen pen = { f, colour };
	const char *mitigations = record_mitigations(run);

	fprintf(f, "machine      %s: %s%s%s; the window's own cost is taken off\n\n", run->machine,
		counted(k), *mitigations ? "; mitigations " : "", mitigations);
	write_kernels(k, &pen);
	write_costs(k, &pen);
}

const struct kernels_format kernels_format_text = {
	.name = "text",
	.summary = "tables for people (default)",
	.write = write_text,
};
