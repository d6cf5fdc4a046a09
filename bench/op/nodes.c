// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/nodes.h"

#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

/* hwloc gives a node without CPUs those that are near: the kernel knows. */
#define HAS_CPU "/sys/devices/system/node/has_cpu"

static uint64_t nodes_with_cpus(unsigned int home)
{
	char *list = fs_read_line(HAS_CPU);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	uint64_t mask = 1ULL << home;

	if (list && !hwloc_bitmap_list_sscanf(set, list))
		mask |= hwloc_bitmap_to_ulong(set);
	hwloc_bitmap_free(set);
	free(list);
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
		ret = err_set(err, errno, "hwloc: cannot load the topology: %s", strerror(errno));
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
