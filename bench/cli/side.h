/* SPDX-License-Identifier: GPL-2.0-only */
/* One of two kernels that are compared: built if need be, measured, its records read. */
#ifndef PTWALK_CLI_SIDE_H
#define PTWALK_CLI_SIDE_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/measure/runner.h"
#include "bench/record/record.h"
#include "kernels/build.h"

struct side {
	const char *name;	      /* "base", "new": for people */
	struct build_request request; /* what it points at is the caller's */
	bool build;		      /* as @request says; else @spec is a kernel that is there */
	char *spec;		      /* for kernel_find(); owned */
	char *label;		      /* what was built, for people; NULL where nothing is; owned */
	bool built;		      /* now; false: it was there */
	struct prepared prepared;
	struct run_outcome run;
	struct records records;
	bool has_records;
	double build_seconds, prepare_seconds, measure_seconds;
};

/* How it is measured: the same for all sides. */
struct side_how {
	const struct plan *plan;       /* whose kernel does not count */
	const char *results, *command; /* @command: the whole line, for the record */
	const char *who;	       /* "ab", "bisect" */
	bool reuse, quiet;
};

/* The stages of a build, to be ended with progress_free(). */
struct progress *side_progress(void);

/**
 * side_build - make its kernel, if it has to be built
 *
 * Returns as kernel_build().
 */
int side_build(struct side *, const struct side_how *, struct err *err);

/**
 * side_measure - prepare, boot, measure, read the records
 *
 * Returns: 0, or a negative errno; side->run tells then what was kept.
 */
int side_measure(struct side *, const struct side_how *, struct err *err);
void side_release(struct side *);

#endif
