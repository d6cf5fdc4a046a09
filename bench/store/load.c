// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/store/load.h"
#include "bench/store/parts.h"
#include "bench/store/sql.h"
#include "bench/store/sqlite.h"

#define APPEND(array, n, member) \
	((array) = xgrow((array), (n), sizeof(*(array))), (array)[(n)++] = (member))

static const char *text(sqlite3_stmt *stmt, int column)
{
	const char *s = (const char *)sqlite3_column_text(stmt, column);

	return s ? s : "";
}

static int load_run(struct store *store, int64_t run, struct records *r, char **digest,
		    struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_RUN_LOAD, err, "i", run);
	int ret = stmt ? sqlite_row(stmt, err) : -EIO;
	struct record record;

	if (!ret)
		ret = err_set(err, ENOENT, "no run %lld", (long long)run);
	else if (ret > 0 && sqlite3_column_type(stmt, 3) != SQLITE_NULL)
		ret = err_set(err, ENODATA,
			      "the samples of %s were pruned; its values are in the history",
			      text(stmt, 0));
	else if (ret > 0)
		ret = parts_parse(text(stmt, 1), RECORD_RUN, RECORD_SCHEMA, &record, err);
	if (!ret) {
		r->run = record.run;
		*digest = sqlite_text(stmt, 2);
	}
	if (stmt)
		sqlite3_reset(stmt);
	return ret;
}

static int add_record(sqlite3_stmt *stmt, struct records *r, enum record_kind kind, int column,
		      struct err *err)
{
	struct record record;
	int ret = parts_parse(text(stmt, column), kind, r->run.schema, &record, err);

	if (ret)
		return ret;
	if (kind == RECORD_BOOT)
		APPEND(r->boots, r->nr_boots, record.boot);
	else if (kind == RECORD_END)
		APPEND(r->ends, r->nr_ends, record.end);
	else
		APPEND(r->missing, r->nr_missing, record.missing);
	return 0;
}

static int load_boots(struct store *store, int64_t run, struct records *r, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_BOOT_LOAD, err, "i", run);
	int ret = stmt ? 1 : -EIO;

	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		bool end = sqlite3_column_int(stmt, 0) == RECORD_END;

		ret = add_record(stmt, r, end ? RECORD_END : RECORD_BOOT, 1, err);
		ret = ret ? ret : 1;
	}
	if (stmt)
		sqlite3_reset(stmt);
	return ret;
}

static int load_missing(struct store *store, int64_t run, struct records *r, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_MISSING_LOAD, err, "i", run);
	int ret = stmt ? 1 : -EIO;

	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		ret = add_record(stmt, r, RECORD_MISSING, 0, err);
		ret = ret ? ret : 1;
	}
	if (stmt)
		sqlite3_reset(stmt);
	return ret;
}

static json_t *read_sample(sqlite3_stmt *stmt)
{
	int64_t columns[PARTS_SAMPLE_COLUMNS];

	for (int i = 0; i < PARTS_SAMPLE_COLUMNS; i++)
		columns[i] = sqlite3_column_int64(stmt, i);
	return parts_sample(columns, (const char *)sqlite3_column_text(stmt, PARTS_SAMPLE_COLUMNS));
}

static int load_samples(struct store *store, int64_t measure, json_t *samples, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_SAMPLE_LOAD, err, "i", measure);
	int ret = stmt ? 1 : -EIO;

	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0)
		json_array_append_new(samples, read_sample(stmt));
	return ret;
}

static int read_series(struct store *store, sqlite3_stmt *stmt, struct records *r, struct err *err)
{
	const struct parts_series parts = {
		.boot = sqlite3_column_int64(stmt, 1),
		.run_ticks = sqlite3_column_int64(stmt, 2),
		.name = text(stmt, 3),
		.op = text(stmt, 4),
		.policy = text(stmt, 5),
		.workload = text(stmt, 6),
		.level = text(stmt, 7),
		.size = sqlite3_column_int64(stmt, 8),
		.proof = text(stmt, 9),
		.stages = (const char *)sqlite3_column_text(stmt, 10),
		.rest = text(stmt, 11),
		.samples = json_array(),
	};
	struct record_series series;
	int ret = load_samples(store, sqlite3_column_int64(stmt, 0), parts.samples, err);

	if (ret) {
		json_decref(parts.samples);
		return ret;
	}
	ret = parts_join(&parts, r->run.schema, &series, err);
	if (!ret)
		APPEND(r->series, r->nr_series, series);
	return ret;
}

static int load_series(struct store *store, int64_t run, struct records *r, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_MEASURE_LOAD, err, "i", run);
	int ret = stmt ? 1 : -EIO;

	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		ret = read_series(store, stmt, r, err);
		ret = ret ? ret : 1;
	}
	if (stmt)
		sqlite3_reset(stmt);
	return ret;
}

/* What comes out is what went in, to the byte; where this program wrote it, else nearly. */
static int check_digest(const struct records *r, const char *digest, struct err *err)
{
	char now[PARTS_DIGEST_SIZE];
	int ret = records_check(r, err);

	if (ret || r->run.schema != RECORD_SCHEMA)
		return ret;
	parts_digest(r, now);
	return strcmp(now, digest) ? err_set(err, EBADMSG, "what is stored of it is not what was")
				   : 0;
}

static int load_parts(struct store *store, int64_t run, struct records *r, const char *digest,
		      struct err *err)
{
	int ret = load_boots(store, run, r, err);

	if (!ret)
		ret = load_series(store, run, r, err);
	if (!ret)
		ret = load_missing(store, run, r, err);
	if (!ret)
		ret = check_digest(r, digest, err);
	if (ret)
		err_prefix(err, "damaged: %s", r->run.id);
	return ret;
}

int load_records(struct store *store, int64_t run, struct records *r, struct err *err)
{
	char *digest = NULL;
	int ret;

	memset(r, 0, sizeof(*r));
	ret = load_run(store, run, r, &digest, err);
	if (!ret)
		ret = load_parts(store, run, r, digest, err);
	free(digest);
	if (ret)
		records_release(r);
	return ret;
}

int store_load(struct store *store, int64_t run, struct records *records, struct err *err)
{
	/* One view of the file, whatever others write meanwhile. */
	int ret = sqlite_check(store->db, sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL), err);

	if (!ret)
		ret = sqlite_end(store->db, load_records(store, run, records, err), err);
	return sql_fail(store, ret, err);
}
