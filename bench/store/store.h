/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store: every run in one SQLite file, whole or not at all, safe with
 * several processes. docs/store.md tells its tables. Errors have the file's
 * path in front. history.h is what is asked of it over time.
 */
#ifndef PTWALK_STORE_STORE_H
#define PTWALK_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/record/record.h"

struct store;

struct store_options {
	bool read_only;	      /* nothing is made or migrated; -ENOENT where there is no file */
	unsigned int wait_ms; /* for other processes to end their writing; 0: 10 s */
};

/**
 * store_open - open a store, made with its folder where there is none
 * @path:	NULL: place_store(NULL)
 * @store:	(out) to be ended with store_close(), on success only
 *
 * An older schema is brought up to date, but by @read_only.
 *
 * Returns: 0; -EPROTONOSUPPORT: of a newer schema; -EBADMSG: damaged, or no
 * store; -EROFS, -EACCES, -ENOSPC, -EBUSY, -EIO, each with what can be done.
 */
int store_open(const char *path, const struct store_options *, struct store **store,
	       struct err *err);
void store_close(struct store *);

/* Why runs were made: what one command asked for. */
struct store_session {
	const char *kind; /* "run", "ab", "aa", "nightly", "bisect", "import" */
	bool has_seed;	  /* of the order of its boots */
	uint64_t seed;
	const char *command, *plan; /* NULL is "" */
	int64_t time;		    /* seconds since 1970 */
};

int store_session_add(struct store *, const struct store_session *, int64_t *id, struct err *err);

/* What a run's records do not say. Zeroes and NULL: not known. */
struct store_origin {
	int64_t session;
	const char *commit, *parent; /* of the kernel's tree */
};

struct store_imported {
	int64_t run;
	bool already; /* the same run was stored before: nothing was written */
};

/**
 * store_import - store a run, whole or not at all
 *
 * When it returns 0 the run is on the disk.
 *
 * The same run is stored once; other ones may have the same id.
 *
 * Returns: 0; -EBADMSG: records_check() refuses it, or `started` is no time; or
 * as store_open().
 */
int store_import(struct store *, const struct records *, const struct store_origin *,
		 struct store_imported *out, struct err *err);

/* One stored run, in short. Strings are owned by it; "" is unknown. */
struct store_run {
	int64_t id, session, env, kernel; /* session: 0 is none */
	int64_t time;			  /* `started`, seconds since 1970 */
	bool exact, pruned;		  /* pruned: raw samples are gone, its values are not */
	bool judged;			  /* there are verdicts on it */
	char *name;			  /* the id of its records */
	char *machine, *spec, *release, *version, *commit, *parent;
	char *session_kind;
	size_t series, missing; /* of all boots */
};

struct store_runs {
	struct store_run *runs; /* by time, oldest first */
	size_t n;
};

/* The newest @limit runs (0: all), to be ended with store_runs_release(). */
int store_list(struct store *, size_t limit, struct store_runs *out, struct err *err);
void store_runs_release(struct store_runs *);

/**
 * store_find - the run that a name means
 * @name:	the id of its records (the newest of that id), its number in
 *		the store, "last", or "last~N", N runs before that
 *
 * Returns: 0; -ENOENT with the newest runs named.
 */
int store_find(struct store *, const char *name, int64_t *run, struct err *err);

/**
 * store_load - give back the records as they were stored
 * @records:	(out) to be ended with records_release(), on success only
 *
 * Returns: 0; -ENOENT: no such run; -ENODATA: its samples were pruned;
 * -EBADMSG: what is stored is not what was; or as store_open().
 */
int store_load(struct store *, int64_t run, struct records *records, struct err *err);

/* Runs older than @before, seconds since 1970, that have raw samples: oldest first, owned by the caller. */
int store_prunable(struct store *, int64_t before, int64_t **runs, size_t *n, struct err *err);

/**
 * store_prune - drop the records of runs, their samples and proofs, of all @n or of none
 *
 * Values (counts, medians), verdicts and change points stay. The file
 * does not shrink: what is stored next takes the room.
 */
int store_prune(struct store *, const int64_t *runs, size_t n, struct err *err);

/* Write the file anew without its free room; takes as much room again meanwhile. */
int store_compact(struct store *, struct err *err);

#endif
