/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Placements: the NUMA nodes of the measuring CPU, the page tables, the pages
 * and the result array, each by itself. By a name of the table, or spelled out:
 * "pt1-pages0" ("cpuN", "ptN", "pagesN", "resultN"; what is left out is the
 * CPU's node).
 */
#ifndef PTWALK_OP_PLACEMENT_H
#define PTWALK_OP_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "kmod/uapi/ptwalk.h"

/* Where no placement was asked for: nothing is said about it in the names of series. */
#define PLACEMENT_DEFAULT "local"

/* In a list of names: every pair of a node for page tables and one for pages. */
#define PLACEMENT_PAIRS "all"

enum placement_where {
	PLACEMENT_LOCAL,  /* the CPU's node; of the CPU: the driver's own */
	PLACEMENT_REMOTE, /* the node with memory that is farthest from there */
	PLACEMENT_SPREAD, /* all nodes with memory, in turn */
	PLACEMENT_NODE,
};

struct placement_part {
	enum placement_where where;
	unsigned int node; /* of PLACEMENT_NODE */
};

struct placement {
	char name[64];
	struct placement_part cpu, tables, pages, result;
};

/* A name of the table. */
struct placement_name {
	const char *name, *summary;
	struct placement_part tables, pages, result;
};

extern const struct placement_name placement_names[];
extern const size_t nr_placement_names;

/* The nodes that there are. */
struct placement_map {
	uint64_t memory;					   /* mask of those with memory */
	uint64_t cpus;						   /* mask of those with CPUs */
	unsigned int home;					   /* that of the driver's CPU */
	unsigned int distance[PTWALK_MAX_NODES][PTWALK_MAX_NODES]; /* from, to; 0: unknown */
	const char *hint; /* how to have more, in brackets after an error; or "" */
};

/* What a placement means there. */
struct placement_nodes {
	bool asked; /* else nothing is placed, and nothing is proved */
	unsigned int cpu;
	uint64_t tables, pages; /* masks; several nodes: in turn */
	unsigned int result;
};

/**
 * placement_parse - read one name
 *
 * Returns: 0, or -EINVAL with the names there are in @err.
 */
int placement_parse(const char *text, struct placement *out, struct err *err);

/**
 * placement_resolve - from names to nodes
 *
 * Returns: 0; -ENODEV where a node is not there or has not what is asked of it,
 * with those that have, or where there is no second node.
 */
int placement_resolve(const struct placement *, const struct placement_map *map,
		      struct placement_nodes *out, struct err *err);

/*
 * Add what PLACEMENT_PAIRS stands for: for each node with CPUs, each node with
 * memory for the page tables, each for the pages; the result array is on the CPU's.
 */
void placement_add_pairs(const struct placement_map *map, struct strv *names);

/* The NUMA nodes of the machine this process runs on, through hwloc. */

struct hwloc_topology;

/* The topology of this host, to be ended with hwloc_topology_destroy(), on success only. */
int nodes_load(struct hwloc_topology **topology, struct err *err);

/**
 * nodes_map - what there is
 * @topology:	loaded
 * @home:	the node of the CPU that measures
 * @map:	(out) its hint is ""
 */
void nodes_map(struct hwloc_topology *topology, unsigned int home, struct placement_map *map);

/**
 * nodes_map_host - the same of this host, for the CPU that the driver takes first
 * @cpus:	(out) how many CPUs this process may use
 */
int nodes_map_host(struct placement_map *map, unsigned int *cpus, struct err *err);

#endif
