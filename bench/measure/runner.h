/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole run: prepare, boot, record, keep. No printing but progress. */
#ifndef PTWALK_MEASURE_RUNNER_H
#define PTWALK_MEASURE_RUNNER_H

#include <stdbool.h>

#include "bench/measure/folder.h"
#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"

struct run_request {
	const struct plan *plan;
	const char *results; /* the folder of runs */
	const char *path;    /* the exact folder instead, or NULL */
	const char *command; /* how it was asked for, for the record */
	const char *quiet;   /* what of the host is quieted, for the record; NULL: nothing */
	struct progress *progress;
	bool reuse; /* an exact run of the same key in @results stands for this one */
};

/* A run while it is made: for who makes several in turn, boot by boot. */
struct run_making {
	const struct run_request *request;
	const struct prepared *prepared;
	struct folder folder;
	char *qemu;	    /* its version */
	int records;	    /* descriptor of its records file */
	unsigned int boots; /* made so far */
	unsigned int missing;
};

struct run_outcome {
	char *folder;	      /* where the run is */
	bool reused;	      /* it was there */
	unsigned int missing; /* series of all boots that could not be measured */
	char *kept;	      /* of a run that failed: folder with its console and logs, or NULL */
};

/* Can the plan's machine be had here? Returns: 0, or why not, before anything is made. */
int run_supported(const struct plan *, struct err *err);

/**
 * run_measure - do it
 * @out:	(out) to be ended with run_outcome_release(), whatever is returned
 *
 * Returns: 0, or a negative errno; nothing half-written is left then.
 */
int run_measure(const struct run_request *, struct run_outcome *out, struct err *err);

/* The same once the kernel is prepared, and the machine known to be there. */
int run_prepared(const struct run_request *, const struct prepared *, struct run_outcome *out,
		 struct err *err);

/**
 * run_begin - make the folder of a run, and the first line of its records
 * @making:	(out) to be ended with run_end() or run_abandon(), whatever is returned
 */
int run_begin(struct run_making *making, const struct run_request *, const struct prepared *,
	      struct err *err);

/* One boot more. */
int run_boot(struct run_making *, struct err *err);

/* What there is of it: whole once it has the boots of the plan's first look. */
int run_so_far(const struct run_making *, struct records *records, struct err *err);

/* Write into the run's record how many boots it has, and how they came to be. */
int run_settle(const struct run_making *, const struct record_sampling *, struct err *err);

/* Put the run in its place. */
int run_end(struct run_making *, struct run_outcome *out, struct err *err);

/* Leave nothing of it, but with @keep, in @out, what it said. */
void run_abandon(struct run_making *, bool keep, struct run_outcome *out);

void run_outcome_release(struct run_outcome *);

/* The time, in UTC, as strftime() gives it; owned by the caller. */
char *run_stamp(const char *format);

/* The stages of such a run, for progress_new(). Owned by the caller. */
struct progress_stage *run_stages(const struct plan *, size_t *n);
void run_stages_free(struct progress_stage *, size_t n);

#endif
