/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SQLite as the store uses it: its codes as errors, transactions, values bound and read; every
 * statement that the store runs on its tables, in one list: each is prepared once a connection,
 * and a test asks SQLite how it would run it; and these tables, of which one holds runs' text, packed.
 */
#ifndef PTWALK_STORE_SQL_H
#define PTWALK_STORE_SQL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/err.h"
#include "bench/store/store.h"

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

/* Run a statement that returns nothing, and reset it. */
int sqlite_run(sqlite3_stmt *stmt, struct err *err);

/* The next row. Returns: 1; 0 at the end, the statement reset; or a negative errno. */
int sqlite_row(sqlite3_stmt *stmt, struct err *err);

/* A text column, "" for NULL. Owned by the caller. */
char *sqlite_text(sqlite3_stmt *stmt, int column);

/* A number; NAN for NULL. */
double sqlite_real(sqlite3_stmt *stmt, int column);

/* clang-format off */
/* Of facts: they are series as well, and none that a run is said to have. */
#define SQL_FACT(id, name, what) "'" name "', "
#define SQL_FACT_UNITS FACT_TOTALS(SQL_FACT) "''"

#define SQL_RUN_COLUMNS \
	"r.id, r.name, r.session_id, r.env_id, r.kernel_id, r.time, r.exact, r.pruned," \
	" r.machine, k.spec, k.release, k.version, k.commit_id, k.parent, s.kind," \
	" (SELECT count(*) FROM measure m JOIN series n ON n.id = m.series_id" \
	"  WHERE m.run_id = r.id AND n.unit NOT IN (" SQL_FACT_UNITS "))," \
	" (SELECT count(*) FROM missing WHERE run_id = r.id)," \
	" EXISTS (SELECT 1 FROM verdict WHERE new_run_id = r.id)" \
	" FROM run r JOIN kernel k ON k.id = r.kernel_id LEFT JOIN session s ON s.id = r.session_id"

#define SQL_VERDICT_COLUMNS \
	"session_id, base_run_id, new_run_id, series_id, time, method, nr_base, nr_new, base, new," \
	" ratio, low, high, p, p_adjusted, effect, outcome, note"

#define SQL_SERIES_COLUMNS \
	"id, name, machine, unit, exact, version, op, policy, workload, level, size, placement" \
	", threads, mms, cache, functional, arch, page FROM series"

#define SQL_POINT_COLUMNS \
	"m.run_id, m.boot, m.time, m.value, r.env_id, r.kernel_id, r.exact, m.series_id" \
	" FROM measure m JOIN run r ON r.id = m.run_id"

#define SQL_LIST(X) \
	X(ENV_FIND, "SELECT id FROM env WHERE key = ?") \
	X(ENV_ADD, "INSERT INTO env (key) VALUES (?) RETURNING id") \
	X(ENV_KEY, "SELECT key FROM env WHERE id = ?") \
	X(KERNEL_FIND, "SELECT id FROM kernel WHERE spec = ? AND release = ? AND version = ?" \
		" AND image_sha256 = ? AND config_sha256 = ? AND compiler = ? AND commit_id = ?" \
		" AND parent = ?") \
	X(KERNEL_ADD, "INSERT INTO kernel (spec, release, version, image_sha256, config_sha256," \
		" compiler, commit_id, parent) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id") \
	X(SESSION_ADD, "INSERT INTO session (kind, command, plan, time, seed)" \
		" VALUES (?, ?, ?, ?, ?)") \
	X(RUN_DIGEST, "SELECT id, digest, schema, pruned, time FROM run WHERE name = ?") \
	X(RUN_ADD, "INSERT INTO run (name, session_id, env_id, kernel_id, time, exact, schema," \
		" digest, machine) VALUES (?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9)") \
	X(RECORDS_ADD, "INSERT INTO records (run_id, size, text) VALUES (?, ?, ?)") \
	X(SERIES_FIND, "SELECT id FROM series WHERE name = ? AND machine = ? AND unit = ?" \
		" AND exact = ? AND version = ? AND op = ? AND policy = ? AND workload = ?" \
		" AND level = ? AND size = ? AND placement = ? AND threads = ? AND mms = ?" \
		" AND cache = ? AND functional = ? AND arch = ? AND page = ?") \
	X(SERIES_ADD, "INSERT INTO series (name, machine, unit, exact, version, op, policy," \
		" workload, level, size, placement, threads, mms, cache, functional, arch, page)" \
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id") \
	X(MEASURE_ADD, "INSERT INTO measure (run_id, boot, series_id, time, value)" \
		" VALUES (?, ?, ?, ?, ?)") \
	X(MISSING_ADD, "INSERT INTO missing (run_id, boot, name) VALUES (?, ?, ?)") \
	X(RUN_NAME, "SELECT id FROM run WHERE name = ? ORDER BY time DESC, id DESC LIMIT 1") \
	X(RUN_ID, "SELECT id FROM run WHERE id = ?") \
	X(RUN_LAST, "SELECT id, name FROM run ORDER BY time DESC, id DESC LIMIT ? OFFSET ?") \
	X(RUN_LIST, "SELECT * FROM (SELECT " SQL_RUN_COLUMNS " ORDER BY r.time DESC, r.id DESC" \
		" LIMIT ?) ORDER BY time, id") \
	X(RUN_LOAD, "SELECT r.name, r.digest, r.pruned, p.size, p.text FROM run r" \
		" LEFT JOIN records p ON p.run_id = r.id WHERE r.id = ?") \
	X(SERIES_LIST, "SELECT " SQL_SERIES_COLUMNS " ORDER BY id") \
	X(SERIES_NAMED, "SELECT " SQL_SERIES_COLUMNS " WHERE name = ? ORDER BY id") \
	X(HISTORY, "SELECT " SQL_POINT_COLUMNS " WHERE m.series_id = ?1" \
		" AND m.time >= ?2 ORDER BY m.time, m.run_id, m.boot") \
	X(RUN_VALUES, "SELECT " SQL_POINT_COLUMNS " WHERE m.run_id = ? ORDER BY m.series_id, m.boot") \
	X(VERDICT_ADD, "INSERT INTO verdict (" SQL_VERDICT_COLUMNS ") VALUES (nullif(?, 0)," \
		" nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	X(VERDICT_RUN, "SELECT " SQL_VERDICT_COLUMNS " FROM verdict WHERE new_run_id = ?" \
		" ORDER BY series_id, id") \
	X(CHANGE_ADD, "INSERT INTO change_point (series_id, run_id, before, after, time, state," \
		" note) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series_id, run_id) DO UPDATE" \
		" SET before = excluded.before, after = excluded.after") \
	X(CHANGE_SERIES, "SELECT c.id, c.series_id, c.run_id, c.before, c.after, c.time, c.state," \
		" c.note FROM change_point c WHERE c.series_id = ? ORDER BY c.run_id") \
	X(CHANGE_LIST, "SELECT id, series_id, run_id, before, after, time, state, note" \
		" FROM change_point ORDER BY id") \
	X(CHANGE_STATE, "UPDATE change_point SET state = ?2, note = ?3 WHERE id = ?1") \
	X(PRUNE_RUNS, "SELECT id FROM run WHERE time < ? AND pruned IS NULL ORDER BY time, id") \
	X(PRUNE_RECORDS, "DELETE FROM records WHERE run_id = ?") \
	X(PRUNE_MARK, "UPDATE run SET pruned = ?2 WHERE id = ?1")
/* clang-format on */

enum sql {
#define ENTRY(name, text) SQL_##name,
	SQL_LIST(ENTRY)
#undef ENTRY
	SQL_NR,
};

/* Its text, by its number. */
extern const char *const sql_texts[SQL_NR];

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *statements[SQL_NR]; /* prepared at their first use */
};

/*
 * Give a statement its values, from the first on, and run what returns nothing.
 * @types:	a letter each: i int64_t, r double, t const char * (NULL is NULL), b const void *
 *		and size_t, n NULL (takes no argument)
 */
int sql_write(struct store *, enum sql, struct err *err, const char *types, ...);

/* Bind, and begin to read: rows come by sqlite_row(). NULL with @err set. */
sqlite3_stmt *sql_read(struct store *, enum sql, struct err *err, const char *types, ...);

/* Bind, and take the first column of the first row. Returns: 1; 0: no row; a negative errno. */
int sql_find(struct store *, enum sql, int64_t *id, struct err *err, const char *types, ...);

/* Put the store's path in front of what went wrong. Returns @ret. */
int sql_fail(const struct store *, int ret, struct err *err);

/*
 * The tables of the store and how they came to be. docs/store.md is the prose.
 * A step, once released, is never changed: a new one is added at the end.
 */

/* "ptwk": what PRAGMA application_id says of a store. */
#define SCHEMA_APPLICATION 0x7074776b

/* What takes the tables to the next version, in this order. */
struct schema_step {
	const char *sql;
	int (*convert)(sqlite3 *, struct err *); /* what SQL cannot; or NULL */
	const char *after;			 /* SQL; or NULL */
};

/* From version I to I + 1, by I. */
extern const struct schema_step schema_steps[];
extern const size_t nr_schema_steps;

/**
 * schema_migrate - bring a database to the newest version
 * @steps:	schema_steps, but in tests
 *
 * All steps that lack are taken in one transaction, or none.
 *
 * Returns: 0; -EPROTONOSUPPORT: the database is of a newer version, and is left
 * as it is; -EBADMSG: it is a database of something else; or the error of SQLite.
 */
int schema_migrate(sqlite3 *db, const struct schema_step *steps, size_t n, struct err *err);

/* The version that a database says it is of. */
int schema_version(sqlite3 *db, size_t *version, struct err *err);

/* Of version 2: the records of each run, put together from the tables of version 1, packed. */
int schema_pack_runs(sqlite3 *, struct err *);

/* A run's text as the store keeps it: packed (zlib), and known by its SHA-256. */
#define PACK_DIGEST_SIZE 65

struct packed {
	void *data;
	size_t len;  /* of @data */
	size_t size; /* of the text */
};

/* SHA-256, as lower-case digits. */
void pack_digest(const char *text, size_t len, char digest[PACK_DIGEST_SIZE]);

/* To be ended with packed_release(). Returns: 0; -ENOMEM. */
int pack_text(const char *text, size_t len, struct packed *out, struct err *err);

static inline void packed_release(struct packed *packed)
{
	free(packed->data);
}

/* The text, ended by a 0 that is not counted. Owned by the caller; NULL: it is no such thing. */
char *unpack_text(const void *data, size_t len, size_t size);

#endif
