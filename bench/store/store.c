// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/store/sql.h"

#define WAIT_MS 10000

static int make_folder(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = NULL;

	if (!slash || slash == path)
		return 0;
	folder = xstrndup(path, (size_t)(slash - path));
	return fs_mkdir_p(folder, err);
}

static int configure(struct store *store, const struct store_options *o, struct err *err)
{
	/* FULL: what is reported as stored survives the machine's crash too. */
	static const char writing[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
	int ret = 0;

	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, (int)(o->wait_ms ? o->wait_ms : WAIT_MS));
	/* What a damaged or hostile file holds is not to be run. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!o->read_only) {
		size_t version;

		/* A file of something else is not even to be turned to WAL. */
		ret = schema_version(store->db, &version, err);
		if (!ret && version > nr_schema_steps)
			return schema_migrate(store->db, schema_steps, nr_schema_steps, err);
		if (!ret)
			ret = sqlite_check(store->db,
					   sqlite3_exec(store->db, writing, NULL, NULL, NULL), err);
	}
	return ret;
}

static int check_version(struct store *store, const struct store_options *o, struct err *err)
{
	size_t version = 0;
	int ret;

	if (!o->read_only)
		return schema_migrate(store->db, schema_steps, nr_schema_steps, err);
	ret = schema_version(store->db, &version, err);
	if (!ret && version < nr_schema_steps)
		ret = err_set(err, EPROTONOSUPPORT,
			      "its schema, %zu, is older than this program's (%zu), and it is only "
			      "read: the next `ptwalk store import` brings it up to date",
			      version, nr_schema_steps);
	else if (!ret)
		ret = schema_migrate(store->db, schema_steps, nr_schema_steps, err);
	return ret;
}

static int open_at(struct store *store, const struct store_options *o, struct err *err)
{
	const int flags =
		o->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	int ret = 0;

	if (o->read_only && !fs_exists(store->path))
		return err_set(err, ENOENT,
			       "there is no store yet; `ptwalk store import` makes one");
	if (!o->read_only)
		ret = make_folder(store->path, err);
	if (!ret)
		ret = sqlite_check(store->db, sqlite3_open_v2(store->path, &store->db, flags, NULL),
				   err);
	if (!ret)
		ret = configure(store, o, err);
	if (!ret)
		ret = check_version(store, o, err);
	if (ret)
		return ret;
	/* Only now: a step may make a table anew that others refer to. */
	ret = sqlite3_exec(store->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	return sqlite_check(store->db, ret, err);
}

int store_open(const char *path, const struct store_options *options, struct store **out,
	       struct err *err)
{
	static const struct store_options defaults;
	struct store *store = xcalloc(1, sizeof(*store));
	int ret;

	store->path = path ? xstrdup(path) : place_store(NULL);
	ret = open_at(store, options ? options : &defaults, err);
	if (ret) {
		sql_fail(store, ret, err);
		store_close(store);
		return ret;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < SQL_NR; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}

int store_session_add(struct store *store, const struct store_session *s, int64_t *id,
		      struct err *err)
{
	int ret = sql_write(store, SQL_SESSION_ADD, err, s->has_seed ? "tttii" : "tttin", s->kind,
			    s->command ? s->command : "", s->plan ? s->plan : "", s->time,
			    (int64_t)s->seed);

	if (!ret)
		*id = sqlite3_last_insert_rowid(store->db);
	return sql_fail(store, ret, err);
}

int store_prunable(struct store *store, int64_t before, int64_t **runs, size_t *n, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_PRUNE_RUNS, err, "i", before);
	int ret = stmt ? 1 : -EIO;

	*runs = NULL;
	*n = 0;
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		*runs = xgrow(*runs, *n, sizeof(**runs));
		(*runs)[(*n)++] = sqlite3_column_int64(stmt, 0);
	}
	if (ret)
		free(*runs);
	return sql_fail(store, ret, err);
}

static int prune_one(struct store *store, int64_t run, struct err *err)
{
	int ret = sql_write(store, SQL_PRUNE_RECORDS, err, "i", run);

	return ret ? ret : sql_write(store, SQL_PRUNE_MARK, err, "ii", run, (int64_t)time(NULL));
}

int store_prune(struct store *store, const int64_t *runs, size_t n, struct err *err)
{
	int ret = sqlite_begin(store->db, err), pruned = 0;

	if (ret)
		return sql_fail(store, ret, err);
	for (size_t i = 0; !pruned && i < n; i++)
		pruned = prune_one(store, runs[i], err);
	return sql_fail(store, sqlite_end(store->db, pruned, err), err);
}

int store_compact(struct store *store, struct err *err)
{
	static const char sql[] = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)";
	int ret = sqlite_check(store->db, sqlite3_exec(store->db, sql, NULL, NULL, NULL), err);

	return sql_fail(store, ret, err);
}
