// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "bench/record/environment.h"
#include "bench/record/series.h"
#include "bench/store/load.h"
#include "bench/store/parts.h"
#include "bench/store/sql.h"
#include "bench/store/sqlite.h"

#define SERIES_VERSION 1

struct import {
	struct store *store;
	const struct records *records;
	const struct store_origin *origin;
	char digest[PARTS_DIGEST_SIZE];
	int64_t run, time;
};

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

static int env_id(struct import *i, int64_t *id, struct err *err)
{
	char *key = parts_environment(i->records);
	int ret = sql_find(i->store, SQL_ENV_FIND, id, err, "t", key);

	if (!ret)
		ret = sql_find(i->store, SQL_ENV_ADD, id, err, "t", key);
	free(key);
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

static int series_id(struct import *i, const struct record_series *s, int64_t *id, struct err *err)
{
	static const enum sql find_add[] = { SQL_SERIES_FIND, SQL_SERIES_ADD };
	const struct record_run *r = &i->records->run;
	int ret = 0;

	for (size_t n = 0; !ret && n < ARRAY_SIZE(find_add); n++) {
		ret = sql_find(i->store, find_add[n], id, err, "tttiittttitii", s->name, r->machine,
			       r->unit, (int64_t)r->exact, (int64_t)SERIES_VERSION, s->op,
			       s->policy, s->workload, s->level, (int64_t)s->size,
			       s->placement.name, (int64_t)s->threads, (int64_t)s->mms);
	}
	return ret < 0 ? ret : 0;
}

static int document_id(struct import *i, const char *text, int64_t *id, struct err *err)
{
	const int64_t hash = (int64_t)parts_hash(text);
	int ret = sql_find(i->store, SQL_DOCUMENT_FIND, id, err, "it", hash, text);

	if (!ret)
		ret = sql_find(i->store, SQL_DOCUMENT_ADD, id, err, "it", hash, text);
	return ret < 0 ? ret : 0;
}

static int add_samples(struct import *i, const struct record_series *s, int64_t measure,
		       struct err *err)
{
	int ret = 0;

	for (size_t n = 0; !ret && n < s->nr_samples; n++) {
		const struct ptwalk_sample *w = &s->samples[n];
		char *events = parts_events(s, w);

		ret = sql_write(i->store, SQL_SAMPLE_ADD, err, "iiiiiiiiit", measure, (int64_t)n,
				(int64_t)w->ticks, (int64_t)w->flags, (int64_t)w->interrupts,
				(int64_t)w->switches, (int64_t)w->retries, (int64_t)w->faults,
				(int64_t)w->cpu, events);
		free(events);
	}
	return ret;
}

/* The value of a boot: the count itself where the machine is exact, else the median. */
static int add_measure(struct import *i, const struct record_series *s, const int64_t ids[3],
		       const char *stages, struct err *err)
{
	const bool exact = i->records->run.exact;
	const char *types = !s->nr_samples ? "iiiiiiitn" : exact ? "iiiiiiiti" : "iiiiiiitr";
	const int64_t boot = s->boot, ticks = (int64_t)s->run_ticks;

	if (exact)
		return sql_write(i->store, SQL_MEASURE_ADD, err, types, i->run, boot, ids[0],
				 i->time, ticks, ids[1], ids[2], stages,
				 (int64_t)series_value_boot(true, s));
	return sql_write(i->store, SQL_MEASURE_ADD, err, types, i->run, boot, ids[0], i->time,
			 ticks, ids[1], ids[2], stages, series_value_boot(false, s));
}

static int add_series(struct import *i, const struct record_series *s, struct err *err)
{
	char *proof, *stages, *rest;
	int64_t ids[3];
	int ret;

	parts_split(s, &proof, &stages, &rest);
	ret = series_id(i, s, &ids[0], err);
	if (!ret)
		ret = document_id(i, proof, &ids[1], err);
	if (!ret)
		ret = document_id(i, rest, &ids[2], err);
	if (!ret)
		ret = add_measure(i, s, ids, stages, err);
	if (!ret)
		ret = add_samples(i, s, sqlite3_last_insert_rowid(i->store->db), err);
	free(proof);
	free(stages);
	free(rest);
	return ret;
}

static int add_boot(struct import *i, const struct record *record, struct err *err)
{
	char *text = parts_record(record);
	int ret =
		sql_write(i->store, SQL_BOOT_ADD, err, "iit", i->run, (int64_t)record->kind, text);

	free(text);
	return ret;
}

static int add_missing(struct import *i, const struct record_missing *m, struct err *err)
{
	char *text = parts_record(&(struct record){ .kind = RECORD_MISSING, .missing = *m });
	int ret = sql_write(i->store, SQL_MISSING_ADD, err, "iitt", i->run, (int64_t)m->boot,
			    m->name, text);

	free(text);
	return ret;
}

static int add_run(struct import *i, struct err *err)
{
	char *text = parts_record(&(struct record){ .kind = RECORD_RUN, .run = i->records->run });
	int64_t env, kernel;
	int ret = env_id(i, &env, err);

	if (!ret)
		ret = kernel_id(i, &kernel, err);
	if (!ret)
		ret = sql_write(i->store, SQL_RUN_ADD, err, "tiiiiiitt", i->records->run.id,
				i->origin->session, env, kernel, i->time,
				(int64_t)i->records->run.exact, (int64_t)RECORD_SCHEMA, i->digest,
				text);
	i->run = sqlite3_last_insert_rowid(i->store->db);
	free(text);
	return ret;
}

static int add_all(struct import *i, struct err *err)
{
	const struct records *r = i->records;
	int ret = add_run(i, err);

	for (size_t n = 0; !ret && n < r->nr_boots; n++)
		ret = add_boot(i, &(struct record){ .kind = RECORD_BOOT, .boot = r->boots[n] },
			       err);
	for (size_t n = 0; !ret && n < r->nr_series; n++)
		ret = add_series(i, &r->series[n], err);
	for (size_t n = 0; !ret && n < r->nr_missing; n++)
		ret = add_missing(i, &r->missing[n], err);
	for (size_t n = 0; !ret && n < r->nr_ends; n++)
		ret = add_boot(i, &(struct record){ .kind = RECORD_END, .end = r->ends[n] }, err);
	return ret;
}

/* Stored by an older program: as this one would write it. */
static int digest_of_older(struct import *i, char digest[PARTS_DIGEST_SIZE], struct err *err)
{
	struct records records;
	int ret = load_records(i->store, i->run, &records, err);

	if (!ret) {
		parts_digest(&records, digest);
		records_release(&records);
	}
	return ret;
}

/* Is the run that @stmt stands at the same? Returns: 1, 0, or a negative errno. */
static int is_same(struct import *i, sqlite3_stmt *stmt, struct err *err)
{
	char digest[PARTS_DIGEST_SIZE];
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
	parts_digest(records, i.digest);
	ret = sqlite_begin(store->db, err);
	if (!ret)
		ret = sqlite_end(store->db, import_locked(&i, out, err), err);
	return sql_fail(store, ret, err);
}
