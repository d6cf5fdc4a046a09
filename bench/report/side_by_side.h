/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs of several kernels side by side: a row an op and workload, a column a
 * kernel. Kernels differ in all they are built of; what must be the same is
 * where they ran.
 */
#ifndef PTWALK_REPORT_SIDE_BY_SIDE_H
#define PTWALK_REPORT_SIDE_BY_SIDE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/sheet.h"
#include "bench/report/summary.h"

/* An op under a policy over a workload. Strings point into the records but for @name. */
struct side_by_side_row {
	char *name; /* "hmm/entry/devdax-pte" and what else tells it apart, without the size */
	const struct record_series *like; /* any one of the series */
	uint64_t size;			  /* bytes: the largest that most of the kernels have */
	struct figure *pages;		  /* ticks a page by kernel */
};

struct side_by_side {
	const struct records *const *runs;
	size_t nr_runs;
	struct series_index *indices; /* of each */
	char **titles; /* by run: "debian:6.1"; its id follows where that is not enough */
	struct side_by_side_row *rows; /* in the order in which they were measured */
	size_t nr_rows;
};

/**
 * side_by_side_build - put runs side by side
 * @runs:	must outlive @out, as must their records
 * @out:	(out) to be ended with side_by_side_release(), on success only
 *
 * Returns: 0; -EXDEV where machine, unit, mitigations or guest CPU of two runs
 * differ, with the field in @err.
 */
int side_by_side_build(const struct records *const *runs, size_t n, struct side_by_side *out,
		       struct err *err);
void side_by_side_release(struct side_by_side *);

/* What each kernel is, and what a page costs in it. */
void side_by_side_sheets(const struct side_by_side *, struct sheets *);

/* For programs: a row a figure, then what each kernel is. */
void side_by_side_data(const struct side_by_side *, struct sheets *);

#endif
