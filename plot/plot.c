// SPDX-License-Identifier: GPL-2.0-only
#include "plot/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/report/checks.h"
#include "bench/report/render.h"
#include "bench/report/report.h"
#include "plot/gnuplot.h"

/* `empty` walks no page: it has no place among costs a page. */
static bool is_drawn(const struct summary_column *c)
{
	return !record_op_calibrates(c->op);
}

/* "hmm/entry" as "hmm", "entry", one below the other. */
static void put_name(FILE *f, size_t n, const char *name)
{
	_cleanup_free_ char *stacked = xstrdup(name);

	fprintf(f, "matrix_name[%zu] = ''", n);
	for (char *save, *part = strtok_r(stacked, "/_", &save); part;
	     part = strtok_r(NULL, "/_", &save)) {
		fputs(part == stacked ? "." : ".\"\\n\".", f);
		plot_quote(f, part);
	}
	fputc('\n', f);
}

static void put_cell(FILE *f, size_t row, size_t column, const struct figure *page, double *most)
{
	fprintf(f, "%zu %zu ", row, column);
	if (page->known && page->value >= 0) {
		*most = page->value > *most ? page->value : *most;
		fprintf(f, "%.17g %s\n", page->value, figure_compact(page->value).text);
	} else {
		fputs("-1 -\n", f);
	}
}

static void put_matrix(FILE *f, const struct summary *s)
{
	double most = 0;
	size_t columns = 0;

	for (size_t c = 0; c < s->nr_columns; c++)
		columns += is_drawn(&s->columns[c]);
	fprintf(f, "matrix_columns = %zu\narray matrix_name[%zu]\n", columns, columns);
	columns = 0;
	for (size_t c = 0; c < s->nr_columns; c++)
		if (is_drawn(&s->columns[c]))
			put_name(f, ++columns, s->columns[c].name);
	fputs("$matrix << EOD\n", f);
	for (size_t row = 0; row < s->nr_rows; row++) {
		columns = 0;
		for (size_t c = 0; c < s->nr_columns; c++)
			if (is_drawn(&s->columns[c]))
				put_cell(f, row + 1, ++columns, &s->rows[row].cells[c].page, &most);
	}
	fprintf(f, "EOD\nmatrix_most = %.17g\n", most);
}

/* What gnuplot is told to draw, in the order of the words; style.gp has a linetype for each. */
static const struct {
	const char *op, *policy;
} styles[] = {
	{ "bare", "" },	    { "hmm", "" },	{ "hmm", "none" },
	{ "hmm", "range" }, { "hmm", "batch" }, { "hmm", "entry" },
};

/* What a style's op is called in this run: policies were those of a replica in former times. */
static const char *op_of(const struct records *r, size_t style)
{
	return *styles[style].policy ? gate_policy_op(r) : styles[style].op;
}

const char *const plot_files[] = { "levels.svg", "levels.png", "sizes.svg", "sizes.png",
				   "matrix.svg", "matrix.png", NULL };

/* One drawing in the making. */
struct drawing {
	const struct summary *summary;
	const char *scripts; /* folder of the .gp files */
	char *folder;	     /* temporary; gnuplot works in it */
	FILE *f;	     /* the commands for gnuplot */
};

static void put_set(FILE *f, const char *name, char *value)
{
	fprintf(f, "%s = ", name);
	plot_quote(f, value);
	fputc('\n', f);
	free(value);
}

/* Of figures that mean nothing, that comes first: a terminal cuts a long line's end off. */
static char *machine_line(const struct record_run *run)
{
	const char *note = record_note(run->functional), *unit = *note ? "ticks" : report_unit(run);

	const char *mitigations = record_mitigations(run);

	return xasprintf("machine %s%s%s%s%s%s%s: %s", run->machine, *note ? ": " : "", note,
			 *run->qemu ? ", QEMU " : "", run->qemu,
			 *mitigations ? ", mitigations " : "", mitigations, unit);
}

/* The finding, where there is one: "A cached dev_pagemap reference adds ..." */
static char *heading(const struct summary *s)
{
	const struct added range = summary_added(s, "range", true);
	const struct added entry = summary_added(s, "entry", true);
	_cleanup_free_ char *cached = added_text(&range, 0), *each = added_text(&entry, 0);

	if (!range.known || !entry.known)
		return xasprintf("Cost of a %s by dev_pagemap policy",
				 record_page(&s->records->run).text);
	return xasprintf("A cached dev_pagemap reference adds %s %s a device page, "
			 "one for every entry %s%s",
			 cached, report_ticks(&s->records->run), each,
			 range.terms && entry.terms ? "" : " (at the largest size)");
}

/* The style of a column, from 1; 0: not drawn. */
static size_t style_of(const struct summary *s, const struct summary_column *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (!strcmp(op_of(s->records, i), c->op) && !strcmp(styles[i].policy, c->policy))
			return i + 1;
	return 0;
}

/* Do the terms of every line that is drawn hold, to the instruction? */
static bool all_exact(const struct summary *s)
{
	size_t lines = 0;

	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_model *m = &s->rows[i].models[c];

			if (!style_of(s, &s->columns[c]) || !m->known)
				continue;
			if (!m->terms.solved)
				return false;
			lines++;
		}
	return lines;
}

static char *heading_of_sizes(const struct summary *s)
{
	if (all_exact(s))
		return xasprintf("A call costs call + PMD x PMD entries + page x %ss, exactly, at "
				 "every size",
				 record_page(&s->records->run).text);
	return xstrdup(
		"Cost of a call by bytes walked: points measured, lines call + page x pages");
}

static void put_titles(struct drawing *drawing)
{
	const struct records *r = drawing->summary->records;
	const struct record_run *run = &r->run;

	put_set(drawing->f, "scripts", xstrdup(drawing->scripts));
	put_set(drawing->f, "finding", heading(drawing->summary));
	put_set(drawing->f, "finding_of_sizes", heading_of_sizes(drawing->summary));
	put_set(drawing->f, "unit", xstrdup(*run->unit ? run->unit : "ticks"));
	put_set(drawing->f, "page_name", xstrdup(record_page(run).text));
	put_set(drawing->f, "kernel",
		xasprintf("%s, release %s%s%s", run->kernel.spec, run->kernel.release,
			  *run->kernel.version ? ", package " : "", run->kernel.version));
	put_set(drawing->f, "machine", machine_line(run));
	put_set(drawing->f, "missing",
		r->nr_missing ? xasprintf("%zu series missing", r->nr_missing) : xstrdup(""));
}

static void put_number(FILE *f, double x)
{
	if (isfinite(x))
		fprintf(f, "%.17g", x);
	else
		fputs("NaN", f);
}

static void put_names(struct drawing *drawing)
{
	const struct summary *s = drawing->summary;

	fprintf(drawing->f, "workloads = %zu\narray workload[%zu]\narray size[%zu]\n", s->nr_rows,
		s->nr_rows, s->nr_rows);
	for (size_t i = 0; i < s->nr_rows; i++) {
		fprintf(drawing->f, "workload[%zu] = ", i + 1);
		plot_quote(drawing->f, s->rows[i].name);
		fprintf(drawing->f, "; size[%zu] = '%s'\n", i + 1, size_name(s->rows[i].size).text);
	}
	fprintf(drawing->f, "styles = %zu\narray name[%zu]\narray used[%zu]\n", ARRAY_SIZE(styles),
		ARRAY_SIZE(styles), ARRAY_SIZE(styles));
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
		fprintf(drawing->f, "name[%zu] = '%s%s%s'; used[%zu] = 0\n", i + 1,
			op_of(s->records, i), *styles[i].policy ? "/" : "", styles[i].policy,
			i + 1);
	}
	for (size_t i = 0; i < s->nr_columns; i++)
		if (style_of(s, &s->columns[i]))
			fprintf(drawing->f, "used[%zu] = 1\n", style_of(s, &s->columns[i]));
}

/* $costs: workload, style, cost a page (-1: missing). */
static void put_costs(struct drawing *drawing)
{
	const struct summary *s = drawing->summary;

	fputs("$costs << EOD\n", drawing->f);
	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct figure *page = &s->rows[i].cells[c].page;

			if (!style_of(s, &s->columns[c]))
				continue;
			fprintf(drawing->f, "%zu %zu ", i + 1, style_of(s, &s->columns[c]));
			put_number(drawing->f, page->known ? page->value : -1);
			fputc('\n', drawing->f);
		}
	}
	fputs("EOD\n", drawing->f);
}

static void put_points(struct drawing *drawing, size_t row, const uint64_t *sizes, size_t n)
{
	const struct summary *s = drawing->summary;

	for (size_t c = 0; c < s->nr_columns; c++) {
		for (size_t i = 0; style_of(s, &s->columns[c]) && i < n; i++) {
			struct figure cost = summary_cost(&s->index, &s->columns[c],
							  &s->rows[row].scene, sizes[i]);

			if (!cost.known || !(cost.value > 0))
				continue;
			fprintf(drawing->f, "%zu %zu %llu %.17g\n", row + 1,
				style_of(s, &s->columns[c]), (unsigned long long)sizes[i],
				cost.value);
		}
	}
}

/* $points: workload, style, bytes, cost a call; missing ones are not there. sizes[], label[]: all. */
static void put_sizes(struct drawing *drawing)
{
	const struct summary *s = drawing->summary;
	uint64_t *sizes;
	size_t n;

	fputs("$points << EOD\n", drawing->f);
	for (size_t row = 0; row < s->nr_rows; row++) {
		sizes = summary_sizes(&s->index, &s->rows[row].scene, &n);
		put_points(drawing, row, sizes, n);
		free(sizes);
	}
	fputs("EOD\n", drawing->f);
	sizes = summary_sizes(&s->index, NULL, &n);
	fprintf(drawing->f, "array sizes[%zu]\narray label[%zu]\n", n, n);
	for (size_t i = 0; i < n; i++)
		fprintf(drawing->f, "sizes[%zu] = %llu.; label[%zu] = '%s'\n", i + 1,
			(unsigned long long)sizes[i], i + 1, size_name(sizes[i]).text);
	free(sizes);
}

/* call[] and page[], by (workload - 1) * styles + style. */
static void put_models(struct drawing *drawing)
{
	const struct summary *s = drawing->summary;
	size_t n = s->nr_rows * ARRAY_SIZE(styles);

	fprintf(drawing->f, "array call[%zu]\narray page[%zu]\n", n, n);
	fprintf(drawing->f, "do for [i=1:%zu] { call[i] = NaN; page[i] = NaN }\n", n);
	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_model *m = &s->rows[i].models[c];
			size_t style = style_of(s, &s->columns[c]);

			if (style && m->known)
				fprintf(drawing->f, "call[%zu] = %.17g; page[%zu] = %.17g\n",
					i * ARRAY_SIZE(styles) + style, m->fit.call,
					i * ARRAY_SIZE(styles) + style, m->fit.page);
		}
	}
}

static void put_draw(struct drawing *drawing, const char *kind, unsigned columns, const char *name,
		     const char *suffix)
{
	fprintf(drawing->f, "kind = '%s'\ncolumns = %u\noutput = '%s.%s'\n", kind, columns, name,
		suffix);
	fprintf(drawing->f, "load scripts.'/style.gp'\nload scripts.'/%s.gp'\nset output\n", name);
}

static int write_commands(struct drawing *drawing, bool pictures, const struct plot_options *o,
			  struct err *err)
{
	static const char *const names[] = { "levels", "sizes", "matrix" };
	_cleanup_free_ char *path = xasprintf("%s/" GNUPLOT_COMMANDS, drawing->folder),
			    *text = NULL;
	unsigned int columns = o->columns;
	size_t len;

	if (!columns && o->terminal)
		columns = pen_to(o->terminal, false).width;

	drawing->f = open_memstream(&text, &len);
	put_titles(drawing);
	put_names(drawing);
	put_costs(drawing);
	put_sizes(drawing);
	put_models(drawing);
	put_matrix(drawing->f, drawing->summary);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (pictures) {
			put_draw(drawing, "svg", 0, names[i], "svg");
			put_draw(drawing, "png", 0, names[i], "png");
		}
		if (o->terminal && i < 2) /* `ptwalk show --matrix` is the third in text */
			put_draw(drawing, "text", columns, names[i], "txt");
	}
	fclose(drawing->f);
	return fs_write_file(path, text, len, 0644, err);
}

static int show_text(const struct drawing *drawing, const struct plot_options *o, struct err *err)
{
	static const char *const names[] = { "levels.txt", "sizes.txt" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/%s", drawing->folder, names[i]);
		_cleanup_free_ char *text = fs_read(path, NULL, err);

		free(path);
		if (!text)
			return -EIO;
		for (char *p = text; *p; p++)
			if (*p != '\f' && !(o->ascii && (unsigned char)*p >= 0x80))
				fputc(*p, o->terminal);
	}
	return 0;
}

static bool has_costs(const struct summary *s)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		for (size_t c = 0; c < s->nr_columns; c++)
			if (style_of(s, &s->columns[c]) && s->rows[i].cells[c].page.known &&
			    s->rows[i].cells[c].page.value > 0)
				return true;
	return false;
}

int plot_run(const struct records *records, const char *folder, const struct plot_options *o,
	     struct err *err)
{
	_cleanup_(summary_release) struct summary summary = { 0 };
	_cleanup_free_ char *scripts = gnuplot_scripts();
	_cleanup_(fs_temp_endp) char *temp = NULL;
	struct drawing drawing = { .summary = &summary, .scripts = scripts };
	int ret;

	summary_build(records, &summary);
	if (!has_costs(&summary))
		return err_set(err, ENODATA, "the run holds no cost to draw");
	temp = gnuplot_folder(folder, err);
	if (!temp)
		return -errno;
	drawing.folder = temp;
	ret = write_commands(&drawing, folder, o, err);
	if (!ret)
		ret = gnuplot_run(drawing.scripts, drawing.folder, err);
	if (!ret && folder)
		ret = gnuplot_move(drawing.folder, folder, plot_files, err);
	if (!ret && o->terminal)
		ret = show_text(&drawing, o, err);
	return ret;
}
