// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/store/sql.h"

#define SERIES_VERSION 1

struct import {
	struct store *store;
	const struct records *records;
	const struct store_origin *origin;
	char *text; /* as records_text() */
	size_t len;
	char digest[PACK_DIGEST_SIZE];
	int64_t run, time;
};

/* What comes out is what went in, to the byte. */
static int parse_checked(const char *text, size_t len, const char *digest, struct records *out,
			 struct err *err)
{
	char now[PACK_DIGEST_SIZE];

	if (!text)
		return err_set(err, EBADMSG, "its records cannot be unpacked");
	pack_digest(text, len, now);
	if (strcmp(now, digest) != 0)
		return err_set(err, EBADMSG, "what is stored of it is not what was");
	return records_parse(text, len, out, err);
}

static int parse_row(sqlite3_stmt *stmt, struct records *out, struct err *err)
{
	const char *name = (const char *)sqlite3_column_text(stmt, 0);
	const char *digest = (const char *)sqlite3_column_text(stmt, 1);
	const size_t size = (size_t)sqlite3_column_int64(stmt, 3);
	const void *data = sqlite3_column_blob(stmt, 4);
	_cleanup_free_ char *text = NULL;
	int ret;

	if (sqlite3_column_type(stmt, 2) != SQLITE_NULL)
		return err_set(err, ENODATA,
			       "the samples of %s were pruned; its values are in the history",
			       name);
	text = data ? unpack_text(data, (size_t)sqlite3_column_bytes(stmt, 4), size) : NULL;
	ret = parse_checked(text, size, digest, out, err);
	if (ret)
		err_prefix(err, "damaged: %s", name);
	return ret;
}

static int load(struct store *store, int64_t run, struct records *out, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_RUN_LOAD, err, "i", run);
	int ret = stmt ? sqlite_row(stmt, err) : -EIO;

	if (!ret)
		ret = err_set(err, ENOENT, "no run %lld", (long long)run);
	else if (ret > 0)
		ret = parse_row(stmt, out, err);
	if (stmt)
		sqlite3_reset(stmt);
	return ret;
}

int store_load(struct store *store, int64_t run, struct records *records, struct err *err)
{
	return sql_fail(store, load(store, run, records, err), err);
}

static int parse_time(const char *text, int64_t *seconds, struct err *err)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (!end || *end)
		return err_set(err, EBADMSG,
			       "run: started: not a time as 2026-11-21T09:45:00Z: '%.40s'", text);
	*seconds = timegm(&tm);
	return 0;
}

/* What must match for runs to be comparable. */
static char *environment_json(const struct records *records)
{
	json_t *json = json_object();
	struct environment e;
	char *text;

	environment_of(records, &e);
	for (size_t i = 0; i < e.n; i++)
		if (environment_field_told(&e.fields[i]))
			json_object_set_new(json, e.fields[i].name, json_string(e.fields[i].value));
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

static int env_id(struct import *i, int64_t *id, struct err *err)
{
	_cleanup_free_ char *key = environment_json(i->records);
	int ret = sql_find(i->store, SQL_ENV_FIND, id, err, "t", key);

	if (!ret)
		ret = sql_find(i->store, SQL_ENV_ADD, id, err, "t", key);
	return ret < 0 ? ret : 0;
}

static int kernel_id(struct import *i, int64_t *id, struct err *err)
{
	static const enum sql find_add[] = { SQL_KERNEL_FIND, SQL_KERNEL_ADD };
	const struct record_run *r = &i->records->run;
	const char *commit = i->origin->commit ? i->origin->commit : "";
	const char *parent = i->origin->parent ? i->origin->parent : "";
	int ret = 0;

	for (size_t n = 0; !ret && n < ARRAY_SIZE(find_add); n++)
		ret = sql_find(i->store, find_add[n], id, err, "tttttttt", r->kernel.spec,
			       r->kernel.release, r->kernel.version, r->kernel.image_sha256,
			       r->kernel.config_sha256, r->kernel.compiler, commit, parent);
	return ret < 0 ? ret : 0;
}

/* @name and @unit: of its cost, or of a fact. */
static int series_id(struct import *i, const struct record_series *s, const char *name,
		     const char *unit, int64_t *id, struct err *err)
{
	static const enum sql find_add[] = { SQL_SERIES_FIND, SQL_SERIES_ADD };
	const struct record_run *r = &i->records->run;
	int ret = 0;

	for (size_t n = 0; !ret && n < ARRAY_SIZE(find_add); n++) {
		ret = sql_find(i->store, find_add[n], id, err, "tttiittttitiititi", name,
			       r->machine, unit, (int64_t)r->exact, (int64_t)SERIES_VERSION, s->op,
			       s->policy, s->workload, s->level, (int64_t)s->size,
			       s->placement.name, (int64_t)s->threads, (int64_t)s->mms, s->cache,
			       (int64_t)r->functional, r->arch, (int64_t)r->page_size);
	}
	return ret < 0 ? ret : 0;
}

/* The value of a boot: the count itself where the machine is exact. */
static int add_measure(struct import *i, const struct record_series *s, struct err *err)
{
	const bool exact = i->records->run.exact;
	const double value = series_value_boot(exact, s);
	const char *types = isnan(value) ? "iiiin" : exact ? "iiiii" : "iiiir";
	const int64_t boot = s->boot;
	int64_t series;
	int ret = series_id(i, s, s->name, i->records->run.unit, &series, err);

	if (ret)
		return ret;
	if (exact)
		return sql_write(i->store, SQL_MEASURE_ADD, err, types, i->run, boot, series,
				 i->time, (int64_t)value);
	return sql_write(i->store, SQL_MEASURE_ADD, err, types, i->run, boot, series, i->time,
			 value);
}

/* A fact of a series is a series of the store as its cost is: of a unit of its own. */
static int add_facts(struct import *i, const struct record_series *s, struct err *err)
{
	int ret = 0;

	for (size_t k = 0; !ret && s->has_facts && k < FACT_NR_TOTALS; k++) {
		const char *fact = record_fact_names[k];
		_cleanup_free_ char *name = xasprintf("%s %s", s->name, fact);
		int64_t series;

		ret = series_id(i, s, name, fact, &series, err);
		if (!ret)
			ret = sql_write(i->store, SQL_MEASURE_ADD, err, "iiiii", i->run,
					(int64_t)s->boot, series, i->time, (int64_t)s->facts[k]);
	}
	return ret;
}

/* All of its records, as its file has them. */
static int add_text(struct import *i, struct err *err)
{
	_cleanup_(packed_release) struct packed packed = { 0 };
	int ret = pack_text(i->text, i->len, &packed, err);

	return ret ? ret
		   : sql_write(i->store, SQL_RECORDS_ADD, err, "iib", i->run, (int64_t)packed.size,
			       packed.data, packed.len);
}

static int add_run(struct import *i, struct err *err)
{
	const struct record_run *r = &i->records->run;
	int64_t env, kernel;
	int ret = env_id(i, &env, err);

	if (!ret)
		ret = kernel_id(i, &kernel, err);
	if (!ret)
		ret = sql_write(i->store, SQL_RUN_ADD, err, "tiiiiiitt", r->id, i->origin->session,
				env, kernel, i->time, (int64_t)r->exact, (int64_t)RECORD_SCHEMA,
				i->digest, r->machine);
	i->run = sqlite3_last_insert_rowid(i->store->db);
	return ret;
}

static int add_all(struct import *i, struct err *err)
{
	const struct records *r = i->records;
	int ret = add_run(i, err);

	for (size_t n = 0; !ret && n < r->nr_series; n++)
		if (!(ret = add_measure(i, &r->series[n], err)))
			ret = add_facts(i, &r->series[n], err);
	for (size_t n = 0; !ret && n < r->nr_missing; n++)
		ret = sql_write(i->store, SQL_MISSING_ADD, err, "iit", i->run,
				(int64_t)r->missing[n].boot, r->missing[n].name);
	return ret ? ret : add_text(i, err);
}

/* Stored by an older program: as this one would write it. */
static int digest_of_older(struct import *i, char digest[PACK_DIGEST_SIZE], struct err *err)
{
	struct records records;
	int ret = load(i->store, i->run, &records, err);
	_cleanup_free_ char *text = NULL;

	if (ret)
		return ret;
	text = records_text(&records);
	pack_digest(text, strlen(text), digest);
	records_release(&records);
	return 0;
}

/* Is the run that @stmt stands at the same? Returns: 1, 0, or a negative errno. */
static int is_same(struct import *i, sqlite3_stmt *stmt, struct err *err)
{
	char digest[PACK_DIGEST_SIZE];
	int ret;

	i->run = sqlite3_column_int64(stmt, 0);
	snprintf(digest, sizeof(digest), "%s", (const char *)sqlite3_column_text(stmt, 1));
	if (sqlite3_column_int(stmt, 2) == RECORD_SCHEMA)
		return !strcmp(digest, i->digest);
	/* Without its samples it cannot be written again: one id begins once in a second. */
	if (sqlite3_column_type(stmt, 3) != SQLITE_NULL)
		return sqlite3_column_int64(stmt, 4) == i->time;
	ret = digest_of_older(i, digest, err);
	return ret ? ret : !strcmp(digest, i->digest);
}

/* Returns: 1: that very run is stored, and is i->run; 0: it is not; or a negative errno. */
static int find_same(struct import *i, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(i->store, SQL_RUN_DIGEST, err, "t", i->records->run.id);
	int ret = stmt ? 1 : -EIO, same = 0;

	while (ret > 0 && !same && (ret = sqlite_row(stmt, err)) > 0)
		same = is_same(i, stmt, err);
	if (stmt)
		sqlite3_reset(stmt);
	return ret < 0 ? ret : same;
}

static int import_locked(struct import *i, struct store_imported *out, struct err *err)
{
	int ret = find_same(i, err);

	out->already = ret > 0;
	if (!ret)
		ret = add_all(i, err);
	out->run = i->run;
	return ret < 0 ? ret : 0;
}

int store_import(struct store *store, const struct records *records,
		 const struct store_origin *origin, struct store_imported *out, struct err *err)
{
	static const struct store_origin unknown;
	struct import i = { .store = store, .records = records };
	int ret = records_check(records, err);

	i.origin = origin ? origin : &unknown;
	if (!ret)
		ret = parse_time(records->run.started, &i.time, err);
	if (ret)
		return ret;
	i.text = records_text(records);
	i.len = strlen(i.text);
	pack_digest(i.text, i.len, i.digest);
	ret = sqlite_begin(store->db, err);
	if (!ret)
		ret = sqlite_end(store->db, import_locked(&i, out, err), err);
	free(i.text);
	return sql_fail(store, ret, err);
}
