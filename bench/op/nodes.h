/* SPDX-License-Identifier: GPL-2.0-only */
/* The NUMA nodes of the machine this process runs on, through hwloc. */
#ifndef PTWALK_OP_NODES_H
#define PTWALK_OP_NODES_H

#include "bench/op/placement.h"

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
