// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/place.h"

#include <errno.h>
#include <hwloc.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/units.h"

/* Of fewer tables than this a node, no share is asked for. */
#define MANY_TABLES 8

static bool is_one(uint64_t nodes)
{
	return !(nodes & (nodes - 1));
}

char *place_list_nodes(uint64_t nodes)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	char *text = NULL, *list;

	if (set && nodes) {
		hwloc_bitmap_from_ulong(set, nodes);
		if (hwloc_bitmap_list_asprintf(&text, set) < 0)
			text = NULL;
	}
	hwloc_bitmap_free(set);
	list = xstrdup(text ? text : "none");
	free(text);
	return list;
}

static uint64_t node_free(unsigned int node)
{
	_cleanup_free_ char *path = xasprintf("/sys/devices/system/node/node%u/meminfo", node);
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);
	const char *at = text ? strstr(text, "MemFree:") : NULL;

	return at ? strtoull(at + strlen("MemFree:"), NULL, 10) * KIB : 0;
}

uint64_t place_available(const struct workload_place *place)
{
	uint64_t free_bytes = 0;

	for (unsigned int n = 0; n < PTWALK_MAX_NODES; n++)
		if (place->pages >> n & 1)
			free_bytes += node_free(n);
	return free_bytes;
}

/* Strictly: not merely where there is room. */
static int bind(const struct workload_place *place, void *addr, uint64_t len, uint64_t nodes)
{
	hwloc_membind_policy_t policy =
		is_one(nodes) ? HWLOC_MEMBIND_BIND : HWLOC_MEMBIND_INTERLEAVE;
	int flags = HWLOC_MEMBIND_STRICT | HWLOC_MEMBIND_BYNODESET, ret;
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	if (!set)
		return -ENOMEM;
	hwloc_bitmap_from_ulong(set, nodes);
	if (addr)
		ret = hwloc_set_area_membind(place->topology, addr, len, set, policy, flags);
	else
		ret = hwloc_set_membind(place->topology, set, policy, flags | HWLOC_MEMBIND_THREAD);
	ret = ret ? -errno : 0;
	hwloc_bitmap_free(set);
	/* A kernel without CONFIG_NUMA has one node and nothing to bind. */
	if (ret && hwloc_get_nbobjs_by_type(place->topology, HWLOC_OBJ_NUMANODE) == 1)
		return 0;
	return ret;
}

static int cannot_bind(const char *what, uint64_t nodes, int ret, struct err *err)
{
	_cleanup_free_ char *list = place_list_nodes(nodes);

	return err_set(err, ret, "cannot bind %s to NUMA node %s: %s", what, list, strerror(-ret));
}

int place_thread(const struct workload_place *place, uint64_t nodes, struct err *err)
{
	int ret = place->topology ? bind(place, NULL, 0, nodes) : 0;

	return ret ? cannot_bind("memory", nodes, ret, err) : 0;
}

int place_mapping(const struct workload_place *place, void *addr, uint64_t len, struct err *err)
{
	int ret = place->topology ? bind(place, addr, len, place->pages) : 0;

	return ret ? cannot_bind("a mapping", place->pages, ret, err) : 0;
}

/* "0: 448, 1: 64". Owned by the caller. */
static char *describe(const __u64 *counts)
{
	_cleanup_(strv_release) struct strv parts = { 0 };

	for (unsigned int n = 0; n < PTWALK_MAX_NODES; n++)
		if (counts[n])
			strv_addf(&parts, "%u: %" PRIu64, n, (uint64_t)counts[n]);
	return strv_join(&parts, ", ");
}

/* No count outside of @nodes, and at least @share on each of them. */
static int prove(const char *what, const __u64 *counts, uint64_t nodes, uint64_t share,
		 struct err *err)
{
	_cleanup_free_ char *is = NULL, *ought = NULL;
	__u64 wanted[PTWALK_MAX_NODES] = { 0 };
	bool good = true;

	for (unsigned int n = 0; n < PTWALK_MAX_NODES; n++) {
		bool in = nodes >> n & 1;

		wanted[n] = in ? share : 0;
		good &= in ? counts[n] >= share : !counts[n];
	}
	if (good)
		return 0;
	is = describe(counts);
	if (is_one(nodes))
		ought = xasprintf("all on node %d", __builtin_ctzll(nodes));
	else
		ought = describe(wanted);
	return err_set(err, EBADE,
		       "not where they were asked for: %s by NUMA node are %s; "
		       "should be %s%s",
		       what, is, ought, is_one(nodes) ? "" : " or more");
}

static uint64_t sum(const __u64 *counts)
{
	uint64_t total = 0;

	for (unsigned int n = 0; n < PTWALK_MAX_NODES; n++)
		total += counts[n];
	return total;
}

/* What each node has of @pages in turn, @leaf pages at a time; of what is left over, none. */
static uint64_t share(uint64_t pages, uint64_t nodes, uint64_t leaf)
{
	uint64_t n = (uint64_t)__builtin_popcountll(nodes);

	return n > 1 ? pages / leaf / n * leaf : pages;
}

int place_prove(const struct workload_place *place, uint64_t granule,
		const struct ptwalk_inspect *met, struct err *err)
{
	uint64_t tables, pages, n;
	int ret;

	if (!place->topology)
		return 0;
	if (met->nodes_beyond)
		return err_set(err, EBADE, "%" PRIu64 " pages and tables are on nodes past %d",
			       (uint64_t)met->nodes_beyond, PTWALK_MAX_NODES - 1);
	n = (uint64_t)__builtin_popcountll(place->tables);
	tables = sum(met->table_nodes);
	pages = sum(met->page_nodes);
	if (n > 1)
		tables = tables < MANY_TABLES * n ? 0 : tables / n / 2;
	ret = prove("page tables", met->table_nodes, place->tables, tables, err);
	if (ret)
		return ret;
	return prove("pages", met->page_nodes, place->pages,
		     share(pages, place->pages, granule / units_page()), err);
}
