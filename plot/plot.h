/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures, drawn by gnuplot. Of a run: levels (cost a page by workload and policy), sizes (cost
 * against size, with the cost model) and matrix (all workloads by all ops). Of series over their runs.
 */
#ifndef PTWALK_PLOT_PLOT_H
#define PTWALK_PLOT_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/course.h"
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

/*
 * Pictures of series over their runs: exact ones as steps, noisy ones as points
 * with levels and bounds; changes and new environments as upright marks. In SVG
 * every point says on hover what it is.
 */

/*
 * Every run of the newest HISTORY_NEWEST is drawn; of older ones each seventh, and
 * all where something changed.
 */
#define HISTORY_NEWEST 400

/* What takes one picture: place @i of the courses, an <svg> element; it is lent. */
typedef int plot_take(void *data, size_t i, const char *svg, struct err *err);

/**
 * plot_histories - draw many courses, in one process of gnuplot
 * @beside:	where the temporary folder is made; NULL: $TMPDIR
 * @take:	called for each that holds a value, in order
 *
 * All text in the pictures is escaped. Returns: 0; what @take returned; or as plot_run().
 */
int plot_histories(const struct course *courses, size_t n, const char *beside, plot_take *take,
		   void *data, struct err *err);

/* Draw one course into a file, by its name's end: .svg or .png. -EINVAL: another end; -ENODATA: no value. */
int plot_history_file(const struct course *, const char *path, struct err *err);

/* Draw one course in text; @columns 0: as wide as the terminal, or 80. @ascii: no other characters. */
int plot_history_text(const struct course *, FILE *, unsigned int columns, bool ascii,
		      struct err *err);

#endif
