/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of series over their runs: exact ones as steps, noisy ones as points
 * with levels and bounds; changes and new environments as upright marks. In SVG
 * every point says on hover what it is.
 */
#ifndef PTWALK_PLOT_HISTORY_H
#define PTWALK_PLOT_HISTORY_H

#include <stdio.h>

#include "base/err.h"
#include "bench/report/course.h"

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
