// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/pin.h"

#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

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

static int bind_to(hwloc_topology_t topology, hwloc_obj_t pu, struct err *err)
{
	if (hwloc_set_cpubind(topology, pu->cpuset, HWLOC_CPUBIND_THREAD))
		return err_set(err, errno, "cannot bind to CPU %u: %s", pu->os_index,
			       strerror(errno));
	/* A kernel without CONFIG_NUMA has one node and nothing to bind. */
	if (hwloc_set_membind(topology, pu->nodeset, HWLOC_MEMBIND_BIND,
			      HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_BYNODESET) &&
	    hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) > 1)
		return err_set(err, errno, "cannot bind memory to the node of CPU %u: %s",
			       pu->os_index, strerror(errno));
	return 0;
}

int pin_self(int cpu, char **description, struct err *err)
{
	hwloc_topology_t topology;
	hwloc_obj_t pu;
	int ret;

	if (hwloc_topology_init(&topology))
		return err_set(err, ENOMEM, "hwloc: cannot make a topology");
	if (hwloc_topology_load(topology)) {
		ret = err_set(err, errno, "hwloc: cannot load the topology: %s", strerror(errno));
		goto out;
	}
	pu = find_cpu(topology, cpu);
	ret = pu ? bind_to(topology, pu, err) : no_such_cpu(topology, cpu, err);
	if (!ret)
		*description = describe(topology);
out:
	hwloc_topology_destroy(topology);
	return ret;
}
