/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Series over runs: what there is, and its values in order of time; and what was said of them:
 * verdicts, and where histories changed.
 */
#ifndef PTWALK_STORE_HISTORY_H
#define PTWALK_STORE_HISTORY_H

#include "bench/store/store.h"

/* A series of the store: one name on one machine in one unit. Strings are owned by it. */
struct store_series {
	int64_t id;
	char *name, *machine, *unit;
	char *op, *policy, *workload, *level;
	uint64_t size;	 /* bytes */
	char *placement; /* its name */
	unsigned int threads, mms;
	char *cache;   /* "warm", "cold" */
	char *arch;    /* "x86" */
	uint64_t page; /* bytes of a page of its kernel */
	bool exact;
	bool functional; /* its values mean nothing, and are never compared */
	int version;	 /* of how it is measured: other versions are not comparable */
};

struct store_series_list {
	struct store_series *series; /* by id: in the order they were first seen */
	size_t n;
};

/* All series, or those called @name, on whatever machine. To be ended with ..._release(). */
int store_series_list(struct store *, const char *name, struct store_series_list *out,
		      struct err *err);
void store_series_list_release(struct store_series_list *);

/*
 * What series of one name differ by: "exact", "exact, arm64", "exact, arm64, pages of 16K". Owned
 * by the caller.
 */
char *store_series_on(const struct store_series *);

/* The value of a series in one boot of one run, ticks a call with the window's cost taken off. */
struct store_point {
	int64_t series, run, env, kernel;
	int64_t time; /* of the run, seconds since 1970 */
	unsigned int boot;
	bool known;    /* false: it had no samples */
	bool exact;    /* @count is it, bit for bit */
	int64_t count; /* exact machines */
	double value;  /* the same as a double; noisy machines: the boot's median */
};

struct store_history {
	struct store_point *points;
	size_t n;
};

/**
 * store_history - a series over runs
 * @since:	seconds since 1970; 0: from the first on
 *
 * One point a boot, by time, run and boot: of an exact series all boots of a run
 * are alike. To be ended with store_history_release().
 */
int store_history(struct store *, int64_t series, int64_t since, struct store_history *out,
		  struct err *err);

/* All series of one run, by series and boot, whatever its age; none where there is no such run. */
int store_run_values(struct store *, int64_t run, struct store_history *out, struct err *err);
void store_history_release(struct store_history *);

/*
 * The environment of runs, by store_point.env, as a JSON object of its fields. Owned by the caller;
 * NULL with @err set.
 */
char *store_env(struct store *, int64_t env, struct err *err);

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
