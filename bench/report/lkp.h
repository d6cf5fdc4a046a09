/* SPDX-License-Identifier: GPL-2.0-only */
/* The shape of 0-day's (LKP's) tables: bar, parameters, commits, columns of values. */
#ifndef PTWALK_REPORT_LKP_H
#define PTWALK_REPORT_LKP_H

#include <stdio.h>

#include "bench/record/record.h"

/* The bar, the names of what was the same in all runs, and their values. */
void lkp_parameters(const struct record_run *, FILE *);

/* One of the runs compared, below "commit:". */
void lkp_commit(const struct record_run *, FILE *);

/* Two decimals below 1000, four digits from 10^8 on, else whole: in ten columns. */
void lkp_value(double value, FILE *);

/* " ±  3%" where the deviation is above 2 %, else as many spaces. @percent may be NAN. */
void lkp_deviation(double percent, FILE *);

/* The deviation of the boots of a series from their mean, in per cent of it; 0 of one boot. */
double lkp_spread(const double *values, size_t n, double *mean);

/*
 * Values of a series in all boots, or, with @event, what that counted in those that have it, a
 * call. Owned by the caller; @n (out).
 */
double *lkp_values(const struct records *, const char *name, const char *event, size_t *n);

#endif
