// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/report/report.h"
#include "plot/gnuplot.h"
#include "plot/plot.h"

const char *const plot_kernels_files[] = { "kernels.svg", "kernels.png", NULL };

/* Names in the order in which they were met: panels (ops) and groups of bars (workloads). */
struct axes {
	struct strv ops, workloads, sizes;
};

static size_t place(struct strv *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], name))
			return i + 1;
	strv_add(names, name);
	return names->n;
}

static size_t place_workload(struct axes *axes, const struct side_by_side_row *row)
{
	const struct series_key scene = series_key_scene(series_key_of(row->like));
	char *name = series_key_scene_name(&scene);
	size_t at = place(&axes->workloads, name);

	free(name);
	if (at > axes->sizes.n)
		strv_add(&axes->sizes, size_name(row->size).text);
	return at;
}

static size_t place_op(struct axes *axes, const struct side_by_side_row *row)
{
	_cleanup_free_ char *name = xasprintf("%s%s%s", row->like->op,
					      *row->like->policy ? "/" : "", row->like->policy);
	size_t at = place(&axes->ops, name);

	return at;
}

/* The floor is no answer, and other placements would lie upon the local ones. */
static bool is_drawn(const struct side_by_side_row *row)
{
	return !record_op_is_floor(row->like->op) && row->like->threads == 1 &&
	       !strcmp(row->like->placement.name, RECORD_LOCAL);
}

/* $kernels: panel, workload, kernel, ticks a page (-1: missing). How many are known? */
static size_t put_costs(FILE *f, const struct side_by_side *k, struct axes *axes)
{
	size_t known = 0;

	fputs("$kernels << EOD\n", f);
	for (size_t i = 0; i < k->nr_rows; i++) {
		const struct side_by_side_row *row = &k->rows[i];

		for (size_t j = 0; is_drawn(row) && j < k->nr_runs; j++) {
			const struct figure *page = &row->pages[j];

			known += page->known && page->value > 0;
			fprintf(f, "%zu %zu %zu %.17g\n", place_op(axes, row),
				place_workload(axes, row), j + 1, page->known ? page->value : -1);
		}
	}
	fputs("EOD\n", f);
	return known;
}

static void put_array(FILE *f, const char *name, const char *const *names, size_t n)
{
	fprintf(f, "array %s[%zu]\n", name, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "%s[%zu] = ", name, i + 1);
		plot_quote(f, names[i]);
		fputc('\n', f);
	}
}

/* What a page costs in the last kernel against the first, a ratio; NAN of what is not built in. */
static double ratio(const struct side_by_side *k, const struct side_by_side_row *row)
{
	const struct figure *first = &row->pages[0], *last = &row->pages[k->nr_runs - 1];

	if (!is_drawn(row) || *row->like->policy || !record_op_is_built_in(row->like->op) ||
	    !first->known || !last->known || !(first->value > 0))
		return (double)NAN;
	return last->value / first->value;
}

static void add_extreme(struct strv *said, const struct side_by_side_row *row, double ratio,
			const char *word)
{
	if (row)
		strv_addf(said, "%.0f%% %s in %s", 100 * fabs(ratio - 1), word, row->name);
}

/* "A page costs 41% more in hmm/devdax-pmd and 90% less in gup_fast/devdax-pmd, from A to B". */
static char *heading(const struct side_by_side *k)
{
	const struct side_by_side_row *rise = NULL, *fall = NULL;
	double most = 1.005, least = 0.995;
	_cleanup_(strv_release) struct strv said = { 0 };
	_cleanup_free_ char *list = NULL;
	size_t known = 0;

	for (size_t i = 0; i < k->nr_rows; i++) {
		const double r = ratio(k, &k->rows[i]);

		known += !isnan(r);
		if (r > most) {
			rise = &k->rows[i];
			most = r;
		} else if (r < least) {
			fall = &k->rows[i];
			least = r;
		}
	}
	add_extreme(&said, rise, most, "more");
	add_extreme(&said, fall, least, "less");
	list = strv_join(&said, " and ");
	if (!known || k->nr_runs < 2)
		return xasprintf("Cost of a %s by kernel", record_page(&k->runs[0]->run).text);
	return xasprintf("A page costs %s, from %s to %s", said.n ? list : "no more and no less",
			 k->titles[0], k->titles[k->nr_runs - 1]);
}

static void put_titles(FILE *f, const struct side_by_side *k, const char *scripts)
{
	_cleanup_free_ char *finding = heading(k);

	const struct record_run *run = &k->runs[0]->run;
	_cleanup_free_ char *machine = xasprintf("machine %s, mitigations %s: %s", run->machine,
						 run->mitigations ? "on" : "off", report_unit(run));
	_cleanup_(strv_release) struct strv releases = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < k->nr_runs; i++)
		strv_add(&releases, *k->runs[i]->run.kernel.version
					    ? k->runs[i]->run.kernel.version
					    : k->runs[i]->run.kernel.release);
	list = strv_join(&releases, ", ");
	fputs("scripts = ", f);
	plot_quote(f, scripts);
	fputs("\nfinding = ", f);
	plot_quote(f, finding);
	fputs("\nunit = ", f);
	plot_quote(f, *run->unit ? run->unit : "ticks");
	fputs("\nkernel = ", f);
	plot_quote(f, list);
	fputs("\nmachine = ", f);
	plot_quote(f, machine);
	fputs("\nmissing = ''\n", f);
}

static int write_commands(const struct side_by_side *k, const char *scripts, const char *folder,
			  struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" GNUPLOT_COMMANDS, folder), *text = NULL;
	struct axes axes = { 0 };
	size_t len, known;
	FILE *f = open_memstream(&text, &len);
	int ret;

	put_titles(f, k, scripts);
	known = put_costs(f, k, &axes);
	fprintf(f, "panels = %zu\nworkloads = %zu\nkernel_bars = %zu\n", axes.ops.n,
		axes.workloads.n, k->nr_runs);
	put_array(f, "panel_name", (const char *const *)axes.ops.v, axes.ops.n);
	put_array(f, "workload_name", (const char *const *)axes.workloads.v, axes.workloads.n);
	put_array(f, "workload_size", (const char *const *)axes.sizes.v, axes.sizes.n);
	put_array(f, "kernel_bar_name", (const char *const *)k->titles, k->nr_runs);
	for (size_t i = 0; plot_kernels_files[i]; i++)
		fprintf(f,
			"kind = '%s'\noutput = '%s'\nload scripts.'/style.gp'\n"
			"load scripts.'/kernels.gp'\nset output\n",
			strrchr(plot_kernels_files[i], '.') + 1, plot_kernels_files[i]);
	fclose(f);
	ret = known ? fs_write_file(path, text, len, 0644, err)
		    : err_set(err, ENODATA, "the runs hold no cost to draw");
	strv_release(&axes.ops);
	strv_release(&axes.workloads);
	strv_release(&axes.sizes);
	return ret;
}

int plot_kernels(const struct side_by_side *k, const char *folder, struct err *err)
{
	_cleanup_free_ char *scripts = gnuplot_scripts();
	_cleanup_(fs_temp_endp) char *temp = gnuplot_folder(folder, err);
	int ret;

	if (!temp)
		return -errno;
	ret = write_commands(k, scripts, temp, err);
	if (!ret)
		ret = gnuplot_run(scripts, temp, err);
	if (!ret)
		ret = gnuplot_move(temp, folder, plot_kernels_files, err);
	return ret;
}
