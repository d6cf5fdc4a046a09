// SPDX-License-Identifier: GPL-2.0-only
/* What is stored comes out as it went in, whole or not at all. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/store/history.h"
#include "bench/store/sql.h"

static void assert_same(const struct records *a, const struct records *b)
{
	char *x = records_text(a), *y = records_text(b);

	assert_string_equal(x, y);
	assert_int_equal(a->nr_boots, b->nr_boots);
	assert_int_equal(a->nr_series, b->nr_series);
	free(x);
	free(y);
}

/* One series with every field set, in place of the first; of boot 1. */
static void put_full_series(struct records *r)
{
	struct record gone = { .kind = RECORD_SERIES, .series = r->series[0] }, full;

	fake_record(RECORD_SERIES, &full);
	full.series.boot = 1;
	record_release(&gone);
	r->series[0] = full.series;
	free(r->series[0].name);
	r->series[0].name = xstrdup("full");
}

FAKE_STORE_TEST(test_round_trip)
{
	struct store *store = fake_store_open(*state);
	struct store_imported in;
	struct records was, is;

	fake_run(&was);
	put_full_series(&was);
	fake_missing(&was, 2, "walk/entry/anon-thp/2M", "needs \"CONFIG_NOTHING\", <b>&");
	was.ends[0].total_seconds = 1.0 / 3; /* as many digits as a file has */
	assert_int_equal(store_import(store, &was, NULL, &in, NULL), 0);
	assert_false(in.already);
	assert_int_equal(store_load(store, in.run, &is, NULL), 0);
	assert_same(&was, &is);
	records_release(&is);
	store_close(store);

	/* Another process sees the same. */
	store = fake_store_open(*state);
	assert_int_equal(store_load(store, in.run, &is, NULL), 0);
	assert_same(&was, &is);
	assert_true(fake_store_whole(store));
	records_release(&is);
	records_release(&was);
	store_close(store);
}

/* Each is a series with a unit of its own, and an integer; none that the run is said to have. */
FAKE_STORE_TEST(test_facts_are_series)
{
	struct store *store = fake_store_open(*state);
	struct store_series_list list;
	struct store_history history;
	struct store_imported in;
	struct store_runs runs;
	struct records records;
	_cleanup_free_ char *name = NULL;

	fake_run(&records);
	records.series[0].has_facts = true;
	records.series[0].facts[FACT_TOTAL_ATOMICS] = 7;
	name = xasprintf("%s atomics", records.series[0].name);
	assert_int_equal(store_import(store, &records, NULL, &in, NULL), 0);
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	assert_int_equal(runs.runs[0].series, records.nr_series);
	assert_int_equal(store_series_list(store, name, &list, NULL), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.series[0].unit, "atomics");
	assert_string_equal(list.series[0].op, records.series[0].op);
	assert_int_equal(store_history(store, list.series[0].id, 0, &history, NULL), 0);
	assert_int_equal(history.n, 1);
	assert_true(history.points[0].known && history.points[0].exact);
	assert_int_equal(history.points[0].count, 7);
	store_history_release(&history);
	store_series_list_release(&list);
	store_runs_release(&runs);
	records_release(&records);
	store_close(store);
}

FAKE_STORE_TEST(test_same_run_again)
{
	struct store *store = fake_store_open(*state);
	struct store_imported first, again;
	struct store_runs runs;
	struct records records;
	int64_t id;

	fake_run(&records);
	assert_int_equal(store_import(store, &records, NULL, &first, NULL), 0);
	assert_int_equal(store_import(store, &records, NULL, &again, NULL), 0);
	assert_true(again.already);
	assert_int_equal(again.run, first.run);
	records.series[5].samples[0].ticks++;
	assert_int_equal(store_import(store, &records, NULL, &again, NULL), 0);
	assert_false(again.already); /* another run of the same id */
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	assert_int_equal(runs.n, 2);
	assert_int_equal(store_find(store, records.run.id, &id, NULL), 0);
	assert_int_equal(id, again.run);
	store_runs_release(&runs);
	records_release(&records);
	store_close(store);
}

/* Take @what and all that is up to @end out of every line. */
static char *without(char *text, const char *what, char end)
{
	char *out = xstrdup(""), *p = text, *at;

	while ((at = strstr(p, what))) {
		char *next = strchr(at + strlen(what), end), *more;

		more = xasprintf("%s%.*s", out, (int)(at - p), p);
		free(out);
		out = more;
		p = next;
	}
	p = xasprintf("%s%s", out, p);
	free(out);
	free(text);
	return p;
}

/* As a program put it there that knew no runs in turn, no warm-up, no caches, and no hashes. */
static void store_as_schema_2(struct store *store, const struct records *records)
{
	static const struct {
		const char *what;
		char end;
	} added[] = { { ",\"quiet\":\"", ',' },
		      { ",\"sampling\":{", '}' },
		      { ",\"method_evidence\":", ',' },
		      { ",\"functional\":", ',' },
		      { ",\"replicate\":", ',' },
		      { ",\"arch\":", '}' },
		      { ",\"warm_up\":", ',' },
		      { ",\"cache\":\"warm", '}' },
		      { ",\"tsc_cpuid_khz\":", ',' },
		      { ",\"tsc_hypervisor_khz\":", ',' },
		      { ",\"tsc_measured_hz\":", ',' },
		      { ",\"warnings\":[]", '}' },
		      { ",\"flags\":", ',' },
		      { ",\"entry_sum\":\"0x0\"", '}' },
		      { ",\"wrong\":", '}' } };
	char *text = records_text(records), digest[PACK_DIGEST_SIZE], *at;
	struct packed packed;

	while ((at = strstr(text, ",\"blocks\":")))
		memmove(at, strstr(at, "}}}") + 2, strlen(strstr(at, "}}}") + 2) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		text = without(text, added[i].what, added[i].end);
	at = strstr(text, "}}");
	assert_non_null(at);
	memmove(at, at + 1, strlen(at));
	at = strstr(text, "\"schema\":");
	at[strlen("\"schema\":")] = '2';
	pack_digest(text, strlen(text), digest);
	assert_int_equal(pack_text(text, strlen(text), &packed, NULL), 0);
	assert_int_equal(sqlite3_exec(store->db, "DELETE FROM records; UPDATE run SET schema = 2",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sql_write(store, SQL_RECORDS_ADD, NULL, "iib", (int64_t)1,
				   (int64_t)packed.size, packed.data, packed.len),
			 0);
	at = xasprintf("UPDATE run SET digest = '%s'", digest);
	assert_int_equal(sqlite3_exec(store->db, at, NULL, NULL, NULL), SQLITE_OK);
	free(at);
	free(packed.data);
	free(text);
}

/* Stored by a program that knew an older schema of records. */
FAKE_STORE_TEST(test_stored_before)
{
	struct store *store = fake_store_open(*state);
	struct store_imported first, again;
	struct records records;

	fake_run(&records);
	assert_int_equal(store_import(store, &records, NULL, &first, NULL), 0);
	store_as_schema_2(store, &records);
	assert_int_equal(store_import(store, &records, NULL, &again, NULL), 0);
	assert_true(again.already);
	records_release(&records);
	assert_int_equal(store_load(store, first.run, &records, NULL), 0);
	assert_string_equal(records.series[0].placement.name, RECORD_LOCAL);
	assert_int_equal(records.series[0].threads, 1);
	records_release(&records);
	store_close(store);
}

static void refuse(struct store *store, const struct records *records, const char *why)
{
	struct store_imported in;
	struct store_runs runs;
	struct err err;

	assert_int_equal(store_import(store, records, NULL, &in, &err), -EBADMSG);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	assert_int_equal(runs.n, 0);
	store_runs_release(&runs);
}

FAKE_STORE_TEST(test_not_whole)
{
	struct store *store = fake_store_open(*state);
	struct records records;
	char *name;

	fake_run(&records);
	records.nr_ends--;
	refuse(store, &records, "boot 2 has no end");
	records.nr_ends++;
	name = records.series[1].name;
	records.series[1].name = records.series[0].name;
	refuse(store, &records, "is there twice in boot 1");
	records.series[1].name = name;
	free(records.run.started);
	records.run.started = xstrdup("yesterday");
	refuse(store, &records, "started: not a time");
	records_release(&records);
	store_close(store);
}

FAKE_STORE_TEST(test_list_and_find)
{
	struct store *store = fake_store_open(*state);
	const struct store_session session = { .kind = "nightly", .has_seed = true, .seed = 7 };
	struct store_origin origin = { .commit = "038d61fd6422", .parent = "a1b2c3d4e5f6" };
	struct store_runs runs;
	struct err err;
	int64_t id, last;

	assert_int_equal(store_find(store, "last", &id, &err), -ENOENT);
	assert_non_null(strstr(err.text, "it holds none"));
	assert_int_equal(store_session_add(store, &session, &origin.session, NULL), 0);
	/* Stored out of their order in time. */
	last = fake_store_night(store, 3, 0, &origin);
	fake_store_night(store, 1, 0, NULL);
	id = fake_store_night(store, 2, 0, NULL);
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	assert_int_equal(runs.n, 3);
	assert_true(runs.runs[0].time < runs.runs[1].time);
	assert_true(runs.runs[1].time < runs.runs[2].time);
	assert_string_equal(runs.runs[2].commit, "038d61fd6422");
	assert_string_equal(runs.runs[2].session_kind, "nightly");
	assert_string_equal(runs.runs[1].session_kind, "");
	assert_int_equal(runs.runs[0].env, runs.runs[2].env);
	assert_int_not_equal(runs.runs[0].kernel, runs.runs[2].kernel);
	assert_int_equal(runs.runs[0].series, 280);
	assert_string_equal(runs.runs[0].machine, "exact");
	store_runs_release(&runs);
	assert_int_equal(store_list(store, 1, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(runs.runs[0].id, last);
	store_runs_release(&runs);

	assert_int_equal(store_find(store, "last", &origin.session, NULL), 0);
	assert_int_equal(origin.session, last);
	assert_int_equal(store_find(store, "last~1", &last, NULL), 0);
	assert_int_equal(last, id);
	assert_int_equal(store_find(store, "night-2", &last, NULL), 0);
	assert_int_equal(last, id);
	assert_int_equal(store_find(store, "1", &last, NULL), 0);
	assert_int_equal(last, 1);
	assert_int_equal(store_find(store, "last~3", &last, &err), -ENOENT);
	assert_int_equal(store_find(store, "last~x", &last, &err), -ENOENT);
	assert_int_equal(store_find(store, "nope", &last, &err), -ENOENT);
	assert_non_null(strstr(err.text, "the newest are: night-3, night-2, night-1"));
	store_close(store);
}

FAKE_STORE_TEST(test_prune)
{
	struct store *store = fake_store_open(*state);
	int64_t old = fake_store_night(store, 1, 0, NULL),
		new = fake_store_night(store, 9, 0, NULL);
	struct records records;
	struct store_runs runs;
	struct err err;
	int64_t *ids;
	size_t n;

	assert_int_equal(store_prunable(store, fake_store_time(5), &ids, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ids[0], old);
	assert_int_equal(store_prune(store, ids, n, NULL), 0);
	free(ids);
	assert_int_equal(store_prunable(store, fake_store_time(5), &ids, &n, NULL), 0);
	assert_int_equal(n, 0);
	free(ids);
	assert_int_equal(store_load(store, old, &records, &err), -ENODATA);
	assert_non_null(strstr(err.text, "samples of night-1 were pruned"));
	assert_int_equal(store_load(store, new, &records, NULL), 0);
	records_release(&records);
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	assert_true(runs.runs[0].pruned);
	assert_false(runs.runs[1].pruned);
	store_runs_release(&runs);
	store_close(store);
}
