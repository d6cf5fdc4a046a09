// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/runs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "base/progress.h"
#include "base/str.h"
#include "bench/import/import.h"
#include "bench/measure/folder.h"

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
	_cleanup_free_ char *results = places->results ? xstrdup(places->results) : place_runs();
	_cleanup_free_ char *store = places->store ? xstrdup(places->store) : place_store(results);
	_cleanup_free_ char *folder = NULL;

	if (str_starts(run, IN_STORE))
		return read_stored(store, run + strlen(IN_STORE), records, err);
	folder = folder_find(results, run, err);
	if (folder)
		return import_read(folder, records, err);
	if (fs_exists(run) && !fs_is_dir(run))
		return import_read(run, records, err);
	if (is_stored(store, run))
		return read_stored(store, run, records, err);
	return -ENOENT; /* folder_find() has said which there are */
}

int runs_find_stored(struct store *store, const char *run, int64_t *id, struct err *err)
{
	return store_find(store, str_starts(run, IN_STORE) ? run + strlen(IN_STORE) : run, id, err);
}

static int put(const char *store_file, const struct records *records, struct err *err)
{
	struct store_imported stored;
	struct store *store;
	int ret = store_open(store_file, NULL, &store, err);

	if (ret)
		return ret;
	ret = store_import(store, records, NULL, &stored, err);
	store_close(store);
	return ret;
}

void runs_keep(const char *command, const struct runs_places *places, const struct records *records,
	       struct progress *progress)
{
	_cleanup_free_ char *own = places->store ? NULL : place_own_store(places->results);
	struct err err = { 0 };

	if (!put(own ? own : places->store, records, &err))
		return;
	progress_note(progress, "not stored: %s", err.text);
	if (!progress)
		fprintf(stderr, "ptwalk %s: not stored: %s\n", command, err.text);
}

#define MOST_NAMED 4

/* None is called so: say which are like it. */
static int fail_unknown(struct store *store, const char *name, struct err *err)
{
	struct store_series_list all;
	_cleanup_(strv_release) struct strv like = { 0 };
	_cleanup_free_ char *list = NULL;
	int ret = store_series_list(store, NULL, &all, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < all.n && like.n < MOST_NAMED; i++)
		if (strstr(all.series[i].name, name) && !strv_has(&like, all.series[i].name))
			strv_add(&like, all.series[i].name);
	for (size_t i = 0; i < all.n && !like.n && i < 1; i++)
		strv_add(&like, all.series[i].name);
	list = strv_join(&like, ", ");
	ret = err_set(err, ENOENT, "the store has no series '%s'%s%s", name,
		      *list ? "; it has, among others: " : ", nor any other", list);
	store_series_list_release(&all);
	return ret;
}

static int load_courses(struct histories *n, int64_t since, struct err *err)
{
	int ret = 0;

	n->courses = xcalloc(n->list.n + 1, sizeof(*n->courses));
	for (size_t i = 0; i < n->list.n && !ret; i++)
		ret = course_load(n->store, &n->book, &n->list.series[i], since, &n->courses[i],
				  err);
	return ret;
}

int histories_load(const char *store_path, const char *name, int64_t since, struct histories *n,
		   struct err *err)
{
	const struct store_options options = { .read_only = true };
	int ret;

	*n = (struct histories){ 0 };
	ret = store_open(store_path, &options, &n->store, err);
	if (!ret)
		ret = course_book_load(n->store, &n->book, err);
	if (!ret)
		ret = store_series_list(n->store, name, &n->list, err);
	if (!ret && !n->list.n)
		ret = fail_unknown(n->store, name, err);
	if (!ret)
		ret = load_courses(n, since, err);
	if (ret)
		histories_release(n);
	return ret;
}

void histories_release(struct histories *n)
{
	for (size_t i = 0; n->courses && i < n->list.n; i++)
		course_release(&n->courses[i]);
	free(n->courses);
	store_series_list_release(&n->list);
	course_book_release(&n->book);
	store_close(n->store);
	*n = (struct histories){ 0 };
}

#define DAY	  86400
#define AT_A_TIME 16

int prune_age(const char *text, int64_t *seconds, struct err *err)
{
	static const struct {
		const char *name;
		int days;
	} units[] = { { "d", 1 }, { "w", 7 }, { "y", 365 } };
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (errno || end == text || *text < '0' || *text > '9' || n > 36500 ||
		    strcmp(end, units[i].name) != 0)
			continue;
		*seconds = (int64_t)n * units[i].days * DAY;
		return 0;
	}
	return err_set(err, EINVAL, "'%.40s' is no age; one looks like 400d, 52w or 2y", text);
}

static int prune_all(struct store *store, const int64_t *ids, size_t n, struct progress *progress,
		     size_t *runs, struct err *err)
{
	int ret = 0;

	progress_enter(progress, "prune");
	while (*runs < n && !ret) {
		size_t some = n - *runs < AT_A_TIME ? n - *runs : AT_A_TIME;

		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		ret = store_prune(store, &ids[*runs], some, err);
		if (!ret)
			*runs += some;
		progress_at(progress, (double)*runs / (double)n, NULL);
	}
	return ret;
}

int prune_samples(struct store *store, const struct prune_options *o, size_t *runs, struct err *err)
{
	static const struct progress_stage stages[] = { { "prune", 3 }, { "compact", 1 } };
	struct progress *progress;
	int64_t *ids;
	size_t n;
	int ret = store_prunable(store, (int64_t)time(NULL) - o->age, &ids, &n, err);

	*runs = 0;
	if (ret)
		return ret;
	if (o->dry_run) {
		*runs = n;
		free(ids);
		return 0;
	}
	progress = o->quiet ? NULL : progress_new(stages, o->compact ? 2 : 1);
	ret = prune_all(store, ids, n, progress, runs, err);
	if (!ret && o->compact) {
		progress_enter(progress, "compact");
		ret = store_compact(store, err);
	}
	progress_free(progress);
	free(ids);
	return ret;
}
