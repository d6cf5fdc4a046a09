// SPDX-License-Identifier: GPL-2.0-only
/* bench/record/series_index: by key and by name it finds what one finds who looks at every series. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/series_index.h"

#define GONE "hmm/devdax-pmd/64M"

static struct records records;
static struct series_index index_;

static void begin(void)
{
	fake_run(&records);
	fake_missing(&records, 1, GONE, "no memory");
	fake_missing(&records, 2, GONE, "no memory");
	series_index_init(&index_, &records);
}

static void end(void)
{
	series_index_release(&index_);
	records_release(&records);
}

/* As many as have that part in common, and each is one; those of one key in the run's order. */
static void check_part(const struct series_key *key, enum series_part part)
{
	const struct series_range found = series_like(&index_.series, key, part);
	size_t n = 0;

	for (size_t i = 0; i < records.nr_series; i++) {
		const struct series_key its = series_key_of(&records.series[i]);

		n += !series_key_compare(&its, key, part);
	}
	assert_int_equal(found.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(series_key_compare(&found.v[i]->key, key, part), 0);
		assert_true(!i ||
			    series_key_compare(&found.v[i - 1]->key, &found.v[i]->key,
					       SERIES_WHOLE) < 0 ||
			    found.v[i - 1]->series < found.v[i]->series);
	}
}

TEST(every_part_of_a_key_is_found)
{
	begin();
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		const struct series_key key = series_key_of(s);

		check_part(&key, SERIES_SCENE);
		check_part(&key, SERIES_LINE);
		check_part(&key, SERIES_WHOLE);
		assert_ptr_equal(series_find(&index_, s->boot, &key), s);
		assert_true(series_first(&index_, &key) <= s);
	}
	end();
}

TEST(names_are_found)
{
	begin();
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct series_range found =
			series_named(&index_.series, records.series[i].name);

		assert_int_equal(found.n, FAKE_BOOTS);
		for (size_t k = 0; k < found.n; k++) {
			assert_string_equal(found.v[k]->name, records.series[i].name);
			assert_int_equal(found.v[k]->series->boot, k + 1);
		}
	}
	assert_int_equal(series_named(&index_.series, "").n, 0);
	assert_int_equal(series_named(&index_.series, "~").n, 0);
	end();
}

/* By key and by name, and among those that were measured it is not. */
TEST(what_is_missing_says_why)
{
	struct series_key key;

	begin();
	key = series_key_missing(&records.missing[0]);
	assert_null(series_first(&index_, &key));
	assert_null(series_find(&index_, 1, &key));
	assert_int_equal(series_named(&index_.series, GONE).n, 0);
	assert_string_equal(series_missing(&index_, &key), "no memory");
	assert_string_equal(series_missing_named(&index_, GONE), "no memory");
	key.policy = "entry";
	assert_null(series_missing(&index_, &key));
	assert_null(series_missing_named(&index_, "hmm/devdax-pmd/1G"));
	end();
}

/* In whatever order a run has its sizes, of a line the earliest is the one that begins it. */
TEST(the_earliest_of_a_line_begins_it)
{
	const struct record_series *first;
	struct series_key key;

	begin();
	first = &records.series[0];
	key = series_key_of(first);
	assert_ptr_equal(series_earliest(series_like(&index_.series, &key, SERIES_LINE))->series,
			 first);
	series_index_release(&index_);
	records.series[0].size = UINT64_MAX;
	series_index_init(&index_, &records);
	assert_ptr_equal(series_earliest(series_like(&index_.series, &key, SERIES_LINE))->series,
			 first);
	end();
}

TEST(a_run_without_series_has_none)
{
	struct records none = { 0 };
	struct series_index empty;
	const struct series_key key = { "hmm", "", "anon-pte", 4096,	    RECORD_LOCAL,
					1,     1,  "warm",     RECORD_ARCH, RECORD_PAGE };

	series_index_init(&empty, &none);
	assert_null(series_first(&empty, &key));
	assert_null(series_missing_named(&empty, "hmm"));
	assert_int_equal(series_named(&empty.series, "hmm").n, 0);
	series_index_release(&empty);
}
