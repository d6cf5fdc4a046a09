// SPDX-License-Identifier: GPL-2.0-only
/* The text of a run, packed; and how that came to be from the tables of version 1. */

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "bench/store/sql.h"

#define LEVEL	   6
#define MOST_TIMES 1040 /* no packed byte stands for more: what claims to is damaged */

void pack_digest(const char *text, size_t len, char digest[PACK_DIGEST_SIZE])
{
	uint8_t bytes[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, (const uint8_t *)text);
	sha256_digest(&sha, sizeof(bytes), bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
}

int pack_text(const char *text, size_t len, struct packed *out, struct err *err)
{
	uLongf room = compressBound(len);
	_cleanup_free_ void *data = xcalloc(room, 1);

	if (compress2(data, &room, (const Bytef *)text, len, LEVEL) != Z_OK)
		return err_set(err, ENOMEM, "no memory to pack %zu bytes", len);
	*out = (struct packed){ .data = TAKE_PTR(data), .len = room, .size = len };
	return 0;
}

char *unpack_text(const void *data, size_t len, size_t size)
{
	uLongf got = size;
	_cleanup_free_ char *text = size / MOST_TIMES > len ? NULL : xcalloc(size + 1, 1);

	if (!text || uncompress((Bytef *)text, &got, data, len) != Z_OK || got != size)
		return NULL;
	return TAKE_PTR(text);
}

/* A count as records write it: past 2^63 - 1 in hexadecimal. */
#define COUNT(column) "iif(" column " < 0, printf('\"0x%x\"', " column "), " column ")"

/* Counts of one event of a sample are three, or null: they were kept in one row. */
#define EVENT                                                                       \
	"SELECT ',' || iif(max(value IS NULL), 'null', '[' || group_concat(" COUNT( \
		"value") ") || ']')"                                                \
			 " AS e FROM json_each(w.events) GROUP BY key / 3 ORDER BY key / 3"

#define SAMPLE                                                                              \
	"'[' || " COUNT(                                                                    \
		"w.ticks") " || ',' || w.flags || ',' || w.interrupts || ',' || w.switches" \
			   " || ',' || w.retries || ',' || w.faults || ',' || w.cpu"        \
			   " || coalesce((SELECT group_concat(e, '') FROM (" EVENT          \
			   ")), '') || ']'"

#define SERIES                                                                                                        \
	"json_patch(d.text, json_object('kind', 'series', 'boot', m.boot, 'name', s.name,"                            \
	" 'op', s.op, 'policy', s.policy, 'workload', s.workload, 'level', s.level,"                                  \
	" 'size', json(" COUNT("s.size") "), 'run_ticks', json(" COUNT(                                               \
		"m.run_ticks") "),"                                                                                   \
			       " 'proof', json(p.text), 'samples', json('[' || coalesce((SELECT group_concat(l) FROM" \
			       " (SELECT " SAMPLE                                                                     \
			       " AS l FROM sample w WHERE w.measure_id = m.id ORDER BY w.n)), '') || ']')))"

/* Lines, in an order that records_parse() takes. The stages came with schema 2 of records. */
static const char lines[] =
	"SELECT record FROM run WHERE id = ?1"
	" UNION ALL SELECT * FROM (SELECT record FROM boot WHERE run_id = ?1 AND kind = 1 ORDER BY id)"
	" UNION ALL SELECT * FROM (SELECT iif(r.schema > 1, json_set(" SERIES ", '$.stages',"
	" json(coalesce(m.stages, '[]'))), " SERIES ") FROM measure m JOIN run r ON r.id = m.run_id"
	" JOIN series s ON s.id = m.series_id JOIN document p ON p.id = m.proof_id"
	" JOIN document d ON d.id = m.rest_id WHERE m.run_id = ?1 ORDER BY m.id)"
	" UNION ALL SELECT * FROM (SELECT record FROM missing WHERE run_id = ?1 ORDER BY id)"
	" UNION ALL SELECT * FROM (SELECT record FROM boot WHERE run_id = ?1 AND kind = 4 ORDER BY id)";

struct packer {
	sqlite3 *db;
	sqlite3_stmt *runs, *lines, *keep, *mark;
};

static int prepare(struct packer *p, struct err *err)
{
	const struct {
		const char *sql;
		sqlite3_stmt **stmt;
	} all[] = {
		{ "SELECT id FROM run WHERE pruned IS NULL ORDER BY id", &p->runs },
		{ lines, &p->lines },
		{ "INSERT INTO records (run_id, size, text) VALUES (?, ?, ?)", &p->keep },
		{ "UPDATE run SET schema = ?2, digest = ?3 WHERE id = ?1", &p->mark },
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(all); i++)
		ret = sqlite_check(
			p->db, sqlite3_prepare_v2(p->db, all[i].sql, -1, all[i].stmt, NULL), err);
	return ret;
}

/* The run as version 1 kept it, in one text. Owned by the caller; NULL with @ret set. */
static char *gather(struct packer *p, sqlite3_int64 run, int *ret, struct err *err)
{
	_cleanup_(strv_release) struct strv all = { 0 };

	sqlite3_bind_int64(p->lines, 1, run);
	while ((*ret = sqlite_row(p->lines, err)) > 0) {
		strv_add(&all, (const char *)sqlite3_column_text(p->lines, 0) ?: "");
		strv_add(&all, "\n");
	}
	sqlite3_reset(p->lines);
	return *ret ? NULL : strv_join(&all, "");
}

static int keep(struct packer *p, sqlite3_int64 run, const char *text, struct err *err)
{
	char digest[PACK_DIGEST_SIZE];
	struct packed packed;
	int ret = pack_text(text, strlen(text), &packed, err);

	if (ret)
		return ret;
	pack_digest(text, strlen(text), digest);
	sqlite3_bind_int64(p->keep, 1, run);
	sqlite3_bind_int64(p->keep, 2, (sqlite3_int64)packed.size);
	sqlite3_bind_blob64(p->keep, 3, packed.data, packed.len, free);
	sqlite3_bind_int64(p->mark, 1, run);
	sqlite3_bind_int64(p->mark, 2, RECORD_SCHEMA);
	sqlite3_bind_text(p->mark, 3, digest, -1, SQLITE_TRANSIENT);
	ret = sqlite_run(p->keep, err);
	return ret ? ret : sqlite_run(p->mark, err);
}

/* A run that version 1 could not give out any more stays what it is: named, and damaged. */
static int pack_run(struct packer *p, sqlite3_int64 run, struct err *err)
{
	_cleanup_(records_release) struct records records = { 0 };
	int ret;
	_cleanup_free_ char *text = gather(p, run, &ret, err), *again = NULL;

	if (!text)
		return ret == -EIO ? 0 : ret;
	if (records_parse(text, strlen(text), &records, NULL))
		return 0;
	again = records_text(&records);
	return keep(p, run, again, err);
}

int schema_pack_runs(sqlite3 *db, struct err *err)
{
	struct packer p = { .db = db };
	int ret = prepare(&p, err);

	while (!ret && (ret = sqlite_row(p.runs, err)) > 0)
		ret = pack_run(&p, sqlite3_column_int64(p.runs, 0), err);
	sqlite3_finalize(p.runs);
	sqlite3_finalize(p.lines);
	sqlite3_finalize(p.keep);
	sqlite3_finalize(p.mark);
	return ret;
}
