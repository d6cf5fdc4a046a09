// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"

#define MAX_TWINS 1000

static char *trimmed(const char *path)
{
	char *copy = xstrdup(path);
	size_t len = strlen(copy);

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	return copy;
}

static int begin_at(struct whole *whole, const char *path, struct err *err)
{
	int ret = whole_begin(whole, path, 0, err);

	if (ret == -EWOULDBLOCK)
		err_prefix(err, "another run is writing to %s", path);
	return ret;
}

int folder_begin(struct whole *whole, const char *results, const char *id, const char *path,
		 struct err *err)
{
	int ret = 0;

	if (path)
		return begin_at(whole, path, err);
	whole_sweep(results);
	for (int twin = 1; twin < MAX_TWINS; twin++) {
		_cleanup_free_ char *own = twin == 1 ? xasprintf("%s/%s", results, id)
						     : xasprintf("%s/%s-%d", results, id, twin);

		ret = begin_at(whole, own, err);
		if (ret != -EEXIST && ret != -EWOULDBLOCK)
			break;
	}
	return ret;
}

static bool says_something(const char *path)
{
	struct stat st;

	return !stat(path, &st) && st.st_size;
}

static char *keep_files(const struct whole *whole, const char *const *names)
{
	const char *slash = strrchr(whole->path, '/');
	const int above = slash ? (int)(slash + 1 - whole->path) : 0;
	_cleanup_free_ char *kept = xasprintf("%.*sfailed", above, whole->path);
	bool any = false;

	fs_remove(kept, NULL);
	for (; *names; names++) {
		_cleanup_free_ char *from = xasprintf("%s/%s", whole->partial, *names);
		_cleanup_free_ char *to = xasprintf("%s/%s", kept, *names);

		if (says_something(from) && !fs_mkdir_p(kept, NULL) && !rename(from, to))
			any = true;
	}
	return any ? TAKE_PTR(kept) : NULL;
}

void folder_abandon(struct whole *whole, const char *const *keep, char **kept)
{
	if (whole->lock >= 0 && keep)
		*kept = keep_files(whole, keep);
	whole_abandon(whole);
}

const char *folder_called(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int folder_read(const char *folder, struct records *records, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, folder);

	return records_read(path, records, err);
}

static int is_run(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "failed");
}

void folder_list(const char *results, struct strv *ids)
{
	struct dirent **names = NULL;
	int n = scandir(results, &names, is_run, alphasort);

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *records =
			xasprintf("%s/%s/" FOLDER_RECORDS, results, names[i]->d_name);

		if (fs_exists(records))
			strv_add(ids, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

/* @path as a run's folder, if it is one or its records file; else NULL. */
static char *as_folder(const char *path)
{
	_cleanup_free_ char *records = xasprintf("%s/" FOLDER_RECORDS, path);

	if (fs_exists(records))
		return trimmed(path);
	if (str_ends(path, "/" FOLDER_RECORDS) && fs_exists(path))
		return xstrndup(path, strlen(path) - sizeof(FOLDER_RECORDS));
	if (!strcmp(path, FOLDER_RECORDS) && fs_exists(path))
		return xstrdup(".");
	return NULL;
}

static void no_run(const char *results, const char *run, const struct strv *ids, struct err *err)
{
	_cleanup_(strv_release) struct strv newest = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = ids->n > 3 ? ids->n - 3 : 0; i < ids->n; i++)
		strv_add(&newest, ids->v[i]);
	list = strv_join(&newest, ", ");
	if (ids->n)
		err_set(err, ENOENT, "no run '%s' in %s; the newest are: %s", run, results, list);
	else
		err_set(err, ENOENT, "no run '%s': %s holds none; `ptwalk run` makes one", run,
			results);
}

/* "last" is 0, "last~2" is 2; -1 where it is neither. */
static long folder_last(const char *run)
{
	char *end;
	long back;

	if (!strcmp(run, "last"))
		return 0;
	if (!str_starts(run, "last~") || run[5] < '0' || run[5] > '9')
		return -1;
	back = strtol(run + 5, &end, 10);
	return *end ? -1 : back;
}

char *folder_find(const char *results, const char *run, struct err *err)
{
	_cleanup_(strv_release) struct strv ids = { 0 };
	const long back = folder_last(run);
	char *found = NULL;

	folder_list(results, &ids);
	if (back >= 0 && (size_t)back < ids.n)
		run = ids.v[ids.n - 1 - (size_t)back];
	if (strv_has(&ids, run))
		return xasprintf("%s/%s", results, run);
	if (*run)
		found = as_folder(run);
	if (!found)
		no_run(results, run, &ids, err);
	return found;
}
