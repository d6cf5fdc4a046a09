// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/sql.h"

#include <stdarg.h>

#include "bench/store/sqlite.h"

const char *const sql_texts[SQL_NR] = {
#define ENTRY(name, text) text,
	SQL_LIST(ENTRY)
#undef ENTRY
};

sqlite3_stmt *sql_get(struct store *store, enum sql which, struct err *err)
{
	sqlite3_stmt **stmt = &store->statements[which];
	int code = SQLITE_OK;

	if (*stmt)
		sqlite3_reset(*stmt);
	else
		code = sqlite3_prepare_v3(store->db, sql_texts[which], -1,
					  SQLITE_PREPARE_PERSISTENT, stmt, NULL);
	return sqlite_check(store->db, code, err) ? NULL : *stmt;
}

/* -EIO: sql_get() and sqlite_bind() have said what. */
static int bind(struct store *store, enum sql which, sqlite3_stmt **stmt, struct err *err,
		const char *types, va_list values)
{
	*stmt = sql_get(store, which, err);
	if (!*stmt)
		return sqlite_check(store->db, sqlite3_errcode(store->db), err);
	return sqlite_vbind(*stmt, err, types, values);
}

int sql_write(struct store *store, enum sql which, struct err *err, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list values;
	int ret;

	va_start(values, types);
	ret = bind(store, which, &stmt, err, types, values);
	va_end(values);
	return ret ? ret : sqlite_run(stmt, err);
}

sqlite3_stmt *sql_read(struct store *store, enum sql which, struct err *err, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list values;
	int ret;

	va_start(values, types);
	ret = bind(store, which, &stmt, err, types, values);
	va_end(values);
	return ret ? NULL : stmt;
}

int sql_find(struct store *store, enum sql which, int64_t *id, struct err *err, const char *types,
	     ...)
{
	sqlite3_stmt *stmt;
	va_list values;
	int ret;

	va_start(values, types);
	ret = bind(store, which, &stmt, err, types, values);
	va_end(values);
	if (ret)
		return ret;
	ret = sqlite_row(stmt, err);
	if (ret > 0)
		*id = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return ret;
}

int sql_fail(const struct store *store, int ret, struct err *err)
{
	if (ret < 0)
		err_prefix(err, "%s", store->path);
	return ret;
}
