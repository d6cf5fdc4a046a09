/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run: one kernel on one machine, in one or more boots. Each record is on disk before the
 * next one is taken, and stays in memory: who makes a run need not read it. No printing but
 * progress.
 */
#ifndef PTWALK_MEASURE_RUN_H
#define PTWALK_MEASURE_RUN_H

#include <stdbool.h>

#include "bench/measure/folder.h"
#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/record/record.h"

struct run {
	/* While it is made. */
	const struct plan *plan;
	const struct prepared *prepared;
	struct progress *progress;
	const char *who;    /* of several that are measured together, for the progress; or NULL */
	struct whole place; /* of its folder */
	int fd;		    /* of its records file */
	unsigned int boots; /* made so far */
	bool part;	    /* it is a shard: not all that its record says */
	/* What it gives. */
	struct records records; /* so far; whole once it has ended */
	bool whole;		/* it has ended, and lies in @folder */
	int no_facts; /* why they are not there, or from some series on are not, as an errno; 0 */
	struct err why_no_facts;
	bool reused;  /* it was there: nothing was booted */
	char *folder; /* where it is, once it has ended */
	char *kept;   /* of a run that failed: the folder with its console and logs, or NULL */
};

/* What the record of a run says beside its plan. NULL is "". */
struct run_words {
	const char *command; /* how it was asked for */
	const char *qemu;    /* its version */
	const char *quiet;   /* what of the host is quieted */
};

/**
 * run_begin - make the folder of a run, and the first line of its records
 * @run:	(out) to be ended with run_end() or run_abandon() and then run_release(),
 *		whatever is returned
 * @results:	the folder of runs
 * @path:	the exact folder instead, or NULL
 */
int run_begin(struct run *run, const struct plan *, const struct prepared *, const char *results,
	      const char *path, const struct run_words *, struct err *err);

/* One boot more: every series that can be measured, and what cannot and why. */
int run_boot(struct run *, struct err *err);

/* -ECHILD: the driver ended with an error; its own last words are in the file @log. */
int run_driver_failed(const char *log, int status, struct err *err);

/* Tell the user what a kernel said of itself before it was measured. */
void run_tell_boot(const struct run *, const struct record_boot *boot);

/* Take a record, whatever is returned: onto the disk, then into memory. */
int run_record(struct run *, struct record *record, struct err *err);

/* Write into the run's record how many boots it has, and how they came to be; takes @sampling. */
int run_settle(struct run *, struct record_sampling *sampling, struct err *err);

/* Put the run in its place. Nothing half-written is left where that fails. */
int run_end(struct run *, struct err *err);

/* What a part that failed said, kept in @failed: it is the run's, for run_abandon(). */
void run_take_words(struct run *, const char *failed);

/* Leave nothing of it, but with @keep, in run->kept, what it said. */
void run_abandon(struct run *, bool keep);
void run_release(struct run *);

/* Take a run that is there. */
void run_take(struct run *, char *folder, struct records *records);

/* The last part of its folder's path, while it is made. */
const char *run_id(const struct run *);

/* The name of a stage of a boot, counted from 1, for the progress. Owned by the caller. */
char *run_stage(const struct run *, const char *stage, unsigned int boot);

/* What a run that begins now is called. Owned by the caller. */
char *run_new_id(const char *release, const char *machine);

/* The time, in UTC, as strftime() gives it; owned by the caller. */
char *run_stamp(const char *format);

#endif
