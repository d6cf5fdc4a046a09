/* SPDX-License-Identifier: GPL-2.0-only */
/* What was said of runs and series: verdicts, and where histories changed. */
#ifndef PTWALK_STORE_VERDICTS_H
#define PTWALK_STORE_VERDICTS_H

#include "bench/store/store.h"

/* One verdict. Figures that there are none of are NAN. Strings read are owned by it. */
struct store_verdict {
	int64_t session, base_run; /* 0: none; judged against a segment of the history */
	int64_t new_run, series;
	int64_t time;		 /* when it was judged, seconds since 1970 */
	char *method;		 /* "exact", "utest", "segment" */
	int64_t nr_base, nr_new; /* values on each side: boots, or nights of the segment */
	double base, new;	 /* the middle of each side, ticks a call */
	double ratio, low, high; /* new / base and its interval */
	double p, p_adjusted, effect;
	char *outcome; /* "better", "worse", "same", ... */
	char *note;    /* "" where there is none */
};

struct store_verdicts {
	struct store_verdict *verdicts;
	size_t n;
};

/* Of a run, by series. To be ended with store_verdicts_release(). */
int store_verdicts_of_run(struct store *, int64_t run, struct store_verdicts *out, struct err *err);
void store_verdicts_release(struct store_verdicts *);

/* Where the history of a series changed its level: at this run. Strings read are owned by it. */
struct store_change {
	int64_t id, series, run;
	double before, after; /* levels, ticks a call */
	int64_t time;	      /* when it was found */
	char *state;	      /* "new", "expected", "noise", "fixed" */
	char *note;
};

struct store_changes {
	struct store_change *changes;
	size_t n;
};

/*
 * Write what was said of a run: all of both, or nothing. A change point of a series
 * and run that is known keeps its state and note, and takes the new levels.
 */
int store_verdicts_add(struct store *, const struct store_verdicts *, const struct store_changes *,
		       struct err *err);

/* Of a series by run; @series 0: all, in the order they were found. */
int store_changes(struct store *, int64_t series, struct store_changes *out, struct err *err);
void store_changes_release(struct store_changes *);

/* Acknowledge: set state and note. -ENOENT: no such change point; -EINVAL: no such state. */
int store_change_state(struct store *, int64_t change, const char *state, const char *note,
		       struct err *err);

#endif
