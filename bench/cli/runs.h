/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs wherever they are: in folders, in files of other tools, in the store. */
#ifndef PTWALK_CLI_RUNS_H
#define PTWALK_CLI_RUNS_H

#include "base/err.h"
#include "base/progress.h"
#include "bench/record/record.h"
#include "bench/store/store.h"

struct runs_places {
	const char *results; /* NULL: folder_results() */
	const char *store;   /* NULL: store_default_path() */
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

/* Read a folder or file and put it into the store at @store (NULL: the default one). */
int runs_store(const char *store, const char *path, const struct store_origin *origin,
	       struct store_imported *out, struct err *err);

/*
 * Put a run into the store that was just made, by @command. Its folder is whole, and
 * can be imported later: a store that fails is only noted, on stderr.
 */
void runs_keep(const char *command, const char *store, const struct records *, struct progress *);

#endif
