// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/history.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/store/sql.h"

static void read_series(sqlite3_stmt *stmt, struct store_series *s)
{
	*s = (struct store_series){
		.id = sqlite3_column_int64(stmt, 0),
		.name = sqlite_text(stmt, 1),
		.machine = sqlite_text(stmt, 2),
		.unit = sqlite_text(stmt, 3),
		.exact = sqlite3_column_int(stmt, 4) != 0,
		.version = sqlite3_column_int(stmt, 5),
		.op = sqlite_text(stmt, 6),
		.policy = sqlite_text(stmt, 7),
		.workload = sqlite_text(stmt, 8),
		.level = sqlite_text(stmt, 9),
		.size = (uint64_t)sqlite3_column_int64(stmt, 10),
		.placement = sqlite_text(stmt, 11),
		.threads = (unsigned int)sqlite3_column_int64(stmt, 12),
		.mms = (unsigned int)sqlite3_column_int64(stmt, 13),
		.cache = sqlite_text(stmt, 14),
	};
}

int store_series_list(struct store *store, const char *name, struct store_series_list *out,
		      struct err *err)
{
	sqlite3_stmt *stmt = name ? sql_read(store, SQL_SERIES_NAMED, err, "t", name)
				  : sql_read(store, SQL_SERIES_LIST, err, "");
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_series_list){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->series = xgrow(out->series, out->n, sizeof(*out->series));
		read_series(stmt, &out->series[out->n++]);
	}
	if (ret)
		store_series_list_release(out);
	return sql_fail(store, ret, err);
}

void store_series_list_release(struct store_series_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct store_series *s = &list->series[i];
		char *strings[] = { s->name,	 s->machine, s->unit,	   s->op,   s->policy,
				    s->workload, s->level,   s->placement, s->cache };

		for (size_t n = 0; n < ARRAY_SIZE(strings); n++)
			free(strings[n]);
	}
	free(list->series);
	*list = (struct store_series_list){ 0 };
}

static void read_point(sqlite3_stmt *stmt, struct store_point *p)
{
	*p = (struct store_point){
		.run = sqlite3_column_int64(stmt, 0),
		.boot = (unsigned int)sqlite3_column_int64(stmt, 1),
		.time = sqlite3_column_int64(stmt, 2),
		.known = sqlite3_column_type(stmt, 3) != SQLITE_NULL,
		.count = sqlite3_column_int64(stmt, 3),
		.value = sqlite3_column_double(stmt, 3),
		.env = sqlite3_column_int64(stmt, 4),
		.kernel = sqlite3_column_int64(stmt, 5),
		.exact = sqlite3_column_int(stmt, 6) != 0,
		.series = sqlite3_column_int64(stmt, 7),
	};
}

static int read_points(struct store *store, sqlite3_stmt *stmt, struct store_history *out,
		       struct err *err)
{
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_history){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->points = xgrow(out->points, out->n, sizeof(*out->points));
		read_point(stmt, &out->points[out->n++]);
	}
	if (ret)
		store_history_release(out);
	return sql_fail(store, ret, err);
}

int store_history(struct store *store, int64_t series, int64_t since, struct store_history *out,
		  struct err *err)
{
	return read_points(store, sql_read(store, SQL_HISTORY, err, "ii", series, since), out, err);
}

int store_run_values(struct store *store, int64_t run, struct store_history *out, struct err *err)
{
	return read_points(store, sql_read(store, SQL_RUN_VALUES, err, "i", run), out, err);
}

void store_history_release(struct store_history *history)
{
	free(history->points);
	*history = (struct store_history){ 0 };
}

char *store_env(struct store *store, int64_t env, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_ENV_KEY, err, "i", env);
	int ret = stmt ? sqlite_row(stmt, err) : -EIO;
	char *key = ret > 0 ? sqlite_text(stmt, 0) : NULL;

	if (stmt)
		sqlite3_reset(stmt);
	if (!ret)
		ret = err_set(err, ENOENT, "no environment %lld", (long long)env);
	sql_fail(store, ret, err);
	return key;
}
