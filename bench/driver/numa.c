// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/numa.h"

#include <errno.h>
#include <hwloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/op/placement.h"

static char *describe(hwloc_topology_t topology)
{
	return xasprintf("%d package, %d core, %d PU, %d node",
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE),
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE),
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU),
			 hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE));
}

static hwloc_obj_t find_cpu(hwloc_topology_t topology, int cpu)
{
	if (cpu >= 0)
		return hwloc_get_pu_obj_by_os_index(topology, (unsigned int)cpu);
	return hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, 0);
}

static int no_such_cpu(hwloc_topology_t topology, int cpu, struct err *err)
{
	char known[256];

	hwloc_bitmap_list_snprintf(known, sizeof(known),
				   hwloc_topology_get_allowed_cpuset(topology));
	return err_set(err, EINVAL, "there is no CPU %d; there are: %s", cpu, known);
}

static int bind_memory(hwloc_topology_t topology, unsigned int node)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret;

	hwloc_bitmap_only(set, node);
	ret = hwloc_set_membind(topology, set, HWLOC_MEMBIND_BIND,
				HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_BYNODESET);
	ret = ret ? -errno : 0;
	hwloc_bitmap_free(set);
	/* A kernel without CONFIG_NUMA has one node and nothing to bind. */
	return hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) > 1 ? ret : 0;
}

static int bind_to(struct numa *numa, hwloc_obj_t pu, struct err *err)
{
	unsigned int cpu;
	int ret;

	if (!pu)
		return err_set(err, ENODEV, "there is no CPU to bind to");
	if (hwloc_set_cpubind(numa->topology, pu->cpuset, HWLOC_CPUBIND_THREAD))
		return err_errno(err, "cannot bind to CPU %u", pu->os_index);
	if (getcpu(&cpu, &numa->at) || numa->at >= PTWALK_MAX_NODES)
		return err_set(err, ENODEV, "cannot tell the NUMA node of CPU %u", pu->os_index);
	ret = bind_memory(numa->topology, numa->at);
	if (ret)
		return err_set(err, ret, "cannot bind memory to node %u, that of CPU %u: %s",
			       numa->at, pu->os_index, strerror(-ret));
	return 0;
}

int numa_init(struct numa *numa, int cpu, struct err *err)
{
	hwloc_obj_t pu;
	int ret;

	*numa = (struct numa){ 0 };
	ret = nodes_load(&numa->topology, err);
	if (ret)
		return ret;
	pu = find_cpu(numa->topology, cpu);
	if (!pu)
		ret = no_such_cpu(numa->topology, cpu, err);
	else
		ret = bind_to(numa, pu, err);
	if (ret) {
		hwloc_topology_destroy(numa->topology);
		return ret;
	}
	numa->cpu = pu->os_index;
	numa->description = describe(numa->topology);
	nodes_map(numa->topology, numa->at, &numa->map);
	return 0;
}

void numa_release(struct numa *numa)
{
	hwloc_topology_destroy(numa->topology);
	free(numa->description);
	*numa = (struct numa){ 0 };
}

unsigned int numa_cpus(const struct numa *numa)
{
	return (unsigned int)hwloc_get_nbobjs_by_type(numa->topology, HWLOC_OBJ_PU);
}

int numa_take(struct numa *numa, unsigned int number, struct err *err)
{
	hwloc_obj_t first = find_cpu(numa->topology, (int)numa->cpu);
	unsigned int cpus = numa_cpus(numa), index;

	if (!first || !cpus)
		return err_set(err, ENODEV, "there is no CPU to bind to");
	index = (first->logical_index + number) % cpus;
	return bind_to(numa, hwloc_get_obj_by_type(numa->topology, HWLOC_OBJ_PU, index), err);
}

int numa_move(struct numa *numa, unsigned int node, struct err *err)
{
	hwloc_obj_t pu = NULL, there;

	if (node == numa->at)
		return 0;
	if (node == numa->map.home)
		return bind_to(numa, find_cpu(numa->topology, (int)numa->cpu), err);
	there = hwloc_get_numanode_obj_by_os_index(numa->topology, node);
	if (there)
		pu = hwloc_get_next_obj_inside_cpuset_by_type(numa->topology, there->cpuset,
							      HWLOC_OBJ_PU, NULL);
	if (!pu)
		return err_set(err, ENODEV, "NUMA node %u has no CPU", node);
	return bind_to(numa, pu, err);
}
