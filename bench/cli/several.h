/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of several kernels in one table and one plot. */
#ifndef PTWALK_CLI_SEVERAL_H
#define PTWALK_CLI_SEVERAL_H

#include "base/err.h"
#include "bench/report/format.h"

struct several_options {
	const struct format *format;
	const char *keep; /* folder for report.txt, kernels.csv, kernels.json; NULL: keep none */
	const char *plot; /* folder for the plot; NULL: draw none */
	bool need_plot;	  /* that it cannot be drawn is an error, else nothing */
	bool quiet;	  /* print nothing on stdout */
};

/**
 * several_present - put runs side by side
 * @folders:	of the runs, two or more
 *
 * Returns: the gravest exit status that one of the runs deserves;
 * STATUS_NOT_COMPARABLE where they ran on different machines, STATUS_ERROR
 * where one cannot be read, both with @err set and nothing printed.
 */
int several_present(const char *const *folders, size_t n, const struct several_options *,
		    struct err *err);

/* The same of runs in memory. */
int several_present_runs(const struct records *const *runs, size_t n,
			 const struct several_options *, struct err *err);

#endif
