// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/placement.h"

#include <ctype.h>
#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "workloads/place.h"

#define LOCAL	     .where = PLACEMENT_LOCAL
#define REMOTE	     .where = PLACEMENT_REMOTE
#define SPREAD	     .where = PLACEMENT_SPREAD
#define BIT(n)	     (1ULL << (n))
#define MAX_NODE_LEN 2 /* digits */

const struct placement_name placement_names[] = {
	{
		.name = PLACEMENT_DEFAULT,
		.summary = "everything on the measuring CPU's node",
	},
	{
		.name = "remote-pt",
		.summary = "page tables on the node farthest from the CPU",
		.tables = { REMOTE },
	},
	{
		.name = "remote-pages",
		.summary = "pages on that node",
		.pages = { REMOTE },
	},
	{
		.name = "remote-result",
		.summary = "the module's result array on that node",
		.result = { REMOTE },
	},
	{
		.name = "all-remote",
		.summary = "page tables, pages and result array on that node",
		.tables = { REMOTE },
		.pages = { REMOTE },
		.result = { REMOTE },
	},
	{
		.name = "interleave",
		.summary = "page tables and pages on all nodes in turn",
		.tables = { SPREAD },
		.pages = { SPREAD },
	},
};

const size_t nr_placement_names = ARRAY_SIZE(placement_names);

/* The parts that may be spelled out, in the order of a name. */
static const struct {
	const char *word;
	size_t offset;
} parts[] = {
	{ "cpu", offsetof(struct placement, cpu) },
	{ "pt", offsetof(struct placement, tables) },
	{ "pages", offsetof(struct placement, pages) },
	{ "result", offsetof(struct placement, result) },
};

static struct placement_part *part_of(struct placement *p, size_t i)
{
	return (struct placement_part *)(void *)((char *)p + parts[i].offset);
}

static int unknown(const char *text, struct err *err)
{
	_cleanup_(strv_release) struct strv known = { 0 };
	_cleanup_free_ char *list = NULL;
	int ret;

	for (size_t i = 0; i < nr_placement_names; i++)
		strv_add(&known, placement_names[i].name);
	list = strv_join(&known, ", ");
	ret = err_set(err, EINVAL,
		      "unknown placement '%s'; there are: %s, all, or nodes as in pt1-pages0 "
		      "(cpuN, ptN, pagesN, resultN)",
		      text, list);
	return ret;
}

/* One word, "pages1", into its part, which must not be set yet. */
static bool parse_part(const char *word, struct placement *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t len = strlen(parts[i].word);
		const char *digits = word + len;
		struct placement_part *part = part_of(out, i);

		if (strncmp(word, parts[i].word, len) != 0 || !isdigit((unsigned char)*digits))
			continue;
		if (strspn(digits, "0123456789") != strlen(digits) ||
		    strlen(digits) > MAX_NODE_LEN || (*digits == '0' && digits[1]) ||
		    part->where == PLACEMENT_NODE)
			return false;
		*part = (struct placement_part){ PLACEMENT_NODE,
						 (unsigned int)strtoul(digits, NULL, 10) };
		return part->node < PTWALK_MAX_NODES;
	}
	return false;
}

/* The name of what is spelled out is the same whatever the order of its words. */
static void spell(struct placement *p)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	_cleanup_free_ char *name = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (part_of(p, i)->where == PLACEMENT_NODE)
			strv_addf(&words, "%s%u", parts[i].word, part_of(p, i)->node);
	name = strv_join(&words, "-");
	snprintf(p->name, sizeof(p->name), "%s", name);
}

static int parse_parts(const char *text, struct placement *out, struct err *err)
{
	struct strv words = { 0 };
	bool good;

	strv_split(&words, text, '-');
	good = words.n > 0;
	for (size_t i = 0; i < words.n && good; i++)
		good = parse_part(words.v[i], out);
	strv_release(&words);
	if (!good)
		return unknown(text, err);
	spell(out);
	return 0;
}

int placement_parse(const char *text, struct placement *out, struct err *err)
{
	*out = (struct placement){ 0 };
	for (size_t i = 0; i < nr_placement_names; i++) {
		const struct placement_name *n = &placement_names[i];

		if (strcmp(n->name, text) != 0)
			continue;
		snprintf(out->name, sizeof(out->name), "%s", text);
		out->tables = n->tables;
		out->pages = n->pages;
		out->result = n->result;
		return 0;
	}
	return parse_parts(text, out, err);
}

static int no_such_node(const struct placement *p, unsigned int node, const char *what,
			uint64_t mask, const char *hint, struct err *err)
{
	_cleanup_free_ char *list = place_list_nodes(mask);
	int ret = err_set(err, ENODEV, "placement %s: there is no node %u with %s; there are: %s%s",
			  p->name, node, what, list, hint);

	return ret;
}

/* The farthest node from @from, the first of several; @from where there is no other. */
static unsigned int farthest(const struct placement_map *map, unsigned int from)
{
	unsigned int best = from;

	for (unsigned int n = 0; n < PTWALK_MAX_NODES; n++)
		if (n != from && map->memory & BIT(n) &&
		    (best == from || map->distance[from][n] > map->distance[from][best]))
			best = n;
	return best;
}

static int resolve_part(const struct placement *p, const struct placement_part *part,
			const struct placement_map *map, unsigned int cpu, uint64_t *mask,
			struct err *err)
{
	unsigned int node = cpu;

	switch (part->where) {
	case PLACEMENT_SPREAD:
		*mask = map->memory;
		if (map->memory & (map->memory - 1))
			return 0;
		return err_set(err, ENODEV, "placement %s needs a second node with memory%s",
			       p->name, map->hint);
	case PLACEMENT_REMOTE:
		node = farthest(map, cpu);
		if (node == cpu)
			return err_set(err, ENODEV,
				       "placement %s needs a second node with memory%s", p->name,
				       map->hint);
		break;
	case PLACEMENT_NODE:
		node = part->node;
		break;
	case PLACEMENT_LOCAL:
		break;
	}
	*mask = BIT(node);
	return *mask & map->memory ? 0
				   : no_such_node(p, node, "memory", map->memory, map->hint, err);
}

int placement_resolve(const struct placement *p, const struct placement_map *map,
		      struct placement_nodes *out, struct err *err)
{
	uint64_t result = 0;
	int ret = 0;

	*out = (struct placement_nodes){ .asked = true, .cpu = map->home };
	if (p->cpu.where == PLACEMENT_NODE)
		out->cpu = p->cpu.node;
	if (!(map->cpus & BIT(out->cpu)))
		ret = no_such_node(p, out->cpu, "a CPU", map->cpus, "", err);
	if (!ret)
		ret = resolve_part(p, &p->tables, map, out->cpu, &out->tables, err);
	if (!ret)
		ret = resolve_part(p, &p->pages, map, out->cpu, &out->pages, err);
	if (!ret)
		ret = resolve_part(p, &p->result, map, out->cpu, &result, err);
	if (!ret)
		out->result = (unsigned int)__builtin_ctzll(result);
	return ret;
}

static void add_pairs(const struct placement_map *map, const char *cpu, struct strv *names)
{
	for (unsigned int t = 0; t < PTWALK_MAX_NODES; t++)
		for (unsigned int p = 0; p < PTWALK_MAX_NODES; p++)
			if (map->memory & BIT(t) && map->memory & BIT(p))
				strv_addf(names, "%spt%u-pages%u", cpu, t, p);
}

void placement_add_pairs(const struct placement_map *map, struct strv *names)
{
	bool one = !(map->cpus & (map->cpus - 1));
	char cpu[16] = "";

	for (unsigned int c = 0; c < PTWALK_MAX_NODES; c++) {
		if (!(map->cpus & BIT(c)))
			continue;
		if (!one)
			snprintf(cpu, sizeof(cpu), "cpu%u-", c);
		add_pairs(map, cpu, names);
	}
}

/* hwloc gives a node without CPUs those that are near: the kernel knows. */
#define HAS_CPU "/sys/devices/system/node/has_cpu"

static uint64_t nodes_with_cpus(unsigned int home)
{
	_cleanup_free_ char *list = fs_read_line(HAS_CPU);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	uint64_t mask = 1ULL << home;

	if (list && !hwloc_bitmap_list_sscanf(set, list))
		mask |= hwloc_bitmap_to_ulong(set);
	hwloc_bitmap_free(set);
	return mask;
}

static void read_distances(hwloc_topology_t topology, struct placement_map *map)
{
	struct hwloc_distances_s *d;
	unsigned int n = 1;

	if (hwloc_distances_get_by_name(topology, "NUMALatency", &n, &d, 0) || !n)
		return;
	for (unsigned int i = 0; i < d->nbobjs; i++)
		for (unsigned int j = 0; j < d->nbobjs; j++)
			if (d->objs[i]->os_index < PTWALK_MAX_NODES &&
			    d->objs[j]->os_index < PTWALK_MAX_NODES)
				map->distance[d->objs[i]->os_index][d->objs[j]->os_index] =
					(unsigned int)d->values[i * d->nbobjs + j];
	hwloc_distances_release(topology, d);
}

void nodes_map(hwloc_topology_t topology, unsigned int home, struct placement_map *map)
{
	hwloc_obj_t node = NULL;

	*map = (struct placement_map){ .home = home, .hint = "" };
	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)))
		if (node->os_index < PTWALK_MAX_NODES && node->attr->numanode.local_memory)
			map->memory |= 1ULL << node->os_index;
	map->cpus = nodes_with_cpus(home);
	read_distances(topology, map);
}

/* The node that has the first CPU: those without one come into question for none. */
static unsigned int first_node(hwloc_topology_t topology)
{
	hwloc_obj_t pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, 0);

	return pu && hwloc_bitmap_first(pu->nodeset) > 0
		       ? (unsigned int)hwloc_bitmap_first(pu->nodeset)
		       : 0;
}

int nodes_load(hwloc_topology_t *topology, struct err *err)
{
	int ret = 0;

	if (hwloc_topology_init(topology))
		return err_set(err, ENOMEM, "hwloc: cannot make a topology");
	if (hwloc_topology_load(*topology)) {
		ret = err_errno(err, "hwloc: cannot load the topology");
		hwloc_topology_destroy(*topology);
	}
	return ret;
}

int nodes_map_host(struct placement_map *map, unsigned int *cpus, struct err *err)
{
	hwloc_topology_t topology;
	int ret = nodes_load(&topology, err);

	if (ret)
		return ret;
	*cpus = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	nodes_map(topology, first_node(topology), map);
	hwloc_topology_destroy(topology);
	return 0;
}
