/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every statement that the store runs on its tables, in one list: each is
 * prepared once a connection, and a test asks SQLite how it would run it.
 */
#ifndef PTWALK_STORE_SQL_H
#define PTWALK_STORE_SQL_H

#include <sqlite3.h>

#include "base/err.h"
#include "bench/store/store.h"

/* clang-format off */
#define SQL_RUN_COLUMNS \
	"r.id, r.name, r.session_id, r.env_id, r.kernel_id, r.time, r.exact, r.pruned," \
	" r.record ->> 'machine', k.spec, k.release, k.version, k.commit_id, k.parent, s.kind," \
	" (SELECT count(*) FROM measure WHERE run_id = r.id)," \
	" (SELECT count(*) FROM missing WHERE run_id = r.id)," \
	" EXISTS (SELECT 1 FROM verdict WHERE new_run_id = r.id)" \
	" FROM run r JOIN kernel k ON k.id = r.kernel_id LEFT JOIN session s ON s.id = r.session_id"

#define SQL_VERDICT_COLUMNS \
	"session_id, base_run_id, new_run_id, series_id, time, method, nr_base, nr_new, base, new," \
	" ratio, low, high, p, p_adjusted, effect, outcome, note"

#define SQL_SERIES_COLUMNS \
	"id, name, machine, unit, exact, version, op, policy, workload, level, size, better," \
	" floor_absolute, floor_relative, placement, threads, mms FROM series"

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
		" digest, record) VALUES (?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9)") \
	X(BOOT_ADD, "INSERT INTO boot (run_id, kind, record) VALUES (?, ?, ?)") \
	X(SERIES_FIND, "SELECT id FROM series WHERE name = ? AND machine = ? AND unit = ?" \
		" AND exact = ? AND version = ? AND op = ? AND policy = ? AND workload = ?" \
		" AND level = ? AND size = ? AND placement = ? AND threads = ? AND mms = ?") \
	X(SERIES_ADD, "INSERT INTO series (name, machine, unit, exact, version, op, policy," \
		" workload, level, size, placement, threads, mms, better, floor_absolute," \
		" floor_relative) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'less', 0, 0)" \
		" RETURNING id") \
	X(DOCUMENT_FIND, "SELECT id FROM document WHERE hash = ? AND text = ?") \
	X(DOCUMENT_ADD, "INSERT INTO document (hash, text) VALUES (?, ?) RETURNING id") \
	X(MEASURE_ADD, "INSERT INTO measure (run_id, boot, series_id, time, run_ticks, proof_id," \
		" rest_id, stages, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	X(SAMPLE_ADD, "INSERT INTO sample (measure_id, n, ticks, flags, interrupts, switches," \
		" retries, faults, cpu, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	X(MISSING_ADD, "INSERT INTO missing (run_id, boot, name, record) VALUES (?, ?, ?, ?)") \
	X(RUN_NAME, "SELECT id FROM run WHERE name = ? ORDER BY time DESC, id DESC LIMIT 1") \
	X(RUN_ID, "SELECT id FROM run WHERE id = ?") \
	X(RUN_LAST, "SELECT id, name FROM run ORDER BY time DESC, id DESC LIMIT ? OFFSET ?") \
	X(RUN_LIST, "SELECT * FROM (SELECT " SQL_RUN_COLUMNS " ORDER BY r.time DESC, r.id DESC" \
		" LIMIT ?) ORDER BY time, id") \
	X(RUN_LOAD, "SELECT name, record, digest, pruned FROM run WHERE id = ?") \
	X(BOOT_LOAD, "SELECT kind, record FROM boot WHERE run_id = ? ORDER BY id") \
	X(MEASURE_LOAD, "SELECT m.id, m.boot, m.run_ticks, s.name, s.op, s.policy, s.workload," \
		" s.level, s.size, p.text, m.stages, d.text FROM measure m JOIN series s ON s.id = m.series_id" \
		" JOIN document p ON p.id = m.proof_id JOIN document d ON d.id = m.rest_id" \
		" WHERE m.run_id = ? ORDER BY m.id") \
	X(SAMPLE_LOAD, "SELECT ticks, flags, interrupts, switches, retries, faults, cpu, events" \
		" FROM sample WHERE measure_id = ? ORDER BY n") \
	X(MISSING_LOAD, "SELECT record FROM missing WHERE run_id = ? ORDER BY id") \
	X(SERIES_LIST, "SELECT " SQL_SERIES_COLUMNS " ORDER BY id") \
	X(SERIES_NAMED, "SELECT " SQL_SERIES_COLUMNS " WHERE name = ? ORDER BY id") \
	X(SERIES_FLOORS, "UPDATE series SET floor_absolute = ?2, floor_relative = ?3 WHERE id = ?1") \
	X(HISTORY, "SELECT " SQL_POINT_COLUMNS " WHERE m.series_id = ?1" \
		" AND m.time >= ?2 ORDER BY m.time, m.run_id, m.boot") \
	X(RUN_VALUES, "SELECT " SQL_POINT_COLUMNS " WHERE m.run_id = ? ORDER BY m.series_id, m.boot") \
	X(VERDICT_ADD, "INSERT INTO verdict (" SQL_VERDICT_COLUMNS ") VALUES (nullif(?, 0)," \
		" nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	X(VERDICT_RUN, "SELECT " SQL_VERDICT_COLUMNS " FROM verdict WHERE new_run_id = ?" \
		" ORDER BY series_id, id") \
	X(VERDICT_SERIES, "SELECT " SQL_VERDICT_COLUMNS " FROM verdict WHERE series_id = ?" \
		" ORDER BY time, id") \
	X(CHANGE_ADD, "INSERT INTO change_point (series_id, run_id, before, after, time, state," \
		" note) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series_id, run_id) DO UPDATE" \
		" SET before = excluded.before, after = excluded.after") \
	X(CHANGE_SERIES, "SELECT c.id, c.series_id, c.run_id, c.before, c.after, c.time, c.state," \
		" c.note FROM change_point c WHERE c.series_id = ? ORDER BY c.run_id") \
	X(CHANGE_LIST, "SELECT id, series_id, run_id, before, after, time, state, note" \
		" FROM change_point ORDER BY id") \
	X(CHANGE_STATE, "UPDATE change_point SET state = ?2, note = ?3 WHERE id = ?1") \
	X(PRUNE_RUNS, "SELECT id FROM run WHERE time < ? AND pruned IS NULL ORDER BY time, id") \
	X(PRUNE_SAMPLES, "DELETE FROM sample WHERE measure_id IN" \
		" (SELECT id FROM measure WHERE run_id = ?)") \
	X(PRUNE_STAGES, "UPDATE measure SET stages = NULL WHERE run_id = ? AND stages IS NOT NULL") \
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

/* The statement, reset; NULL with @err set. It stays the store's. */
sqlite3_stmt *sql_get(struct store *, enum sql, struct err *err);

/* Bind as sqlite_bind() does, and run what returns nothing. */
int sql_write(struct store *, enum sql, struct err *err, const char *types, ...);

/* Bind, and begin to read: rows come by sqlite_row(). NULL with @err set. */
sqlite3_stmt *sql_read(struct store *, enum sql, struct err *err, const char *types, ...);

/* Bind, and take the first column of the first row. Returns: 1; 0: no row; a negative errno. */
int sql_find(struct store *, enum sql, int64_t *id, struct err *err, const char *types, ...);

/* Put the store's path in front of what went wrong. Returns @ret. */
int sql_fail(const struct store *, int ret, struct err *err);

#endif
