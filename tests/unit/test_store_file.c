// SPDX-License-Identifier: GPL-2.0-only
/* The file itself: queries, versions, damage, and other processes. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/store/sql.h"

static void assert_refused(const char *path, int code, const char *why)
{
	struct store *store;
	struct err err;

	assert_int_equal(store_open(path, NULL, &store, &err), code);
	if (!strstr(err.text, why) || strncmp(err.text, path, strlen(path)) != 0)
		fail_msg("%s", err.text);
}

/* Statements that look at all of a table because they are asked for all of it. */
static bool reads_all(enum sql which)
{
	return which == SQL_SERIES_LIST || which == SQL_CHANGE_LIST;
}

static void explain(struct store *store, enum sql which, int *scans)
{
	char *sql = xasprintf("EXPLAIN QUERY PLAN %s", sql_texts[which]);
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(stmt, 3);
		bool scan = str_starts(detail, "SCAN ") && !strstr(detail, " USING ") &&
			    !strstr(detail, "SCAN (subquery") && !strstr(detail, "CONSTANT ROW");

		*scans += scan;
		if (scan && !reads_all(which))
			fail_msg("%s\n%s", sql_texts[which], detail);
		if (strstr(detail, "AUTOMATIC"))
			fail_msg("%s\n%s", sql_texts[which], detail);
	}
	sqlite3_finalize(stmt);
	free(sql);
}

FAKE_STORE_TEST(test_queries_use_indexes)
{
	struct store *store = fake_store_open(*state);
	int scans = 0, none = 0;

	for (int i = 0; i < SQL_NR; i++)
		explain(store, (enum sql)i, &scans);
	assert_int_equal(scans, 2); /* the two that do: the test sees a scan */
	/* A history is read in the order of its index. */
	store_close(store);
	store = fake_store_open(*state);
	explain(store, SQL_HISTORY, &none);
	assert_int_equal(none, 0);
	store_close(store);
}

static void exec(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

FAKE_STORE_TEST(test_newer_schema)
{
	const char *path = *state;
	struct store *store = fake_store_open(path);
	struct store_options reading = { .read_only = true };
	_cleanup_free_ char *sql = NULL;
	struct err err;

	fake_store_night(store, 1, 0, NULL);
	store_close(store);
	exec(path, "PRAGMA user_version = 99; CREATE TABLE later (x)");
	assert_refused(path, -EPROTONOSUPPORT, "its schema, 99, is newer than this program");
	assert_int_equal(store_open(path, &reading, &store, &err), -EPROTONOSUPPORT);
	/* It is left as it was. */
	sql = xasprintf("SELECT x FROM later; PRAGMA user_version = %zu", nr_schema_steps);
	exec(path, sql);
	store = fake_store_open(path);
	store_close(store);
}

FAKE_STORE_TEST(test_migration)
{
	const char *path = *state;
	struct schema_step steps[] = { schema_steps[0],
				       schema_steps[1],
				       schema_steps[2],
				       schema_steps[3],
				       schema_steps[4],
				       { .sql = "CREATE TABLE later (x) STRICT" },
				       { .sql = "INSERT INTO later VALUES (1)" } };
	struct store *store = fake_store_open(path);
	int64_t run = fake_store_night(store, 1, 0, NULL);
	struct records records;
	size_t version;

	/* A step that fails takes back those before it. */
	assert_true(schema_migrate(store->db, steps, 7, NULL) < 0);
	assert_int_equal(schema_version(store->db, &version, NULL), 0);
	assert_int_equal(version, nr_schema_steps);
	steps[5].sql = "CREATE TABLE later (x INTEGER) STRICT";
	assert_int_equal(schema_migrate(store->db, steps, 7, NULL), 0);
	assert_int_equal(schema_version(store->db, &version, NULL), 0);
	assert_int_equal(version, 7);
	assert_int_equal(schema_migrate(store->db, steps, 7, NULL), 0);
	assert_int_equal(store_load(store, run, &records, NULL), 0);
	records_release(&records);
	store_close(store);
}

static void write_file(const char *path, const char *text)
{
	char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
	free(folder);
}

FAKE_STORE_TEST(test_no_store)
{
	const struct store_options reading = { .read_only = true };
	const char *path = *state;
	struct store *store;
	struct err err;

	assert_int_equal(store_open(path, &reading, &store, &err), -ENOENT);
	assert_false(fs_exists(path));
	write_file(path, "This is a text of more than sixteen bytes, and no database.\n");
	assert_refused(path, -EBADMSG, "damaged, or no store of ptwalk");
	assert_int_equal(unlink(path), 0);
	exec(path, "CREATE TABLE mine (x)");
	assert_refused(path, -EBADMSG, "not a store of ptwalk");
	exec(path, "SELECT x FROM mine");
	assert_refused("/proc/nope/store.db", -ENOENT, "cannot make folder");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(fs_mkdir_p(path, NULL), 0);
	assert_int_not_equal(store_open(path, NULL, &store, &err), 0);
}

static void spoil(const char *path, off_t at, size_t len)
{
	char *junk = xcalloc(1, len);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(junk, 0x5a, len);
	assert_int_equal(pwrite(fd, junk, len, at), len);
	close(fd);
	free(junk);
}

FAKE_STORE_TEST(test_damaged)
{
	const char *path = *state;
	struct store *store = fake_store_open(path);
	int64_t run = fake_store_night(store, 1, 0, NULL);
	struct records records;
	struct stat file;
	struct err err;

	store_close(store);
	assert_int_equal(stat(path, &file), 0);
	spoil(path, file.st_size * 7 / 8, (size_t)file.st_size / 8);
	store = fake_store_open(path);
	assert_int_equal(store_load(store, run, &records, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "damaged"));
	assert_false(fake_store_whole(store));
	store_close(store);
	spoil(path, 0, 64);
	assert_refused(path, -EBADMSG, "move it away");
}

/* A value that changed is not given out as one that was measured. */
FAKE_STORE_TEST(test_changed)
{
	static const char *const spoilt[] = {
		"UPDATE records SET text = CAST(substr(text, 1, 99) || 'x' AS BLOB)",
		"UPDATE records SET size = size + 1",
		"UPDATE records SET size = 1 << 60",
		"DELETE FROM records",
	};
	const char *path = *state;
	struct store *store = fake_store_open(path);
	int64_t run = fake_store_night(store, 1, 0, NULL);
	struct records records;
	struct err err;

	store_close(store);
	exec(path, "UPDATE run SET digest = replace(digest, substr(digest, 1, 1), '-')");
	store = fake_store_open(path);
	assert_int_equal(store_load(store, run, &records, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "damaged: night-1: what is stored of it is not what was"));
	store_close(store);
	for (size_t i = 0; i < ARRAY_SIZE(spoilt); i++) {
		exec(path, spoilt[i]);
		store = fake_store_open(path);
		assert_int_equal(store_load(store, run, &records, &err), -EBADMSG);
		assert_non_null(
			strstr(err.text, "damaged: night-1: its records cannot be unpacked"));
		store_close(store);
	}
}

FAKE_STORE_TEST(test_another_writes)
{
	const struct store_options hurry = { .wait_ms = 50 };
	const char *path = *state;
	struct store *store = fake_store_open(path), *other;
	struct store_session session = { .kind = "run" };
	struct store_runs runs;
	struct err err;
	int64_t id;

	fake_store_night(store, 1, 0, NULL);
	assert_int_equal(sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_open(path, &hurry, &other, NULL), 0);
	assert_int_equal(store_session_add(other, &session, &id, &err), -EBUSY);
	assert_non_null(strstr(err.text, "another process is writing to it"));
	/* Reading goes on. */
	assert_int_equal(store_list(other, 0, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	store_runs_release(&runs);
	assert_int_equal(sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_session_add(other, &session, &id, NULL), 0);
	session.kind = "nope";
	assert_true(store_session_add(other, &session, &id, &err) < 0);
	store_close(other);
	store_close(store);
}
