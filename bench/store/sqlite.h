/* SPDX-License-Identifier: GPL-2.0-only */
/* SQLite as the store uses it: its codes as errors, transactions, values bound and read. */
#ifndef PTWALK_STORE_SQLITE_H
#define PTWALK_STORE_SQLITE_H

#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>

#include "base/err.h"

/*
 * 0 for SQLITE_OK, SQLITE_ROW and SQLITE_DONE. Else a negative errno, with what
 * a user can do about it: -ENOSPC, -EBUSY (another process writes), -EROFS,
 * -EACCES, -EBADMSG (damaged, or no database), -EIO.
 */
int sqlite_check(sqlite3 *db, int code, struct err *err);

/* Begin to write: from here on no other process can. */
int sqlite_begin(sqlite3 *db, struct err *err);

/* Keep what was written where @ret is 0, else undo it. Returns @ret, or why it could not be kept. */
int sqlite_end(sqlite3 *db, int ret, struct err *err);

/**
 * sqlite_bind - give a statement its values, from the first on
 * @types:	a letter each: i int64_t, r double, t const char * (NULL is
 *		NULL), n NULL (takes no argument)
 */
int sqlite_bind(sqlite3_stmt *stmt, struct err *err, const char *types, ...);
int sqlite_vbind(sqlite3_stmt *stmt, struct err *err, const char *types, va_list values);

/* Run a statement that returns nothing, and reset it. */
int sqlite_run(sqlite3_stmt *stmt, struct err *err);

/* The next row. Returns: 1; 0 at the end, the statement reset; or a negative errno. */
int sqlite_row(sqlite3_stmt *stmt, struct err *err);

/* A text column, "" for NULL. Owned by the caller. */
char *sqlite_text(sqlite3_stmt *stmt, int column);

/* A number; NAN for NULL. */
double sqlite_real(sqlite3_stmt *stmt, int column);

#endif
