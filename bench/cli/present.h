/* SPDX-License-Identifier: GPL-2.0-only */
/* From runs to what a person reads: tables, plots, where the files are. */
#ifndef PTWALK_CLI_PRESENT_H
#define PTWALK_CLI_PRESENT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/progress.h"
#include "bench/cli/runs.h"
#include "bench/record/record.h"
#include "bench/report/format.h"

struct present_options {
	const struct format *format; /* NULL: tables for people */
	bool quiet;		     /* print nothing */
	bool matrix;		     /* all workloads by all ops, and no other table */
	bool full;		     /* all tables and files, in a format that is brief */
	bool keep;		     /* keep the tables in the folder, as report.txt */
	const struct pick *pick;     /* of a folder: only these series; NULL: all */
};

/*
 * Print the report on stdout. Returns the exit status that the run deserves
 * (enum status); STATUS_ERROR with @err set where it cannot be read.
 */
int present_run(const char *folder, const struct present_options *, struct err *err);

/* The same of a run in memory. */
int present_records(const struct records *, const char *folder, const struct present_options *,
		    struct err *err);

/* Draw its plots into the folder; that it fails is only noted. */
void present_draw(const struct records *, const char *folder, struct progress *);

/*
 * Say on stderr why a run failed, with the end of its console and where that is
 * kept (NULL: it is not). @command: whose run it was. Returns STATUS_ERROR.
 */
int present_failure(const char *command, const char *kept, const struct err *);

/* Runs of several kernels in one table and one plot. */

struct beside_options {
	const struct format *format;
	const char *keep; /* folder for report.txt, kernels.csv, kernels.json; NULL: keep none */
	const char *plot; /* folder for the plot; NULL: draw none */
	bool need_plot;	  /* that it cannot be drawn is an error, else nothing */
	bool quiet;	  /* print nothing on stdout */
	const struct pick *pick; /* of folders: only these series; NULL: all */
};

/**
 * present_beside_folders - put runs side by side
 * @folders:	of the runs, two or more
 *
 * Returns: the gravest exit status that one of the runs deserves;
 * STATUS_NOT_COMPARABLE where they ran on different machines, STATUS_ERROR
 * where one cannot be read, both with @err set and nothing printed.
 */
int present_beside_folders(const char *const *folders, size_t n, const struct beside_options *,
			   struct err *err);

/* The same of runs in memory. */
int present_beside(const struct records *const *runs, size_t n, const struct beside_options *,
		   struct err *err);

#endif
