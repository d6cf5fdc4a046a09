// SPDX-License-Identifier: GPL-2.0-only
/* Placements: names become nodes that are there, or one clear error; a wrong place is refused. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/op/selection.h"
#include "workloads/place.h"

/* Nodes 0, 1 and 3 with memory, CPUs on 0 and 2; from 0, node 3 is the farthest. */
static const struct placement_map map = {
	.memory = 1 << 0 | 1 << 1 | 1 << 3,
	.cpus = 1 << 0 | 1 << 2,
	.distance = { { 10, 20, 15, 30 }, { 20, 10, 20, 20 }, { 15, 25, 10, 20 } },
	.hint = " (a hint)",
};

static const struct placement_map one = { .memory = 1, .cpus = 1, .hint = "" };

static struct placement_nodes resolved(const char *name)
{
	struct placement_nodes nodes = { 0 };
	struct placement p;
	struct err err = { "" };

	if (placement_parse(name, &p, &err) || placement_resolve(&p, &map, &nodes, &err))
		fail_msg("%s", err.text);
	assert_true(nodes.asked);
	return nodes;
}

static void is(const char *name, unsigned int cpu, uint64_t tables, uint64_t pages,
	       unsigned int result)
{
	struct placement_nodes nodes = resolved(name);

	assert_int_equal(nodes.cpu, cpu);
	assert_int_equal(nodes.tables, tables);
	assert_int_equal(nodes.pages, pages);
	assert_int_equal(nodes.result, result);
}

TEST(names_become_nodes)
{
	is("local", 0, 1, 1, 0);
	is("remote-pt", 0, 8, 1, 0);
	is("remote-pages", 0, 1, 8, 0);
	is("remote-result", 0, 1, 1, 3);
	is("all-remote", 0, 8, 8, 3);
	is("interleave", 0, 11, 11, 0);
	for (size_t i = 0; i < nr_placement_names; i++)
		resolved(placement_names[i].name);
}

TEST(parts_are_spelled_out)
{
	struct placement p;

	is("pt1", 0, 2, 1, 0);
	is("pt1-pages3-result1", 0, 2, 8, 1);
	is("cpu0-pt3", 0, 8, 1, 0);
	assert_int_equal(placement_parse("result1-pages0-pt3", &p, NULL), 0);
	assert_string_equal(p.name, "pt3-pages0-result1");
}

TEST(what_is_unknown_is_refused)
{
	static const char *const bad[] = { "nope", "pt",       "pt-1",	  "pt1x",   "pt01",
					   "pt64", "pt999",    "pt1-pt2", "remote", "pages1 ",
					   "PT1",  "pt1-nope", "-",	  "" };
	struct placement p;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(placement_parse(bad[i], &p, &err), -EINVAL);
		assert_non_null(strstr(err.text, "there are: local, remote-pt, "));
	}
}

static void not_there(const char *name, const struct placement_map *on, const char *says)
{
	struct placement_nodes nodes;
	struct placement p;
	struct err err = { "" };

	assert_int_equal(placement_parse(name, &p, NULL), 0);
	assert_int_equal(placement_resolve(&p, on, &nodes, &err), -ENODEV);
	if (!strstr(err.text, says))
		fail_msg("'%s' instead of '%s'", err.text, says);
}

TEST(nodes_that_are_not_there_are_said_with_those_that_are)
{
	not_there("pt5", &map, "no node 5 with memory; there are: 0-1,3 (a hint)");
	not_there("pages2", &map, "no node 2 with memory; there are: 0-1,3 (a hint)");
	not_there("result63", &map, "no node 63 with memory");
	not_there("cpu1", &map, "no node 1 with a CPU; there are: 0,2");
	/* Node 2 has a CPU and no memory: nothing can be local to it. */
	not_there("cpu2", &map, "no node 2 with memory");
	not_there("remote-pt", &one, "needs a second node");
	not_there("interleave", &one, "needs a second node");
	not_there("pages1", &one, "there are: 0");
}

TEST(all_is_every_pair)
{
	static const char *const pairs[] = { "pt0-pages0", "pt0-pages1", "pt1-pages0",
					     "pt1-pages1" };
	static const struct placement_map two = { .memory = 3, .cpus = 1, .hint = "" };
	struct strv names = { 0 };

	placement_add_pairs(&two, &names);
	assert_int_equal(names.n, ARRAY_SIZE(pairs));
	for (size_t i = 0; i < names.n; i++)
		assert_string_equal(names.v[i], pairs[i]);
	strv_release(&names);
	placement_add_pairs(&map, &names);
	assert_int_equal(names.n, 2 * 3 * 3);
	assert_string_equal(names.v[17], "cpu2-pt3-pages3");
	strv_release(&names);
}

TEST(a_selection_holds_each_placement_once)
{
	static const struct placement_map two = { .memory = 3, .cpus = 1, .hint = "" };
	struct selection s = { 0 };
	char *name;

	strv_split(&s.workload_names, "anon-pte", ',');
	strv_split(&s.op_names, "hmm", ',');
	strv_split(&s.size_names, "4K,8K", ',');
	strv_split(&s.placement_names, "remote-pt,pages1-pt1,all,local", ',');
	assert_int_equal(selection_resolve(&s, NULL), 0);
	assert_int_equal(selection_place(&s, &two, NULL), 0);
	assert_int_equal(s.nr_placements, 6);
	assert_int_equal(selection_series(&s), 12);
	name = variant_series_name(&s.variants.v[0], "anon-pte", 4096, s.placements[1].name,
				   s.walkers);
	assert_string_equal(name, "hmm/anon-pte/4K@pt1-pages1");
	free(name);
	selection_release(&s);
}

/* As if a topology had been read: proving asks nothing of it. */
static struct workload_place placed(uint64_t tables, uint64_t pages)
{
	return (struct workload_place){
		.topology = (struct hwloc_topology *)&map,
		.home = 1,
		.tables = tables,
		.pages = pages,
	};
}

static void refused(struct workload_place place, uint64_t granule, const struct ptwalk_inspect *met,
		    const char *says)
{
	struct err err = { "" };

	assert_int_equal(place_prove(&place, granule, met, &err), -EBADE);
	if (!strstr(err.text, says))
		fail_msg("'%s' instead of '%s'", err.text, says);
}

TEST(what_is_elsewhere_is_refused)
{
	struct ptwalk_inspect met = { .table_nodes = { [1] = 3 }, .page_nodes = { [0] = 512 } };
	struct workload_place place = placed(1 << 1, 1 << 0);

	assert_int_equal(place_prove(&place, PAGE, &met, NULL), 0);
	refused(placed(1 << 0, 1 << 0), PAGE, &met,
		"page tables by NUMA node are 1: 3; should be all on node 0");
	refused(placed(1 << 1, 1 << 1), PAGE, &met,
		"pages by NUMA node are 0: 512; should be all on node 1");
	met.page_nodes[1] = 1;
	refused(place, PAGE, &met, "pages by NUMA node are 0: 512, 1: 1;");
	met.page_nodes[1] = 0;
	met.table_nodes[0] = 1;
	refused(place, PAGE, &met, "page tables by NUMA node are 0: 1, 1: 3;");
	met.table_nodes[0] = 0;
	met.nodes_beyond = 1;
	refused(place, PAGE, &met, "past 63");
	/* Nothing was asked for: nothing is refused. */
	place = (struct workload_place){ 0 };
	assert_int_equal(place_prove(&place, PAGE, &met, NULL), 0);
}

TEST(in_turn_is_one_each)
{
	struct workload_place place = placed(3, 3);
	struct ptwalk_inspect met = { .table_nodes = { 2, 1 }, .page_nodes = { 257, 256 } };

	assert_int_equal(place_prove(&place, PAGE, &met, NULL), 0);
	met.page_nodes[1] = 254;
	refused(place, PAGE, &met,
		"pages by NUMA node are 0: 257, 1: 254; should be 0: 255, 1: 255");
	met.page_nodes[1] = 256;
	met.page_nodes[2] = 1;
	refused(place, PAGE, &met, "2: 1");
	/* Leaves of 2 MiB: three, and a part of a fourth. */
	met.page_nodes[0] = 1024;
	met.page_nodes[1] = 512 + 16;
	met.page_nodes[2] = 0;
	assert_int_equal(place_prove(&place, 2 * MIB, &met, NULL), 0);
	met.page_nodes[0] = 3 * 512 + 16;
	met.page_nodes[1] = 0;
	refused(place, 2 * MIB, &met, "should be 0: 512, 1: 512 or more");
	/* Few tables may all be on one node, many may not. */
	met = (struct ptwalk_inspect){ .table_nodes = { 15, 0 }, .page_nodes = { 8, 8 } };
	assert_int_equal(place_prove(&place, PAGE, &met, NULL), 0);
	met.table_nodes[0] = 16;
	refused(place, PAGE, &met, "page tables by NUMA node are 0: 16; should be 0: 4, 1: 4");
}
