/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of a run, drawn by gnuplot: levels (cost a page by workload and
 * policy), sizes (cost against size, with the cost model) and matrix (all
 * workloads by all ops).
 */
#ifndef PTWALK_PLOT_PLOT_H
#define PTWALK_PLOT_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/side_by_side.h"

struct plot_options {
	FILE *terminal;	  /* draw levels and sizes in text, to this; NULL: do not */
	unsigned columns; /* width of that text; 0: as wide as the terminal, or 80 */
	bool ascii;	  /* no other characters in that text */
};

/* The names of the files, ended by NULL. */
extern const char *const plot_files[];

/**
 * plot_run - draw a run
 * @folder:	gets plot_files, all of them or none; NULL: no files
 *
 * The scripts are those of $PTWALK_SOURCE/plot, or of the source tree that
 * this program was built from.
 *
 * Returns: 0; -ENOENT: gnuplot or a script is not there; -ENODATA: the run
 * holds nothing to draw; another negative errno.
 */
int plot_run(const struct records *, const char *folder, const struct plot_options *,
	     struct err *err);

/* The names of the files of several kernels, ended by NULL. */
extern const char *const plot_kernels_files[];

/* Draw runs side by side into @folder; else as plot_run(). */
int plot_kernels(const struct side_by_side *, const char *folder, struct err *err);

#endif
