// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/runs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/measure/folder.h"
#include "bench/import/import.h"

#define IN_STORE "store:"

static int read_stored(const char *path, const char *run, struct records *records, struct err *err)
{
	const struct store_options options = { .read_only = true };
	struct store *store;
	int64_t id;
	int ret = store_open(path, &options, &store, err);

	if (ret)
		return ret;
	ret = store_find(store, run, &id, err);
	if (!ret)
		ret = store_load(store, id, records, err);
	store_close(store);
	return ret;
}

/* Does the store have it? Only asked where nothing else does, and never makes one. */
static bool is_stored(const char *path, const char *run)
{
	const struct store_options options = { .read_only = true };
	struct store *store;
	int64_t id;
	bool found;

	if (store_open(path, &options, &store, NULL))
		return false;
	found = !store_find(store, run, &id, NULL);
	store_close(store);
	return found;
}

int runs_read(const struct runs_places *places, const char *run, struct records *records,
	      struct err *err)
{
	char *results, *folder;
	int ret;

	if (str_starts(run, IN_STORE))
		return read_stored(places->store, run + strlen(IN_STORE), records, err);
	results = places->results ? xstrdup(places->results) : folder_results();
	folder = folder_find(results, run, err);
	free(results);
	if (folder)
		ret = import_read(folder, records, err);
	else if (fs_exists(run) && !fs_is_dir(run))
		ret = import_read(run, records, err);
	else if (is_stored(places->store, run))
		ret = read_stored(places->store, run, records, err);
	else
		ret = -ENOENT; /* folder_find() has said which there are */
	free(folder);
	return ret;
}

int runs_find_stored(struct store *store, const char *run, int64_t *id, struct err *err)
{
	return store_find(store, str_starts(run, IN_STORE) ? run + strlen(IN_STORE) : run, id, err);
}

static int put(const char *store_file, const struct records *records,
	       const struct store_origin *origin, struct store_imported *out, struct err *err)
{
	struct store *store;
	int ret = store_open(store_file, NULL, &store, err);

	if (ret)
		return ret;
	ret = store_import(store, records, origin, out, err);
	store_close(store);
	return ret;
}

int runs_store(const char *store, const char *path, const struct store_origin *origin,
	       struct store_imported *out, struct err *err)
{
	struct records records;
	int ret = import_read(path, &records, err);

	if (ret)
		return ret;
	ret = put(store, &records, origin, out, err);
	records_release(&records);
	return ret;
}

void runs_keep(const char *command, const char *store, const struct records *records,
	       struct progress *progress)
{
	struct store_imported stored;
	struct err err = { 0 };

	if (!put(store, records, NULL, &stored, &err))
		return;
	progress_note(progress, "not stored: %s", err.text);
	if (!progress)
		fprintf(stderr, "ptwalk %s: not stored: %s\n", command, err.text);
}
