// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many pagemaps on the exact machine: a cached reference is of no use where the
 * pagemap changes, a lookup costs what lies above it, and a pagemap stays until its
 * last reference is put.
 *
 *	test_pagemaps_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "tests/unit/find.h"

#define LEN   (64 * MIB)
#define LARGE (2 * GIB)

/* Two boots: that all samples repeat is part of the status. */
MEASURED(lookups,
	 ("--workload=devdax-pmd,devdax-multi-2-pmd,devdax-multi-2-pte,devdax-multi-2-page,"
	  "pgmaps-1-low,pgmaps-256-low,pgmaps-1-high,pgmaps-256-high"),
	 "--op=hmm,hmm/none,hmm/range,hmm/batch,hmm/entry,pgmap_hit,pgmap_cached,pgmap_miss",
	 "--boots=2", "--size=64K,64M", "--iterations=2");
MEASURED(teardowns, "--workload=devdax-multi-2-pmd", "--op=teardown,teardown_walked,teardown_held",
	 "--dax-size=2G", "--size=64M,2G", "--boots=2", "--iterations=2");

/* Less than a PMD is mapped of it. */
MEASURED(small, "--workload=pgmaps-1-low", "--op=hmm", "--size=64K", "--iterations=2");

static double lookup(const char *op, const char *policy, const char *workload)
{
	const struct record_series *series = find_series(&lookups, 1, op, policy, workload, LEN);

	assert_non_null(series);
	return find_page(series);
}

static double walk(const char *policy, const char *workload)
{
	return lookup("hmm", policy, workload);
}

TEST(a_cached_reference_is_lost_where_pagemaps_change)
{
	static const char *const cached[] = { "range", "batch" };

	for (size_t i = 0; i < ARRAY_SIZE(cached); i++) {
		double one = walk(cached[i], "pgmaps-1-low");
		double some = walk(cached[i], "devdax-multi-2-pte");
		double each = walk(cached[i], "devdax-multi-2-page");

		/* A batch ends where a table does, as a turn of 2 MiB does. */
		if (!i)
			assert_true(one < some);
		assert_true(some < each);
		/* Nothing is left of what caching was for. */
		assert_true(each > 0.9 * walk("entry", "devdax-multi-2-page"));
		assert_true(one < 0.9 * walk("entry", "pgmaps-1-low"));
	}
	assert_true(walk("range", "devdax-pmd") < walk("range", "devdax-multi-2-pmd"));
	assert_true(lookup("pgmap_cached", "", "pgmaps-1-low") <
		    lookup("pgmap_cached", "", "devdax-multi-2-pte"));
	assert_true(lookup("pgmap_cached", "", "devdax-multi-2-pte") <
		    lookup("pgmap_cached", "", "devdax-multi-2-page"));
}

/* Without a lookup, whose the pages are does not matter. */
TEST(pagemaps_cost_nothing_where_none_is_looked_up)
{
	static const char *const others[] = { "devdax-multi-2-pte", "devdax-multi-2-page",
					      "pgmaps-256-high" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_true(lookup("hmm", "", others[i]) == lookup("hmm", "", "pgmaps-1-low"));
		assert_true(walk("none", others[i]) == walk("none", "pgmaps-1-low"));
	}
}

TEST(a_lookup_is_dearer_at_high_addresses)
{
	static const char *const pairs[][2] = { { "pgmaps-1-low", "pgmaps-1-high" },
						{ "pgmaps-256-low", "pgmaps-256-high" } };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		const char *low = pairs[i][0], *high = pairs[i][1];

		assert_true(lookup("pgmap_hit", "", low) < lookup("pgmap_hit", "", high));
		assert_true(lookup("pgmap_miss", "", low) < lookup("pgmap_miss", "", high));
		assert_true(walk("entry", low) < walk("entry", high));
	}
	/* Those of 2 MiB lie deeper than one of 64 MiB. */
	assert_true(lookup("pgmap_hit", "", "pgmaps-1-low") <
		    lookup("pgmap_hit", "", "pgmaps-256-low"));
}

TEST(frames_are_where_they_should_be)
{
	size_t high = 0;

	for (size_t i = 0; i < lookups.nr_series; i++) {
		const struct record_series *s = &lookups.series[i];

		if (str_ends(s->workload, "-low"))
			assert_true(s->proof.pfn_max < 16 * GIB / PAGE);
		if (!str_ends(s->workload, "-high"))
			continue;
		assert_true(s->proof.pfn_min > 1000 * GIB / PAGE);
		high++;
	}
	assert_true(high > 0);
}

TEST(the_record_tells_the_runs)
{
	const struct record_series *s =
		find_series(&lookups, 1, "hmm", "", "devdax-multi-2-pte", LEN);

	assert_non_null(s);
	assert_int_equal(s->notes.n, 1);
	assert_int_equal(strtoull(s->notes.v[0], NULL, 10), LEN / (2 * MIB));
	s = find_series(&lookups, 1, "hmm", "", "devdax-pmd", LEN);
	assert_non_null(s);
	assert_int_equal(s->notes.n, 0);
}

static double teardown(const char *op, const char *policy, uint64_t size)
{
	const struct record_series *series =
		find_series(&teardowns, 1, op, policy, "devdax-multi-2-pmd", size);

	assert_non_null(series);
	for (size_t i = 0; i < series->nr_samples; i++) {
		assert_int_equal(series->samples[i].flags, PTWALK_SAMPLE_DISTURBED);
		assert_true(series->samples[i].switches > 0);
	}
	return find_count(series);
}

TEST(a_teardown_waits_for_the_last_reference)
{
	const uint64_t pages = LARGE / PAGE;
	double hold = (double)pages * PTWALK_HOLD_NS;
	double none = teardown("teardown_held", "none", LARGE);

	/* Without a reference it would be done before. */
	assert_true(none < hold);
	assert_true(teardown("teardown_held", "range", LARGE) >= hold);
	assert_true(teardown("teardown_held", "batch", LARGE) < hold);
	assert_true(teardown("teardown_held", "entry", LARGE) < hold);
}

TEST(what_it_sleeps_is_not_what_it_costs)
{
	static const char *const ops[] = { "teardown", "teardown_walked" };

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		assert_true(teardown(ops[i], "", LARGE) > teardown(ops[i], "", LEN));
		assert_true(teardown(ops[i], "", LARGE) <
			    teardown("teardown_held", "none", LARGE) / 2);
	}
}

TEST(a_small_mapping_counts_as_the_beginning_of_a_large_one)
{
	const struct record_series *a = find_series(&small, 1, "hmm", "", "pgmaps-1-low", 64 * KIB);
	const struct record_series *b =
		find_series(&lookups, 1, "hmm", "", "pgmaps-1-low", 64 * KIB);

	assert_true(a && b);
	assert_int_equal(a->samples[0].ticks, b->samples[0].ticks);
}

TEST(none_is_missing)
{
	assert_int_equal(lookups.nr_missing, 0);
	assert_int_equal(teardowns.nr_missing, 0);
}
