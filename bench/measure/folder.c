// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"

#define MAX_TWINS     1000
#define SWEEP_SECONDS 60

char *folder_results(void)
{
	const char *own = getenv("PTWALK_RESULTS");

	return xstrdup(own && *own ? own : PTWALK_SOURCE_DIR "/results/local");
}

static char *sibling(const char *path, const char *prefix, const char *suffix)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;

	return xasprintf("%.*s%s%s%s", dir, path, prefix, path + dir, suffix);
}

/* Lock @path for this run and make its partial folder, emptied of what a dead run left. */
static int claim(struct folder *f, struct err *err)
{
	char *lock = sibling(f->path, ".", ".lock");
	int ret = 0;

	f->lock = fs_lock(lock, false, err);
	if (f->lock == -EWOULDBLOCK)
		err_prefix(err, "another run is writing to %s", f->path);
	if (f->lock < 0)
		ret = f->lock;
	else if (fs_exists(f->path))
		ret = err_set(err, EEXIST, "%s is there already", f->path);
	if (!ret)
		ret = fs_remove(f->partial, err);
	if (!ret)
		ret = fs_mkdir_p(f->partial, err);
	if (ret && f->lock >= 0) {
		unlink(lock);
		close(f->lock);
	}
	free(lock);
	return ret;
}

static void forget(struct folder *f)
{
	free(f->id);
	free(f->path);
	free(f->partial);
	*f = (struct folder){ .lock = -1 };
}

static void release(struct folder *f)
{
	char *lock = sibling(f->path, ".", ".lock");

	unlink(lock);
	close(f->lock);
	free(lock);
	forget(f);
}

/* A run that was killed left its lock, which nobody holds, and its unfinished folder. */
static void sweep_one(const char *results, const char *lock)
{
	char *path = xasprintf("%s/%s", results, lock);
	char *partial = xasprintf("%.*s.partial", (int)(strlen(path) - strlen(".lock")), path);
	struct stat file;
	int fd = -1;

	/* One that begins just now is to find its own lock free. */
	if (!stat(path, &file) && time(NULL) - file.st_mtime > SWEEP_SECONDS)
		fd = fs_lock(path, false, NULL);
	if (fd >= 0) {
		fs_remove(partial, NULL);
		unlink(path);
		close(fd);
	}
	free(partial);
	free(path);
}

static void sweep(const char *results)
{
	DIR *dir = opendir(results);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] == '.' && str_ends(entry->d_name, ".lock"))
			sweep_one(results, entry->d_name);
	if (dir)
		closedir(dir);
}

static int begin_at(struct folder *f, char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int ret = fs_mkdir_p(parent, err);

	free(parent);
	f->id = xstrdup(slash ? slash + 1 : path);
	f->path = path;
	f->partial = sibling(path, ".", ".partial");
	if (!ret)
		ret = claim(f, err);
	if (ret)
		forget(f);
	return ret;
}

static char *trimmed(const char *path)
{
	char *copy = xstrdup(path);
	size_t len = strlen(copy);

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	return copy;
}

int folder_begin(struct folder *f, const char *results, const char *id, const char *path,
		 struct err *err)
{
	int ret = 0;

	*f = (struct folder){ .lock = -1 };
	if (path)
		return begin_at(f, trimmed(path), err);
	sweep(results);
	for (int twin = 1; twin < MAX_TWINS; twin++) {
		ret = begin_at(f,
			       twin == 1 ? xasprintf("%s/%s", results, id)
					 : xasprintf("%s/%s-%d", results, id, twin),
			       err);
		if (ret != -EEXIST && ret != -EWOULDBLOCK)
			break;
	}
	return ret;
}

int folder_finish(struct folder *f, struct err *err)
{
	int ret = 0;

	if (rename(f->partial, f->path)) {
		ret = err_set(err, errno, "cannot rename to %s: %s", f->path, strerror(errno));
		fs_remove(f->partial, NULL);
	}
	release(f);
	return ret;
}

static bool says_something(const char *path)
{
	struct stat st;

	return !stat(path, &st) && st.st_size;
}

static char *keep_files(const struct folder *f, const char *const *names)
{
	const char *slash = strrchr(f->path, '/');
	char *kept = slash ? xasprintf("%.*s/failed", (int)(slash - f->path), f->path)
			   : xstrdup("failed");
	bool any = false;

	fs_remove(kept, NULL);
	for (size_t i = 0; names[i]; i++) {
		char *from = xasprintf("%s/%s", f->partial, names[i]);
		char *to = xasprintf("%s/%s", kept, names[i]);

		if (says_something(from) && !fs_mkdir_p(kept, NULL) && !rename(from, to))
			any = true;
		free(from);
		free(to);
	}
	if (any)
		return kept;
	free(kept);
	return NULL;
}

void folder_abandon(struct folder *f, const char *const *keep, char **kept)
{
	if (kept)
		*kept = NULL;
	if (f->lock < 0)
		return;
	if (keep && kept)
		*kept = keep_files(f, keep);
	fs_remove(f->partial, NULL);
	release(f);
}

int folder_read(const char *folder, struct records *records, struct err *err)
{
	char *path = xasprintf("%s/" FOLDER_RECORDS, folder);
	int ret = records_read(path, records, err);

	free(path);
	return ret;
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
		char *records = xasprintf("%s/%s/" FOLDER_RECORDS, results, names[i]->d_name);

		if (fs_exists(records))
			strv_add(ids, names[i]->d_name);
		free(records);
		free(names[i]);
	}
	free(names);
}

/* @path as a run's folder, if it is one or its records file; else NULL. */
static char *as_folder(const char *path)
{
	char *records = xasprintf("%s/" FOLDER_RECORDS, path), *found = NULL;

	if (fs_exists(records))
		found = trimmed(path);
	else if (str_ends(path, "/" FOLDER_RECORDS) && fs_exists(path))
		found = xstrndup(path, strlen(path) - sizeof(FOLDER_RECORDS));
	else if (!strcmp(path, FOLDER_RECORDS) && fs_exists(path))
		found = xstrdup(".");
	free(records);
	return found;
}

static void no_run(const char *results, const char *run, const struct strv *ids, struct err *err)
{
	struct strv newest = { 0 };
	char *list;

	for (size_t i = ids->n > 3 ? ids->n - 3 : 0; i < ids->n; i++)
		strv_add(&newest, ids->v[i]);
	list = strv_join(&newest, ", ");
	if (ids->n)
		err_set(err, ENOENT, "no run '%s' in %s; the newest are: %s", run, results, list);
	else
		err_set(err, ENOENT, "no run '%s': %s holds none; `ptwalk run` makes one", run,
			results);
	free(list);
	strv_release(&newest);
}

long folder_last(const char *run)
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
	struct strv ids = { 0 };
	char *found = NULL, *path;
	const long back = folder_last(run);

	folder_list(results, &ids);
	if (back >= 0 && (size_t)back < ids.n)
		run = ids.v[ids.n - 1 - (size_t)back];
	path = xasprintf("%s/%s", results, run);
	if (strv_has(&ids, run))
		found = xstrdup(path);
	else if (*run)
		found = as_folder(run);
	if (!found)
		no_run(results, run, &ids, err);
	free(path);
	strv_release(&ids);
	return found;
}
