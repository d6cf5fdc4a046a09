// SPDX-License-Identifier: GPL-2.0-only
/* Runs side by side, for people and for programs. */
#include "bench/report/side_by_side.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

static int match(const char *field, const char *a, const char *b, const struct records *const *runs,
		 size_t i, struct err *err)
{
	if (!strcmp(a, b))
		return 0;
	return err_set(err, EXDEV, "%s differs: %s of %s, %s of %s", field, a, runs[0]->run.id, b,
		       runs[i]->run.id);
}

static int match_all(const struct records *const *runs, size_t i, struct err *err)
{
	const struct record_run *a = &runs[0]->run, *b = &runs[i]->run;
	int ret = match("machine", a->machine, b->machine, runs, i, err);

	if (!ret)
		ret = match("unit", a->unit, b->unit, runs, i, err);
	if (!ret)
		ret = match("arch", a->arch, b->arch, runs, i, err);
	if (!ret)
		ret = match("page size", size_name(a->page_size).text, size_name(b->page_size).text,
			    runs, i, err);
	if (!ret)
		ret = match("mitigations", record_mitigations(a), record_mitigations(b), runs, i,
			    err);
	if (!ret && runs[0]->nr_boots && runs[i]->nr_boots)
		ret = match("guest CPU", runs[0]->boots[0].cpu, runs[i]->boots[0].cpu, runs, i,
			    err);
	return ret;
}

static size_t how_many(const struct side_by_side *k, const struct series_key *key)
{
	size_t n = 0;

	for (size_t i = 0; i < k->nr_runs; i++)
		n += series_first(&k->indices[i], key) != NULL;
	return n;
}

static uint64_t best_size(const struct side_by_side *k, const struct series_key *like)
{
	uint64_t best = 0;
	size_t most = 0;

	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct series_range line =
			series_like(&k->indices[i].series, like, SERIES_LINE);

		for (size_t j = 0; j < line.n; j++) {
			const uint64_t size = line.v[j]->key.size;
			const size_t n = how_many(k, &line.v[j]->key);

			if (n > most || (n == most && size > best)) {
				most = n;
				best = size;
			}
		}
	}
	return best;
}

static struct figure cost(const struct series_index *index, const struct side_by_side_row *row)
{
	struct series_key key = series_key_of(row->like);
	double value;
	const char *reason;

	key.size = row->size;
	value = series_value(index, &key);
	reason = series_missing(index, &key);
	if (!isnan(value))
		return (struct figure){ true, value / ((double)row->size / PAGE), "" };
	return (struct figure){ .reason = reason		      ? reason
					  : series_first(index, &key) ? "no samples"
								      : "not asked for" };
}

/* Is it the first of its line, in this run and those before it? */
static bool is_new(const struct side_by_side *k, size_t run, const struct series_entry *entry)
{
	size_t i = 0;

	while (!series_like(&k->indices[i].series, &entry->key, SERIES_LINE).n)
		i++;
	return i == run && series_earliest(series_like(&k->indices[i].series, &entry->key,
						       SERIES_LINE)) == entry;
}

static void add_row(struct side_by_side *k, size_t run, const struct series_entry *entry)
{
	const struct series_key line = series_key_line(entry->key);
	struct side_by_side_row *row;

	/* The window's own cost is no cost a page. */
	if (record_op_calibrates(entry->key.op) || !is_new(k, run, entry))
		return;
	k->rows = xrealloc(k->rows, (k->nr_rows + 1) * sizeof(*k->rows));
	row = &k->rows[k->nr_rows++];
	*row = (struct side_by_side_row){
		.name = series_key_name(&line),
		.like = entry->series,
		.size = best_size(k, &entry->key),
		.pages = xcalloc(k->nr_runs, sizeof(*row->pages)),
	};
	for (size_t i = 0; i < k->nr_runs; i++)
		row->pages[i] = cost(&k->indices[i], row);
}

static bool is_alone(const struct side_by_side *k, size_t i)
{
	for (size_t j = 0; j < k->nr_runs; j++)
		if (j != i && !strcmp(k->runs[i]->run.kernel.spec, k->runs[j]->run.kernel.spec))
			return false;
	return true;
}

static void make_titles(struct side_by_side *k)
{
	k->titles = xcalloc(k->nr_runs, sizeof(*k->titles));
	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct record_run *run = &k->runs[i]->run;

		k->titles[i] = is_alone(k, i) ? xstrdup(run->kernel.spec)
					      : xasprintf("%s %s", run->kernel.spec, run->id);
	}
}

int side_by_side_build(const struct records *const *runs, size_t n, struct side_by_side *out,
		       struct err *err)
{
	for (size_t i = 1; i < n; i++) {
		int ret = match_all(runs, i, err);

		if (ret)
			return ret;
	}
	*out = (struct side_by_side){ .runs = runs, .nr_runs = n };
	make_titles(out);
	out->indices = xcalloc(n, sizeof(*out->indices));
	for (size_t i = 0; i < n; i++)
		series_index_init(&out->indices[i], runs[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < runs[i]->nr_series; j++)
			add_row(out, i, &out->indices[i].series.entries[j]);
	return 0;
}

void side_by_side_release(struct side_by_side *k)
{
	for (size_t i = 0; i < k->nr_rows; i++) {
		free(k->rows[i].name);
		free(k->rows[i].pages);
	}
	for (size_t i = 0; i < k->nr_runs; i++) {
		free(k->titles[i]);
		series_index_release(&k->indices[i]);
	}
	free(k->indices);
	free(k->titles);
	free(k->rows);
	*k = (struct side_by_side){ 0 };
}

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
	sheet = sheets_add(to, columns, k->nr_runs + 2, "Cost of a %s by kernel: %s",
			   record_page(&k->runs[0]->run).text, report_unit(&k->runs[0]->run));
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
	_cleanup_free_ char *cost = xasprintf("%s_a_page", report_ticks(&k->runs[0]->run));
	struct sheet *sheet =
		sheets_data(to, "series", "series", "op", "policy", "workload", "kernel", "release",
			    "package", "run", "size", cost, "note", "reason", NULL);

	to->title = "kernels";
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
		sheet_value(sheet, page->known ? page->value : (double)NAN);
		sheet_words(sheet, "%s", record_note(run->functional));
		sheet_words(sheet, "%s", page->reason);
	}
	report_runs(k->runs, k->nr_runs, to);
}
