// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run in a guest of three nodes, over every placement: each series was where
 * it was asked for, and costs as many instructions as anywhere; what cannot be
 * there is missing, with the reason.
 *
 *	test_nodes_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "tests/unit/find.h"

#define NODES	 3
#define SIZES	 2
#define VARIANTS 1

MEASURED(records, "--workload=devdax-pte,devdax-pmd,anon-pte,hugetlb-2m,shmem-thp,zero-page",
	 "--nodes=3", "--ram=1G", "--size=64K,6M", "--op=hmm", "--iterations=2",
	 ("--placement=local,remote-pt,remote-pages,remote-result,all-remote,interleave,"
	  "pt1-result1,all"));

static const char *const workloads[] = { "devdax-pte", "devdax-pmd", "anon-pte",
					 "hugetlb-2m", "shmem-thp",  "zero-page" };

/* The CPU is on node 0, and node 2 is the farthest from there; -1: on all of them. */
static const struct {
	const char *name;
	int tables, pages, result;
} placements[] = {
	{ "local", 0, 0, 0 },	      { "remote-pt", 2, 0, 0 },	 { "remote-pages", 0, 2, 0 },
	{ "remote-result", 0, 0, 2 }, { "all-remote", 2, 2, 2 }, { "interleave", -1, -1, 0 },
	{ "pt1-result1", 1, 0, 1 },   { "pt0-pages0", 0, 0, 0 }, { "pt0-pages1", 0, 1, 0 },
	{ "pt0-pages2", 0, 2, 0 },    { "pt1-pages0", 1, 0, 0 }, { "pt1-pages1", 1, 1, 0 },
	{ "pt1-pages2", 1, 2, 0 },    { "pt2-pages0", 2, 0, 0 }, { "pt2-pages1", 2, 1, 0 },
	{ "pt2-pages2", 2, 2, 0 },
};

static int find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(placements); i++)
		if (!strcmp(placements[i].name, name))
			return (int)i;
	fail_msg("placement %s was not asked for", name);
	return -1;
}

TEST(every_placement_is_there_or_has_a_reason)
{
	assert_int_equal(records.nr_series + records.nr_missing,
			 ARRAY_SIZE(workloads) * ARRAY_SIZE(placements) * SIZES * VARIANTS);
	assert_int_equal(records.nr_boots, 1);
	assert_non_null(strstr(records.boots[0].topology, "3 node"));
}

/* A device is on one node, and so is the zero page, which is on the kernel's. */
static bool may_be_missing(const struct record_missing *m)
{
	int placement = find(m->placement);

	if (!strcmp(m->workload, "zero-page"))
		return placements[placement].pages;
	return placements[placement].pages < 0 && !strncmp(m->workload, "devdax", 6);
}

TEST(only_what_cannot_be_there_is_missing)
{
	for (size_t i = 0; i < records.nr_missing; i++) {
		const struct record_missing *m = &records.missing[i];

		if (!may_be_missing(m))
			fail_msg("%s: %s", m->name, m->reason);
		if (!strcmp(m->workload, "zero-page"))
			assert_non_null(strstr(m->reason, "not where they were asked for: pages"));
		else
			assert_non_null(strstr(m->reason, "has its pages on NUMA node 0-2"));
	}
}

TEST(what_cannot_be_there_is_never_there)
{
	size_t missing = 0, wanted = 0;

	for (size_t i = 0; i < ARRAY_SIZE(placements); i++)
		wanted += (placements[i].pages != 0) + 2 * (placements[i].pages < 0);
	for (size_t i = 0; i < records.nr_missing; i++)
		missing += may_be_missing(&records.missing[i]);
	assert_int_equal(missing, wanted * SIZES * VARIANTS);
}

static void is_on(const char *name, const __u64 *counts, int node)
{
	uint64_t elsewhere = 0, there = 0;

	for (int n = 0; n < PTWALK_MAX_NODES; n++) {
		if (node < 0 ? n < NODES : n == node)
			there += counts[n];
		else
			elsewhere += counts[n];
	}
	if (elsewhere || !there)
		fail_msg("%s: %llu there, %llu elsewhere", name, (unsigned long long)there,
			 (unsigned long long)elsewhere);
}

TEST(each_is_where_it_was_asked_for)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		int p = find(s->placement.name);

		is_on(s->name, s->proof.table_nodes, placements[p].tables);
		is_on(s->name, s->proof.page_nodes, placements[p].pages);
		assert_int_equal(s->result_node, placements[p].result);
		assert_int_equal(s->placement.cpu, 0);
		assert_int_equal(s->placement.tables, placements[p].tables);
		assert_int_equal(s->placement.pages, placements[p].pages);
		assert_int_equal(s->placement.result, placements[p].result);
	}
}

TEST(in_turn_is_a_third_each)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];

		if (!strcmp(s->placement.name, "interleave") && s->size == 6 * MIB)
			for (int n = 0; n < NODES; n++)
				assert_int_equal(s->proof.page_nodes[n], 2 * MIB / PAGE);
	}
}

/* Instructions are not time: a node that is farther away costs as many. */
TEST(a_count_does_not_depend_on_the_node)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		const struct record_series *local =
			find_series(&records, 1, s->op, s->policy, s->workload, s->size);

		assert_non_null(local);
		for (size_t k = 0; k < s->nr_samples; k++)
			assert_int_equal(s->samples[k].ticks, local->samples[0].ticks);
	}
}
