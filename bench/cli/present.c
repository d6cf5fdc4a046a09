// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/present.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/record/record.h"
#include "bench/record/series.h"
#include "bench/report/report.h"
#include "plot/plot.h"
#include "vm/vm.h"

#define TAIL_LINES 15

static int judge(const struct summary *summary, struct err *err)
{
	_cleanup_(strv_release) struct strv wrong = { 0 };

	series_wrong_all(&summary->index, &wrong);
	if (wrong.n) {
		err_set(err, EBADE, "%zu series wrong: %s", wrong.n, wrong.v[0]);
		return STATUS_REGRESSION;
	}
	if (summary->records->run.exact && summary->repeat.nr_differences)
		return STATUS_NOT_REPEATABLE;
	return summary->records->nr_missing || summary->gate.closed.n ? STATUS_MISSING
								      : STATUS_CLEAN;
}

/* What the tables say, kept beside the records. */
static int keep_tables(const struct summary *summary, const char *folder, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/report.txt", folder), *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	report_text(summary, f, false);
	fclose(f);
	return fs_write_file(path, text, len, 0644, err);
}

static void print_files(const char *folder)
{
	static const struct {
		const char *name, *what;
	} files[] = {
		{ "report.txt", "these tables" },
		{ FOLDER_RECORDS, "every sample, with its proof (docs/records.md)" },
		{ "gbench.json", "the same as Google Benchmark JSON" },
		{ "levels.svg", "cost per page by level and policy (also .png)" },
		{ "sizes.svg", "cost against size (also .png)" },
		{ "matrix.svg", "all workloads by all ops (also .png)" },
		{ "perf.data", "what perf record sampled while windows were measured" },
		{ "kallsyms", "the symbols perf.data takes: perf report --kallsyms" },
		{ "perf-stat.txt", "what perf stat counted while windows were measured" },
		{ "facts.txt", "what its windows hold, to the instruction: ptwalk profile" },
		{ "ptwalk.ko.gz", "the module as it was built, whose source lines that tells" },
		{ "sources", "its own code, as it was compiled under each policy" },
		{ "console.log", "the guest's console" },
		{ "qemu.txt", "QEMU's command line" },
		{ "binding.txt", "which CPUs and nodes of the host the guest had" },
	};

	_cleanup_free_ char *head = xasprintf("Files in %s:", folder);

	putchar('\n');
	render_line(stdout, "", "", head, 2, pen_to(stdout, false).width);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", folder, files[i].name),
				    *at = xasprintf("  %-14s ", files[i].name);

		if (fs_exists(path))
			command_entry(stdout, at, files[i].what);
	}
}

/* Where the rest is, after a report that is brief. */
static void print_more(const char *folder)
{
	_cleanup_free_ char *picture = xasprintf("%s/levels.svg", folder), *runs = place_runs();
	_cleanup_free_ char *where = NULL, *show = NULL, *name = NULL;
	const size_t len = strlen(runs);

	/* By its name alone, where that is found. */
	name = str_quoted(!strncmp(folder, runs, len) && folder[len] == '/' ? folder + len + 1
									    : folder);
	show = xasprintf("ptwalk show --full %s", name);
	where = xasprintf("levels, sizes and matrix, .svg and .png, in %s", folder);
	putchar('\n');
	command_entry(stdout, "All tables  ", show);
	if (fs_exists(picture))
		render_line(stdout, "", "Pictures    ", where, 2, pen_to(stdout, false).width);
}

void present_draw(const struct records *records, const char *folder, struct progress *progress)
{
	const struct plot_options options = { 0 };
	struct err err;

	progress_enter(progress, "plot");
	if (plot_run(records, folder, &options, &err))
		progress_note(progress, "no plots: %s", err.text);
}

static void print_matrix(const struct summary *summary)
{
	const struct pen pen = pen_to(stdout, isatty(STDOUT_FILENO));
	struct sheets sheets = { 0 };

	report_matrix(summary, &sheets);
	render_terminal(&sheets, &pen);
	sheets_release(&sheets);
}

int present_records(const struct records *records, const char *folder,
		    const struct present_options *o, struct err *err)
{
	const struct format *format = o->format ? o->format : &format_terminal;
	struct summary summary;
	int status;

	summary_build(records, &summary);
	status = judge(&summary, err);
	if (o->keep && status != STATUS_ERROR && keep_tables(&summary, folder, err))
		status = STATUS_ERROR;
	if (!o->quiet && o->matrix)
		print_matrix(&summary);
	else if (!o->quiet)
		format_run(format, &summary, stdout, isatty(STDOUT_FILENO), o->full);
	if (!o->quiet && !o->matrix && format->brief)
		(o->full ? print_files : print_more)(folder);
	summary_release(&summary);
	return command_flush(err) ? STATUS_ERROR : status;
}

/* The exit status that a run deserves; @err is set where its PFN arrays differ. */
static int present_judge(const struct records *records, struct err *err)
{
	struct summary summary;
	int status;

	summary_build(records, &summary);
	status = judge(&summary, err);
	summary_release(&summary);
	return status;
}

int present_failure(const char *command, const char *kept, const struct err *err)
{
	_cleanup_free_ char *tail = kept ? vm_console_tail(kept, TAIL_LINES) : NULL;

	if (tail && *tail)
		fprintf(stderr, "The console's last lines:\n%s\n", tail);
	command_fail(command, err);
	if (kept)
		fprintf(stderr, "ptwalk %s: console, logs and what was finished are kept in %s\n",
			command, kept);
	return STATUS_ERROR;
}

int present_run(const char *folder, const struct present_options *o, struct err *err)
{
	_cleanup_(records_release) struct records records = { 0 };

	if (folder_read(folder, &records, err))
		return STATUS_ERROR;
	/* The tables ask the gate themselves, and show what differs. */
	if (o->format && !o->format->brief)
		gate_shut(&records);
	if (o->pick && pick_apply(o->pick, &records, err))
		return STATUS_ERROR;
	return present_records(&records, folder, o, err);
}

static int keep_one(const struct side_by_side *k, const struct format *format, const char *folder,
		    const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name), *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	format_side_by_side(format, k, f, false);
	fclose(f);
	return fs_write_file(path, text, len, 0644, err);
}

static int keep(const struct side_by_side *k, const char *folder, struct err *err)
{
	int ret = keep_one(k, &format_terminal, folder, "report.txt", err);

	if (!ret)
		ret = keep_one(k, &format_csv, folder, "kernels.csv", err);
	return ret ? ret : keep_one(k, &format_json, folder, "kernels.json", err);
}

static int draw(const struct side_by_side *k, const struct beside_options *o, struct err *err)
{
	int ret = plot_kernels(k, o->plot, o->need_plot ? err : NULL);

	return o->need_plot ? ret : 0;
}

static int print(const struct side_by_side *k, const struct beside_options *o, struct err *err)
{
	if (o->quiet)
		return 0;
	format_side_by_side(o->format, k, stdout, isatty(STDOUT_FILENO));
	return command_flush(err);
}

static int present(const struct records *const *runs, size_t n, const struct beside_options *o,
		   struct err *err)
{
	struct side_by_side kernels;
	int ret = side_by_side_build(runs, n, &kernels, err);

	if (ret)
		return ret == -EXDEV ? STATUS_NOT_COMPARABLE : STATUS_ERROR;
	if (o->keep)
		ret = keep(&kernels, o->keep, err);
	if (!ret && o->plot)
		ret = draw(&kernels, o, err);
	if (!ret)
		ret = print(&kernels, o, err);
	side_by_side_release(&kernels);
	return ret ? STATUS_ERROR : STATUS_CLEAN;
}

static int worse(int a, int b)
{
	static const int order[] = { STATUS_CLEAN,	    STATUS_MISSING,
				     STATUS_NOT_COMPARABLE, STATUS_NOT_REPEATABLE,
				     STATUS_REGRESSION,	    STATUS_ERROR };

	for (size_t i = ARRAY_SIZE(order); i--;)
		if (order[i] == a || order[i] == b)
			return order[i];
	return STATUS_ERROR;
}

int present_beside(const struct records *const *runs, size_t n, const struct beside_options *o,
		   struct err *err)
{
	int status = STATUS_CLEAN;

	for (size_t i = 0; i < n; i++)
		status = worse(status, present_judge(runs[i], err));
	return worse(status, present(runs, n, o, err));
}

int present_beside_folders(const char *const *folders, size_t n, const struct beside_options *o,
			   struct err *err)
{
	_cleanup_free_ struct records *records = xcalloc(n, sizeof(*records));
	_cleanup_free_ const struct records **runs = xcalloc(n, sizeof(*runs));
	int status = STATUS_ERROR, ret = 0;
	size_t done = 0;

	while (!ret && done < n) {
		runs[done] = &records[done];
		ret = folder_read(folders[done], &records[done], err);
		done += !ret;
		if (!ret && o->pick)
			ret = pick_apply(o->pick, &records[done - 1], err);
	}
	if (!ret)
		status = present_beside(runs, n, o, err);
	while (done--)
		records_release(&records[done]);
	return status;
}
