// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a guest of two nodes, the second with memory alone: lay-outs are where
 * they were asked for; a page that is moved to the other node, and page tables
 * that are on the wrong one, are refused; the result array follows its wish:
 *
 *	test_nodes --dax=/dev/daxN.0...	(4 KiB, on both nodes)
 */
#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"
#include "base/fs.h"
#include "base/str.h"
#include "workloads/workload.h"

#define SIZE (4 * MIB)

static struct workload_dax dax[2];
static struct workload_site site = { .dax = dax };
static hwloc_topology_t topology;

/* A device's pages are where it is, and those of a ramfs are never moved. */
static const struct {
	const char *name;
	bool movable;
} subjects[] = {
	{ "devdax-pte", false }, { "anon-pte", true },	{ "anon-thp", true },
	{ "shmem-pte", true },	 { "shmem-thp", true }, { "hugetlb-2m", true },
	{ "file-pte", false },
};

static int lay_out(const struct workload *w, uint64_t tables, uint64_t pages, struct layout *layout,
		   struct err *err)
{
	site.place = (struct workload_place){
		.topology = topology,
		.home = 1,
		.tables = tables,
		.pages = pages,
	};
	return workload_lay_out(w, &site, SIZE, layout, err);
}

static int prove(const struct layout *layout, uint64_t tables, uint64_t pages, struct err *err)
{
	struct workload_place place = layout->place;
	struct ptwalk_inspect met;

	place.tables = tables;
	place.pages = pages;
	if (!abi_inspect(layout->workload->name, layout->addr, SIZE, &met))
		return -EIO;
	if (workload_prove(layout->workload, &met, err))
		return -EIO;
	return place_prove(&place, workload_granule(layout->workload), &met, err);
}

/* The last leaf to the other node. */
static int move_last(const struct layout *layout, unsigned int node)
{
	uint64_t granule = workload_granule(layout->workload);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret;

	hwloc_bitmap_only(set, node);
	ret = hwloc_set_area_membind(
		topology, (char *)layout->addr + SIZE - granule, granule, set, HWLOC_MEMBIND_BIND,
		HWLOC_MEMBIND_MIGRATE | HWLOC_MEMBIND_STRICT | HWLOC_MEMBIND_BYNODESET);
	hwloc_bitmap_free(set);
	return ret ? -errno : 0;
}

static void test_moved(const struct layout *layout, unsigned int tables, unsigned int pages)
{
	struct err err = { "" };
	int ret = move_last(layout, !pages);

	abi_case("a page can be moved", !ret, "%s", strerror(-ret));
	ret = prove(layout, 1U << tables, 1U << pages, &err);
	abi_case("a page on the wrong node is refused", ret == -EBADE && strstr(err.text, "pages"),
		 "%d %s", ret, err.text);
	if (ret)
		printf("   %s\n", err.text);
}

static void test_pair(size_t subject, unsigned int tables, unsigned int pages)
{
	const struct workload *w = workload_find(subjects[subject].name);
	uint64_t t = 1U << tables, p = 1U << pages;
	struct layout layout;
	struct err err = { "" };
	int ret;

	printf("%s: tables %u, pages %u\n", w->name, tables, pages);
	ret = lay_out(w, t, p, &layout, &err);
	abi_case("it is laid out", !ret, "%s", err.text);
	if (ret)
		return;
	ret = prove(&layout, t, p, &err);
	abi_case("it is where it was asked for", !ret, "%s", err.text);
	ret = prove(&layout, 3 ^ t, p, &err);
	abi_case("tables on the wrong node are refused",
		 ret == -EBADE && strstr(err.text, "page tables"), "%d", ret);
	ret = prove(&layout, t, 3 ^ p, &err);
	abi_case("pages on the wrong node are refused", ret == -EBADE, "%d", ret);
	if (subjects[subject].movable)
		test_moved(&layout, tables, pages);
	workload_tear_down(&layout);
}

static void test_in_turn(const struct workload *w)
{
	struct layout layout;
	struct err err = { "" };
	int ret = lay_out(w, 3, 3, &layout, &err);

	printf("%s: in turn\n", w->name);
	abi_case("it is laid out", !ret, "%s", err.text);
	if (ret)
		return;
	ret = prove(&layout, 3, 3, &err);
	abi_case("it is on both nodes", !ret, "%s", err.text);
	ret = prove(&layout, 3, 1, &err);
	abi_case("it is not on one alone", ret == -EBADE, "%d", ret);
	workload_tear_down(&layout);
}

/* Small arrays and large ones are not allocated alike. */
static void test_result(const void *addr, uint64_t len, unsigned int node)
{
	struct ptwalk_sample samples[2];
	struct ptwalk_run run = abi_quiet(PTWALK_OP_HMM, addr, len, samples, 2);
	char name[64];

	snprintf(name, sizeof(name), "the array of %llu KiB comes from node %u",
		 len / PAGE * 8 / 1024, node);
	run.result_want = node + 1;
	if (abi_measure(name, &run))
		abi_case(name, run.result_node == (int)node, "it is on node %d", run.result_node);
	run.result_want = 3;
	abi_answers("there is no node 2 for it", PTWALK_IOC_RUN, &run, -EINVAL);
}

static void test_results(void)
{
	char *memory = abi_map(64 * MIB, 3);

	memset(memory, 1, 64 * MIB);
	for (unsigned int node = 0; node < 2; node++) {
		test_result(memory, 2 * MIB, node);
		test_result(memory, 64 * MIB, node);
	}
}

static void read_devices(int argc, char **argv)
{
	for (int i = 1; i < argc && i <= 2; i++) {
		const char *path = strchr(argv[i], '=') + 1;
		char *node = xasprintf("/sys/bus/dax/devices/%s/numa_node", strrchr(path, '/') + 1);
		char *text = fs_read_line(node);

		dax[site.nr_dax++] = (struct workload_dax){
			.path = path,
			.size = GIB,
			.align = PAGE,
			.node = text ? text[0] - '0' : -1,
		};
		free(text);
		free(node);
	}
	abi_case("there is a device on each node", dax[0].node == 0 && dax[1].node == 1, "%d, %d",
		 dax[0].node, dax[1].node);
}

int main(int argc, char **argv)
{
	abi_begin();
	if (hwloc_topology_init(&topology) || hwloc_topology_load(topology))
		return 1;
	read_devices(argc, argv);
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		for (unsigned int pair = 0; pair < 4; pair++)
			test_pair(i, pair / 2, pair % 2);
	test_in_turn(workload_find("anon-pte"));
	test_in_turn(workload_find("shmem-thp"));
	test_results();
	hwloc_topology_destroy(topology);
	return abi_end();
}
