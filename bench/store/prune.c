// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/str.h"
#include "bench/store/sql.h"
#include "bench/store/sqlite.h"
#include "bench/store/store.h"

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
	int ret = sql_write(store, SQL_PRUNE_SAMPLES, err, "i", run);

	if (!ret)
		ret = sql_write(store, SQL_PRUNE_STAGES, err, "i", run);
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
