// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/present.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/record/record.h"
#include "bench/report/report.h"
#include "plot/plot.h"
#include "vm/vm.h"

#define TAIL_LINES 15

static int judge(const struct summary *summary, struct err *err)
{
	for (size_t i = 0; i < summary->nr_rows; i++)
		if (summary->rows[i].pfns == SUMMARY_PFNS_DIFFER) {
			err_set(err, EBADE, "the PFN arrays of hmm and walk differ: %s",
				summary->rows[i].pfns_differ);
			return STATUS_ERROR;
		}
	if (summary->records->run.exact && summary->repeat.nr_differences)
		return STATUS_NOT_REPEATABLE;
	return summary->records->nr_missing ? STATUS_MISSING : STATUS_CLEAN;
}

/* What the tables say, kept beside the records. */
static int keep_tables(const struct summary *summary, const char *folder, struct err *err)
{
	char *path = xasprintf("%s/report.txt", folder), *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int ret;

	if (f) {
		report_text(summary, f, false);
		fclose(f);
	}
	ret = f ? fs_write_file(path, text, len, 0644, err) : err_set(err, ENOMEM, "no memory");
	free(text);
	free(path);
	return ret;
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
		{ "console.log", "the guest's console" },
		{ "qemu.txt", "QEMU's command line" },
		{ "binding.txt", "which CPUs and nodes of the host the guest had" },
	};

	printf("\nFiles in %s:\n", folder);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", folder, files[i].name);

		if (fs_exists(path))
			printf("  %-14s %s\n", files[i].name, files[i].what);
		free(path);
	}
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
		format_run(format, &summary, stdout, isatty(STDOUT_FILENO));
	if (!o->quiet && !o->matrix && format == &format_terminal)
		print_files(folder);
	summary_release(&summary);
	if (fflush(stdout) || ferror(stdout)) {
		err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
		status = STATUS_ERROR;
	}
	return status;
}

int present_judge(const struct records *records, struct err *err)
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
	char *tail = kept ? vm_console_tail(kept, TAIL_LINES) : NULL;

	if (tail && *tail)
		fprintf(stderr, "The console's last lines:\n%s\n", tail);
	free(tail);
	command_fail(command, err);
	if (kept)
		fprintf(stderr, "ptwalk %s: console and logs are kept in %s\n", command, kept);
	return STATUS_ERROR;
}

int present_run(const char *folder, const struct present_options *o, struct err *err)
{
	struct records records;
	int status;

	if (folder_read(folder, &records, err))
		return STATUS_ERROR;
	status = present_records(&records, folder, o, err);
	records_release(&records);
	return status;
}
