/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two runs of exact counts side by side. Counts are integers that repeat: a
 * difference is a difference, with no test and no interval; nothing is divided
 * by a deviation.
 */
#ifndef PTWALK_REPORT_COMPARE_H
#define PTWALK_REPORT_COMPARE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/record/environment.h"
#include "bench/record/record.h"

enum compare_verdict {
	COMPARE_SAME,	      /* the same count */
	COMPARE_BETTER,	      /* fewer */
	COMPARE_WORSE,	      /* more */
	COMPARE_WITHIN,	      /* more or fewer, by less than the threshold */
	COMPARE_MISSING_BASE, /* the base has no such series */
	COMPARE_MISSING_NEW,
	COMPARE_NR_VERDICTS,
};

/* One series. Strings and series point into the records, which must outlive it. */
struct compare_row {
	const char *name;
	const struct record_series *base, *new; /* NULL where missing */
	double pages;
	int64_t base_ticks, new_ticks; /* a call, the window's cost taken off; 0 where missing */
	const char *reason;	       /* why it is missing, "" where it is not or nothing says */
	enum compare_verdict verdict;
};

/* A part of the environment that must match and does not. */
struct compare_difference {
	const char *field, *base, *new; /* "mitigations", "off", "on" */
};

struct compare {
	const struct records *base, *new;
	struct compare_row *rows; /* in the base's order, then what only the new one has */
	size_t nr_rows;
	struct compare_difference differences[ENVIRONMENT_FIELDS];
	size_t nr_differences;
	size_t counts[COMPARE_NR_VERDICTS];
};

struct compare_options {
	double threshold; /* per cent of the base's count that a change must pass to count; 0: any */
	bool every_size;  /* else the largest size that both have of each workload */
	bool op_empty;	  /* `empty`, the window's own cost, too */
};

/**
 * compare_build - compare two runs
 * @out:	(out) to be ended with compare_release(), on success only
 *
 * What must match is machine, unit, guest CPU, mitigations, kernel config and
 * the compilers of kernel and module; what does not is listed in
 * @out->differences, and the rows are built all the same: the caller refuses.
 *
 * Returns: 0; -EOPNOTSUPP where a run is not of exact counts; -EBADE where a
 * run's counts do not repeat within itself.
 */
int compare_build(const struct records *base, const struct records *new,
		  const struct compare_options *, struct compare *out, struct err *err);
void compare_release(struct compare *);

/* Ticks a page, new less base. */
double compare_change(const struct compare_row *);

/* The same in per cent of the base; NAN where the base is 0. */
double compare_percent(const struct compare_row *);

/* "better", "worse", "same", "within", "missing in base", "missing in new" */
const char *compare_verdict_name(enum compare_verdict);

#endif
