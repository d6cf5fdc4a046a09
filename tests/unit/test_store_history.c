// SPDX-License-Identifier: GPL-2.0-only
/* Histories, verdicts and change points come out as they went in. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/store/history.h"

static int64_t series_of(struct store *store, const char *name)
{
	struct store_series_list list;
	int64_t id;

	assert_int_equal(store_series_list(store, name, &list, NULL), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.series[0].name, name);
	id = list.series[0].id;
	store_series_list_release(&list);
	return id;
}

FAKE_STORE_TEST(test_series)
{
	struct store *store = fake_store_open(*state);
	struct store_series_list list;

	fake_store_night(store, 1, 0, NULL);
	fake_store_night(store, 2, 0, NULL);
	assert_int_equal(store_series_list(store, NULL, &list, NULL), 0);
	assert_int_equal(list.n, 140); /* each once, whatever the nights and boots */
	assert_string_equal(list.series[0].name, "empty/devdax-pte/64K");
	assert_string_equal(list.series[139].workload, "anon-thp");
	assert_string_equal(list.series[139].unit, "instructions");
	assert_string_equal(list.series[139].placement, RECORD_LOCAL);
	assert_int_equal(list.series[139].threads, 1);
	assert_true(list.series[139].exact);
	assert_string_equal(list.series[139].cache, "warm");
	store_series_list_release(&list);
	assert_int_equal(store_series_list(store, "nope", &list, NULL), 0);
	assert_int_equal(list.n, 0);
	store_close(store);
}

/* Of one name, and in all else alike: two archs are two series, two keys and two names. */
FAKE_STORE_TEST(archs_have_series_of_their_own)
{
	_cleanup_(records_release) struct records x86 = { 0 }, arm64 = { 0 };
	struct store *store = fake_store_open(*state);
	struct store_imported imported;
	struct series_key here, there;
	struct store_series_list list;
	_cleanup_free_ char *text = NULL, *name = NULL;
	char *arch;

	fake_run(&x86);
	text = records_text(&x86);
	arch = strstr(text, "\"arch\":\"x86\"");
	memcpy(arch, "\"arch\":\"arm\"", strlen("\"arch\":\"x86\""));
	assert_int_equal(records_parse(text, strlen(text), &arm64, NULL), 0);
	assert_int_equal(store_import(store, &x86, NULL, &imported, NULL), 0);
	assert_int_equal(store_import(store, &arm64, NULL, &imported, NULL), 0);
	assert_false(imported.already);
	assert_int_equal(store_series_list(store, x86.series[0].name, &list, NULL), 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.series[0].arch, "x86");
	assert_string_equal(list.series[1].arch, "arm");
	store_series_list_release(&list);
	store_close(store);

	here = series_key_of(&x86.series[0]);
	there = series_key_of(&arm64.series[0]);
	assert_true(series_key_compare(&here, &there, SERIES_WHOLE) > 0 &&
		    series_key_compare(&there, &here, SERIES_WHOLE) < 0);
	name = series_key_name(&there);
	assert_string_equal(name, "empty/devdax-pte/64K/arch:arm");
}

/* So are kernels with pages of another size; what a page costs there is of those. */
FAKE_STORE_TEST(page_sizes_have_series_of_their_own)
{
	_cleanup_(records_release) struct records small = { 0 }, large = { 0 };
	struct store *store = fake_store_open(*state);
	struct store_imported imported;
	struct series_key here, there;
	struct store_series_list list;
	_cleanup_free_ char *text = NULL, *name = NULL;

	fake_run(&small);
	small.run.page_size = 16384;
	text = records_text(&small);
	small.run.page_size = RECORD_PAGE;
	assert_int_equal(records_parse(text, strlen(text), &large, NULL), 0);
	assert_int_equal(large.series[1].page, 16384);
	assert_true(series_pages(&large.series[1]) * 4 == series_pages(&small.series[1]));
	assert_int_equal(store_import(store, &small, NULL, &imported, NULL), 0);
	assert_int_equal(store_import(store, &large, NULL, &imported, NULL), 0);
	assert_false(imported.already);
	assert_int_equal(store_series_list(store, small.series[0].name, &list, NULL), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.series[0].page, RECORD_PAGE);
	assert_int_equal(list.series[1].page, 16384);
	store_series_list_release(&list);
	store_close(store);

	here = series_key_of(&small.series[0]);
	there = series_key_of(&large.series[0]);
	assert_false(series_key_same(&here, &there));
	name = series_key_name(&there);
	assert_string_equal(name, "empty/devdax-pte/64K/page:16K");
}

FAKE_STORE_TEST(test_history_of_counts)
{
	struct store *store = fake_store_open(*state);
	struct store_history h;
	int64_t series;

	/* Stored out of their order in time; the third is 10 more. */
	fake_store_night(store, 3, 10, NULL);
	fake_store_night(store, 1, 0, NULL);
	fake_store_night(store, 2, 0, NULL);
	series = series_of(store, "hmm/devdax-pte/1G");
	assert_int_equal(store_history(store, series, 0, &h, NULL), 0);
	assert_int_equal(h.n, 6);
	for (size_t i = 0; i < h.n; i++) {
		assert_int_equal(h.points[i].time, fake_store_time(1 + (unsigned)i / 2));
		assert_int_equal(h.points[i].boot, 1 + i % 2);
		assert_true(h.points[i].known && h.points[i].exact);
		assert_int_equal(h.points[i].count - h.points[0].count, i < 4 ? 0 : 10);
		assert_true(h.points[i].value == (double)h.points[i].count);
	}
	store_history_release(&h);
	assert_int_equal(store_history(store, series, fake_store_time(3), &h, NULL), 0);
	assert_int_equal(h.n, 2);
	store_history_release(&h);
	store_close(store);
}

/* The median of each boot, of the samples that were not disturbed. */
FAKE_STORE_TEST(test_history_of_times)
{
	static const uint64_t ticks[] = { 7 + 400, 7 + 100, 7 + 9000 };
	struct store *store = fake_store_open(*state);
	struct store_imported in;
	struct records records;
	struct store_history h;
	struct record_series *s;

	fake_run(&records);
	records.run.exact = false;
	for (unsigned boot = 1; boot <= 2; boot++) {
		s = fake_series(&records, boot, "hmm/devdax-pte/1G");
		for (size_t i = 0; i < 3; i++)
			s->samples[i].ticks = ticks[i];
	}
	s->samples[2].flags |= PTWALK_SAMPLE_DISTURBED;
	fake_series(&records, 2, "hmm/devdax-pmd/1G")->nr_samples = 0;
	assert_int_equal(store_import(store, &records, NULL, &in, NULL), 0);
	records_release(&records);
	assert_int_equal(store_history(store, series_of(store, "hmm/devdax-pte/1G"), 0, &h, NULL),
			 0);
	assert_true(h.points[0].value == 400);
	assert_true(h.points[1].value == 250);
	assert_false(h.points[0].exact);
	store_history_release(&h);
	assert_int_equal(store_history(store, series_of(store, "hmm/devdax-pmd/1G"), 0, &h, NULL),
			 0);
	assert_true(h.points[0].known);
	assert_false(h.points[1].known);
	store_history_release(&h);
	store_close(store);
}

FAKE_STORE_TEST(test_environment)
{
	struct store *store = fake_store_open(*state);
	struct store_runs runs;
	struct err err;
	char *key;

	fake_store_night(store, 1, 0, NULL);
	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	key = store_env(store, runs.runs[0].env, NULL);
	assert_non_null(strstr(key, "\"mitigations\":\"off\""));
	assert_null(strstr(key, "1000000")); /* never the clock rate */
	free(key);
	store_runs_release(&runs);
	assert_null(store_env(store, 99, &err));
	assert_non_null(strstr(err.text, "no environment 99"));
	store_close(store);
}

FAKE_STORE_TEST(test_verdicts)
{
	struct store *store = fake_store_open(*state);
	int64_t base = fake_store_night(store, 1, 0, NULL),
		new = fake_store_night(store, 2, 9, NULL);
	int64_t series = series_of(store, "hmm/devdax-pte/1G");
	const struct store_verdict v[] = {
		{ .base_run = base,
		  .new_run = new,
		  .series = series,
		  .time = 11,
		  .method = "utest",
		  .nr_base = 8,
		  .nr_new = 7,
		  .base = 1,
		  .new = 1.1,
		  .ratio = 1.1,
		  .low = 1.05,
		  .high = 1.2,
		  .p = 0.01,
		  .p_adjusted = 0.02,
		  .effect = 0.9,
		  .outcome = "worse" },
		{ .new_run = new,
		  .series = series,
		  .time = 12,
		  .method = "exact",
		  .base = 5,
		  .new = 14,
		  .ratio = NAN,
		  .low = NAN,
		  .high = NAN,
		  .p = NAN,
		  .p_adjusted = NAN,
		  .effect = NAN,
		  .outcome = "worse",
		  .note = "<b>" },
	};
	struct store_verdict bad[] = { v[0], v[1] };
	struct store_change bad_change = { .series = series, .run = 999 };
	const struct store_verdicts both = { (struct store_verdict *)v, 2 }, both_bad = { bad, 2 };
	const struct store_changes no_change = { 0 }, bad_changes = { &bad_change, 1 };
	struct store_verdicts out;

	assert_int_equal(store_verdicts_add(store, &both, &no_change, NULL), 0);
	bad[1].new_run = 999;
	assert_true(store_verdicts_add(store, &both_bad, &no_change, NULL) < 0);
	assert_true(store_verdicts_add(store, &both, &bad_changes, NULL) < 0);
	assert_int_equal(store_verdicts_of_run(store, new, &out, NULL), 0);
	assert_int_equal(out.n, 2); /* nothing of the bad ones */
	assert_int_equal(out.verdicts[0].base_run, base);
	assert_true(out.verdicts[0].high == 1.2 && out.verdicts[0].effect == 0.9);
	assert_string_equal(out.verdicts[0].outcome, "worse");
	assert_int_equal(out.verdicts[1].base_run, 0);
	assert_true(isnan(out.verdicts[1].p));
	assert_string_equal(out.verdicts[1].note, "<b>");
	store_verdicts_release(&out);
	store_close(store);
}

FAKE_STORE_TEST(test_change_points)
{
	struct store *store = fake_store_open(*state);
	int64_t run = fake_store_night(store, 1, 0, NULL);
	int64_t series = series_of(store, "hmm/devdax-pte/1G");
	struct store_change c = {
		.series = series, .run = run, .before = 5, .after = 6, .time = 7
	};
	const struct store_changes one = { &c, 1 };
	const struct store_verdicts none = { 0 };
	struct store_changes out;
	struct err err;

	assert_int_equal(store_verdicts_add(store, &none, &one, NULL), 0);
	assert_int_equal(store_changes(store, series, &out, NULL), 0);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.changes[0].state, "new");
	c.id = out.changes[0].id;
	store_changes_release(&out);
	assert_int_equal(store_change_state(store, c.id, "nope", NULL, &err), -EINVAL);
	assert_int_equal(store_change_state(store, 99, "noise", NULL, &err), -ENOENT);
	assert_int_equal(store_change_state(store, c.id, "expected", "patch 3", NULL), 0);
	c.after = 6.5; /* found again: acknowledged as before */
	assert_int_equal(store_verdicts_add(store, &none, &one, NULL), 0);
	assert_int_equal(store_changes(store, 0, &out, NULL), 0);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.changes[0].state, "expected");
	assert_string_equal(out.changes[0].note, "patch 3");
	assert_true(out.changes[0].after == 6.5);
	store_changes_release(&out);
	store_close(store);
}
