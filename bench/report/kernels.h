/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs of several kernels side by side: a row an op and workload, a column a
 * kernel. Kernels differ in all they are built of; what must be the same is
 * where they ran.
 */
#ifndef PTWALK_REPORT_KERNELS_H
#define PTWALK_REPORT_KERNELS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/summary.h"

/* An op under a policy over a workload. Strings point into the records but for @name. */
struct kernels_row {
	char *name; /* "walk/entry/devdax-pte" and what else tells it apart, without the size */
	const struct record_series *like; /* any one of the series */
	uint64_t size;			  /* bytes: the largest that most of the kernels have */
	struct figure *pages;		  /* ticks a page by kernel */
};

struct kernels {
	const struct records *const *runs;
	size_t nr_runs;
	char **titles; /* by run: "debian:6.1"; its id follows where that is not enough */
	struct kernels_row *rows; /* in the order in which they were measured */
	size_t nr_rows;
};

/**
 * kernels_build - put runs side by side
 * @runs:	must outlive @out, as must their records
 * @out:	(out) to be ended with kernels_release(), on success only
 *
 * Returns: 0; -EXDEV where machine, unit, mitigations or guest CPU of two runs
 * differ, with the field in @err.
 */
int kernels_build(const struct records *const *runs, size_t n, struct kernels *out,
		  struct err *err);
void kernels_release(struct kernels *);

/* A rendering; all say what is counted, and a missing figure is never a number. */
struct kernels_format {
	const char *name;
	const char *summary;
	/* @colour: terminal escapes may be used. */
	void (*write)(const struct kernels *, FILE *, bool colour);
};

#define KERNELS_FORMAT_LIST(X) \
	X(text)                \
	X(csv)                 \
	X(json)

extern const struct kernels_format *const kernels_formats[];
extern const size_t nr_kernels_formats;

#define DECLARE_KERNELS_FORMAT(name) extern const struct kernels_format kernels_format_##name;
KERNELS_FORMAT_LIST(DECLARE_KERNELS_FORMAT)
#undef DECLARE_KERNELS_FORMAT

#endif
