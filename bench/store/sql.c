// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/sql.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/str.h"

int sqlite_check(sqlite3 *db, int code, struct err *err)
{
	const int system = db ? sqlite3_system_errno(db) : 0;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return err_set(err, ENOSPC, "%s", strerror(ENOSPC));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, EBUSY,
			       "another process is writing to it; try again when it has "
			       "ended");
	case SQLITE_READONLY:
		return err_set(err, EROFS, "it cannot be written: file or folder is read-only");
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(err, EACCES, "%s", strerror(EACCES));
	case SQLITE_CANTOPEN:
		return err_set(err, system ? system : EACCES, "cannot open it: %s",
			       system ? strerror(system) : "no such file or folder, or read-only");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, EBADMSG,
			       "damaged, or no store of ptwalk (%s); move it away, and `ptwalk "
			       "import` the run folders into a new one",
			       sqlite3_errstr(code));
	case SQLITE_IOERR:
		return err_set(err, system ? system : EIO, "%s", strerror(system ? system : EIO));
	default:
		return err_set(err, EIO, "%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
	}
}

int sqlite_begin(sqlite3 *db, struct err *err)
{
	return sqlite_check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), err);
}

int sqlite_end(sqlite3 *db, int ret, struct err *err)
{
	if (!ret)
		ret = sqlite_check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), err);
	/* A full disk has undone it already. */
	if (ret && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}

static int bind_all(sqlite3_stmt *stmt, struct err *err, const char *types, va_list values)
{
	int code = SQLITE_OK;

	for (int i = 0; code == SQLITE_OK && types[i]; i++) {
		switch (types[i]) {
		case 'i':
			code = sqlite3_bind_int64(stmt, i + 1, va_arg(values, int64_t));
			break;
		case 'r':
			code = sqlite3_bind_double(stmt, i + 1, va_arg(values, double));
			break;
		case 't':
			code = sqlite3_bind_text(stmt, i + 1, va_arg(values, const char *), -1,
						 SQLITE_TRANSIENT);
			break;
		case 'b': {
			const void *data = va_arg(values, const void *);

			code = sqlite3_bind_blob64(stmt, i + 1, data, va_arg(values, size_t),
						   SQLITE_TRANSIENT);
			break;
		}
		default:
			code = sqlite3_bind_null(stmt, i + 1);
			break;
		}
	}
	return sqlite_check(sqlite3_db_handle(stmt), code, err);
}

int sqlite_run(sqlite3_stmt *stmt, struct err *err)
{
	int ret = sqlite_check(sqlite3_db_handle(stmt), sqlite3_step(stmt), err);

	sqlite3_reset(stmt);
	return ret;
}

int sqlite_row(sqlite3_stmt *stmt, struct err *err)
{
	int code = sqlite3_step(stmt), ret;

	if (code == SQLITE_ROW)
		return 1;
	ret = sqlite_check(sqlite3_db_handle(stmt), code, err);
	sqlite3_reset(stmt);
	return ret;
}

char *sqlite_text(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return xstrdup(text ? text : "");
}

double sqlite_real(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL
		       ? (double)NAN
		       : sqlite3_column_double(stmt, column);
}

const char *const sql_texts[SQL_NR] = {
#define ENTRY(name, text) text,
	SQL_LIST(ENTRY)
#undef ENTRY
};

/* The statement, reset; NULL with @err set. It stays the store's. */
static sqlite3_stmt *sql_get(struct store *store, enum sql which, struct err *err)
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
	return bind_all(*stmt, err, types, values);
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
