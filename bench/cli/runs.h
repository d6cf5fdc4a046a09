/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs wherever they are: in folders, in files of other tools, in the store; and what the store
 * has of them.
 */
#ifndef PTWALK_CLI_RUNS_H
#define PTWALK_CLI_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/option.h"
#include "base/progress.h"
#include "bench/record/record.h"
#include "bench/report/course.h"
#include "bench/store/store.h"

struct runs_places {
	const char *results; /* NULL: place_runs() */
	const char *store;   /* NULL: place_store(results) */
};

/**
 * runs_read - the records of a run
 * @run:	in this order: an id, "last" or "last~N" of the folder of runs;
 *		a folder or file, of whatever import.h reads; an id, a number,
 *		"last" or "last~N" of the store, which "store:" in front makes sure of
 * @records:	(out) to be ended with records_release(), on success only
 */
int runs_read(const struct runs_places *, const char *run, struct records *records,
	      struct err *err);

/* The run of an open store that a name of runs_read() means, pruned or not. */
int runs_find_stored(struct store *, const char *run, int64_t *id, struct err *err);

/*
 * Put a run into the store that was just made, by @command. Its folder is whole, and
 * can be imported later: a store that fails is only noted, on stderr.
 */
void runs_keep(const char *command, const struct runs_places *, const struct records *,
	       struct progress *);

/* Series of the store that a command is told by name. */

/* The courses of all series of one name: other machines, units and versions are other series. */
struct histories {
	struct store *store;
	struct course_book book;
	struct store_series_list list;
	struct course *courses; /* one a series of the list; may have no point */
};

/**
 * histories_load - open the store and read them
 * @since:	seconds since 1970; 0: from the first on
 * @histories:	(out) to be ended with histories_release(), on success only
 *
 * Returns: 0; -ENOENT with names that are like it; or as store_open().
 */
int histories_load(const char *store_path, const char *name, int64_t since,
		   struct histories *histories, struct err *err);
void histories_release(struct histories *);

/* Raw samples that have had their time: for `ptwalk store prune` and `ptwalk nightly --prune`. */

struct prune_options {
	int64_t age;  /* seconds: of runs that began longer ago */
	bool dry_run; /* only count them */
	bool compact; /* and let the file shrink */
	bool quiet;   /* no progress */
};

/* "400d", "52w", "2y" as seconds. Returns: 0, or -EINVAL. */
int prune_age(const char *text, int64_t *seconds, struct err *err);

/**
 * prune_samples - drop them, some runs at a time
 * @runs:	(out) how many runs lost theirs, or would; also where it fails
 *
 * What was dropped stays dropped where it is interrupted: every run has all of
 * its samples, or none.
 *
 * Returns: 0; -EINTR; or as store_prune().
 */
int prune_samples(struct store *, const struct prune_options *, size_t *runs, struct err *err);

/* Which series of runs that are there: what `show` and `compare` have of -o, -w and -s. */

struct pick {
	struct strv ops, workloads, sizes; /* patterns, as a shell's; none: all */
};

extern const struct opt pick_opts[];
void pick_release(struct pick *);

/**
 * pick_apply - leave only what is asked for, and what that is held against
 *
 * An op is "hmm", "hmm/entry", or the name of a series as tables print it, with its size or
 * without. Over the same pages the empty window stays, and of policies both sides of their gate:
 * record_series.beside. Returns: 0; -EINVAL where a pattern fits nothing, with what there is, or
 * where a size is none.
 */
int pick_apply(const struct pick *, struct records *, struct err *err);

#endif
