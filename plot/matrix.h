/* SPDX-License-Identifier: GPL-2.0-only */
/* Data for matrix.gp. Internal to plot. */
#ifndef PTWALK_PLOT_MATRIX_H
#define PTWALK_PLOT_MATRIX_H

#include <stdio.h>

#include "bench/report/summary.h"

/* A string of gnuplot's: nothing in single quotes is special but the quote. */
void plot_quote(FILE *, const char *);

/* matrix_columns, matrix_name[], matrix_most; $matrix: workload, column, cost a page (-1: missing), figure. */
void plot_put_matrix(FILE *, const struct summary *);

#endif
