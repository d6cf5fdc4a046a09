/* SPDX-License-Identifier: GPL-2.0-only */
/* Run folders: where a run is kept, whole or not at all (base/whole.h), and how it is found. */
#ifndef PTWALK_MEASURE_FOLDER_H
#define PTWALK_MEASURE_FOLDER_H

#include "base/err.h"
#include "base/str.h"
#include "base/whole.h"
#include "bench/record/record.h"

#define FOLDER_RECORDS "records.jsonl"

/**
 * folder_begin - make the folder of a new run
 * @whole:	(out) as whole_begin()
 * @results:	the folder of runs
 * @id:		its name; a number is added where it is taken
 * @path:	the exact place instead of @results and @id, or NULL
 */
int folder_begin(struct whole *whole, const char *results, const char *id, const char *path,
		 struct err *err);

/*
 * Remove it. If @keep is given, the files of that list that are not empty go to RESULTS/failed
 * (emptied first), and *@kept is that folder, owned by the caller.
 */
void folder_abandon(struct whole *, const char *const *keep, char **kept);

/**
 * folder_find - the records of a run
 * @run:	its id, the path of its folder or of its records, "last", or
 *		"last~N", N runs before that
 *
 * Returns: the path of its folder, owned by the caller; NULL with @err set, and
 * the newest runs named.
 */
char *folder_find(const char *results, const char *run, struct err *err);

/* The records of a run's folder, as records_read(). */
int folder_read(const char *folder, struct records *records, struct err *err);

/* The last part of its path. */
const char *folder_called(const char *path);

/* Ids of the runs in @results, oldest first. */
void folder_list(const char *results, struct strv *ids);

#endif
