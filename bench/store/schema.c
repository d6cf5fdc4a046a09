// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/store/sql.h"

/* Integers of 64 bits are kept as two's complement. */
static const char version_1[] =
	/* What must match for figures to be comparable: a JSON object of its fields. */
	"CREATE TABLE env (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE kernel (id INTEGER PRIMARY KEY,"
	" spec TEXT NOT NULL, release TEXT NOT NULL, version TEXT NOT NULL,"
	" image_sha256 TEXT NOT NULL, config_sha256 TEXT NOT NULL, compiler TEXT NOT NULL,"
	" commit_id TEXT NOT NULL, parent TEXT NOT NULL,"
	" UNIQUE (image_sha256, spec, release, version, config_sha256, compiler, commit_id,"
	"  parent)) STRICT;"
	"CREATE TABLE session (id INTEGER PRIMARY KEY,"
	" kind TEXT NOT NULL CHECK (kind IN ('run', 'ab', 'aa', 'nightly', 'bisect', 'import')),"
	" seed INTEGER, command TEXT NOT NULL, plan TEXT NOT NULL,"
	" time INTEGER NOT NULL) STRICT;"
	"CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" session_id INTEGER REFERENCES session, env_id INTEGER NOT NULL REFERENCES env,"
	" kernel_id INTEGER NOT NULL REFERENCES kernel, time INTEGER NOT NULL,"
	" exact INTEGER NOT NULL, schema INTEGER NOT NULL, digest TEXT NOT NULL,"
	" pruned INTEGER,"
	" record TEXT NOT NULL) STRICT;"
	"CREATE INDEX run_time ON run (time, id);"
	"CREATE INDEX run_name ON run (name, time, id);"
	"CREATE INDEX run_env ON run (env_id);"
	"CREATE INDEX run_kernel ON run (kernel_id);"
	"CREATE INDEX run_session ON run (session_id);"
	"CREATE TABLE boot (id INTEGER PRIMARY KEY,"
	" run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	" kind INTEGER NOT NULL, record TEXT NOT NULL) STRICT;"
	"CREATE INDEX boot_run ON boot (run_id, id);"
	"CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" machine TEXT NOT NULL, unit TEXT NOT NULL, exact INTEGER NOT NULL,"
	" version INTEGER NOT NULL, op TEXT NOT NULL, policy TEXT NOT NULL,"
	" workload TEXT NOT NULL, level TEXT NOT NULL, size INTEGER NOT NULL,"
	" placement TEXT NOT NULL, threads INTEGER NOT NULL, mms INTEGER NOT NULL,"
	" better TEXT NOT NULL CHECK (better IN ('less', 'more')),"
	" floor_absolute INTEGER NOT NULL, floor_relative REAL NOT NULL,"
	" UNIQUE (name, machine, unit, exact, version, op, policy, workload, level, size,"
	"  placement, threads, mms)) STRICT;"
	/* Parts of records that are the same again and again: proofs, sums. */
	"CREATE TABLE document (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL,"
	" text TEXT NOT NULL) STRICT;"
	"CREATE INDEX document_hash ON document (hash);"
	/* One series in one boot of one run. value: series_value_boot(). */
	"CREATE TABLE measure (id INTEGER PRIMARY KEY,"
	" run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	" boot INTEGER NOT NULL, series_id INTEGER NOT NULL REFERENCES series,"
	" time INTEGER NOT NULL, value ANY, run_ticks INTEGER NOT NULL,"
	" proof_id INTEGER NOT NULL,"
	" rest_id INTEGER NOT NULL, stages TEXT) STRICT;"
	"CREATE INDEX measure_run ON measure (run_id, id);"
	"CREATE INDEX measure_history ON measure (series_id, time, run_id, boot, value);"
	"CREATE TABLE sample (measure_id INTEGER NOT NULL REFERENCES measure ON DELETE CASCADE,"
	" n INTEGER NOT NULL, ticks INTEGER NOT NULL, flags INTEGER NOT NULL,"
	" interrupts INTEGER NOT NULL, switches INTEGER NOT NULL, retries INTEGER NOT NULL,"
	" faults INTEGER NOT NULL, cpu INTEGER NOT NULL, events TEXT,"
	" PRIMARY KEY (measure_id, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE missing (id INTEGER PRIMARY KEY,"
	" run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	" boot INTEGER NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL) STRICT;"
	"CREATE INDEX missing_run ON missing (run_id, id);"
	"CREATE TABLE verdict (id INTEGER PRIMARY KEY, session_id INTEGER, base_run_id INTEGER,"
	" new_run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	" series_id INTEGER NOT NULL REFERENCES series, time INTEGER NOT NULL,"
	" method TEXT NOT NULL, nr_base INTEGER NOT NULL, nr_new INTEGER NOT NULL,"
	" base REAL, new REAL, ratio REAL, low REAL, high REAL, p REAL, p_adjusted REAL,"
	" effect REAL, outcome TEXT NOT NULL, note TEXT NOT NULL) STRICT;"
	"CREATE INDEX verdict_new ON verdict (new_run_id, series_id, id);"
	"CREATE INDEX verdict_series ON verdict (series_id, time, id);"
	"CREATE TABLE change_point (id INTEGER PRIMARY KEY,"
	" series_id INTEGER NOT NULL REFERENCES series,"
	" run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	" before REAL NOT NULL, after REAL NOT NULL, time INTEGER NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('new', 'expected', 'noise', 'fixed')),"
	" note TEXT NOT NULL, UNIQUE (series_id, run_id)) STRICT;"
	"CREATE INDEX change_point_run ON change_point (run_id, series_id);";

/* Records as one text, packed: what is looked for has columns, and nothing else has. */
static const char version_2[] =
	"CREATE TABLE records (run_id INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,"
	" size INTEGER NOT NULL, text BLOB NOT NULL) STRICT;"
	"ALTER TABLE run ADD COLUMN machine TEXT NOT NULL DEFAULT '';"
	"UPDATE run SET machine = record ->> 'machine';"
	"ALTER TABLE series ADD COLUMN cache TEXT NOT NULL DEFAULT 'warm';"
	"UPDATE series SET cache = 'cold' WHERE name LIKE '%/cache:cold';";

static const char version_2_packed[] =
	"DROP TABLE sample; DROP TABLE boot; DROP TABLE document;"
	"ALTER TABLE run DROP COLUMN record; ALTER TABLE missing DROP COLUMN record;"
	"ALTER TABLE series DROP COLUMN better; ALTER TABLE series DROP COLUMN floor_absolute;"
	"ALTER TABLE series DROP COLUMN floor_relative; ALTER TABLE measure DROP COLUMN run_ticks;"
	"ALTER TABLE measure DROP COLUMN proof_id; ALTER TABLE measure DROP COLUMN rest_id;"
	"ALTER TABLE measure DROP COLUMN stages";

/* What the machine alone said before. */
static const char version_3[] =
	"ALTER TABLE series ADD COLUMN functional INTEGER NOT NULL DEFAULT 0;"
	"UPDATE series SET functional = 1 WHERE machine = 'tcg';";

/* All that sets a series apart is in what must be unique: SQLite adds nothing to that of a table. */
#define VERSION_4_SAME                                                                       \
	"name, machine, unit, exact, version, op, policy, workload, level, size, placement," \
	" threads, mms, cache, functional"
static const char version_4[] =
	"CREATE TABLE series_of_arch (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" machine TEXT NOT NULL, unit TEXT NOT NULL, exact INTEGER NOT NULL,"
	" version INTEGER NOT NULL, op TEXT NOT NULL, policy TEXT NOT NULL,"
	" workload TEXT NOT NULL, level TEXT NOT NULL, size INTEGER NOT NULL,"
	" placement TEXT NOT NULL, threads INTEGER NOT NULL, mms INTEGER NOT NULL,"
	" cache TEXT NOT NULL, functional INTEGER NOT NULL, arch TEXT NOT NULL,"
	" UNIQUE (" VERSION_4_SAME ", arch)) STRICT;"
	"INSERT INTO series_of_arch SELECT id, " VERSION_4_SAME ", 'x86' FROM series;"
	"DROP TABLE series; ALTER TABLE series_of_arch RENAME TO series;";

#define VERSION_5_SAME VERSION_4_SAME ", arch"
static const char version_5[] =
	"CREATE TABLE series_of_page (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" machine TEXT NOT NULL, unit TEXT NOT NULL, exact INTEGER NOT NULL,"
	" version INTEGER NOT NULL, op TEXT NOT NULL, policy TEXT NOT NULL,"
	" workload TEXT NOT NULL, level TEXT NOT NULL, size INTEGER NOT NULL,"
	" placement TEXT NOT NULL, threads INTEGER NOT NULL, mms INTEGER NOT NULL,"
	" cache TEXT NOT NULL, functional INTEGER NOT NULL, arch TEXT NOT NULL,"
	" page INTEGER NOT NULL, UNIQUE (" VERSION_5_SAME ", page)) STRICT;"
	"INSERT INTO series_of_page SELECT id, " VERSION_5_SAME ", 4096 FROM series;"
	"DROP TABLE series; ALTER TABLE series_of_page RENAME TO series;";

const struct schema_step schema_steps[] = {
	{ .sql = version_1 },
	{ .sql = version_2, .convert = schema_pack_runs, .after = version_2_packed },
	{ .sql = version_3 },
	{ .sql = version_4 },
	{ .sql = version_5 },
};
const size_t nr_schema_steps = ARRAY_SIZE(schema_steps);

static int pragma_number(sqlite3 *db, const char *sql, sqlite3_int64 *n, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int ret = sqlite_check(db, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), err);

	if (!ret)
		ret = sqlite_check(db, sqlite3_step(stmt), err);
	if (!ret)
		*n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return ret;
}

int schema_version(sqlite3 *db, size_t *version, struct err *err)
{
	sqlite3_int64 n = 0, application = 0, tables = 0;
	int ret = pragma_number(db, "PRAGMA user_version", &n, err);

	if (!ret)
		ret = pragma_number(db, "PRAGMA application_id", &application, err);
	if (!ret)
		ret = pragma_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (ret)
		return ret;
	if (application == SCHEMA_APPLICATION && n > 0)
		*version = (size_t)n;
	else if (!application && !n && !tables)
		*version = 0;
	else
		return err_set(err, EBADMSG, "a database, but not a store of ptwalk");
	return 0;
}

static int run_sql(sqlite3 *db, const char *sql, struct err *err)
{
	return sql ? sqlite_check(db, sqlite3_exec(db, sql, NULL, NULL, NULL), err) : 0;
}

static int take_step(sqlite3 *db, const struct schema_step *step, struct err *err)
{
	int ret = run_sql(db, step->sql, err);

	if (!ret && step->convert)
		ret = step->convert(db, err);
	return ret ? ret : run_sql(db, step->after, err);
}

static int take_steps(sqlite3 *db, const struct schema_step *steps, size_t from, size_t n,
		      struct err *err)
{
	_cleanup_free_ char *pragma = NULL;
	int ret = 0;

	for (size_t i = from; !ret && i < n; i++)
		ret = take_step(db, &steps[i], err);
	if (ret)
		return ret;
	pragma = xasprintf("PRAGMA application_id = %d; PRAGMA user_version = %zu",
			   SCHEMA_APPLICATION, n);
	return run_sql(db, pragma, err);
}

/* Within the transaction: another process may have been first. */
static int migrate_locked(sqlite3 *db, const struct schema_step *steps, size_t n, struct err *err)
{
	size_t version = 0;
	int ret = schema_version(db, &version, err);

	return ret || version >= n ? ret : take_steps(db, steps, version, n, err);
}

int schema_migrate(sqlite3 *db, const struct schema_step *steps, size_t n, struct err *err)
{
	size_t version = 0;
	int ret = schema_version(db, &version, err);

	if (!ret && version > n)
		return err_set(err, EPROTONOSUPPORT,
			       "its schema, %zu, is newer than this program knows (%zu); use the "
			       "ptwalk that wrote it",
			       version, n);
	if (ret || version == n)
		return ret;
	ret = sqlite_begin(db, err);
	if (ret)
		return ret;
	ret = sqlite_end(db, migrate_locked(db, steps, n, err), err);
	/* What lacks the room for it stays as large as it was. */
	if (!ret && version)
		sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
	return ret;
}
