/* SPDX-License-Identifier: GPL-2.0-only */
/* Series over runs: what there is, and its values in order of time. */
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
	char *cache; /* "warm", "cold" */
	char *arch;  /* "x86" */
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

/* The environment of runs, by store_point.env, as a JSON object of its fields. Owned by the caller; NULL with @err set. */
char *store_env(struct store *, int64_t env, struct err *err);

#endif
