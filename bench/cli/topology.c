// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/topology.h"

#include <hwloc.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/size.h"
#include "bench/op/placement.h"

static void print_kinds(FILE *f, hwloc_topology_t topology)
{
	for (int depth = 0; depth < hwloc_topology_get_depth(topology); depth++) {
		char type[32];

		hwloc_obj_type_snprintf(type, sizeof(type),
					hwloc_get_obj_by_depth(topology, depth, 0), 0);
		fprintf(f, "  %-22s %u\n", type, hwloc_get_nbobjs_by_depth(topology, depth));
	}
	fprintf(f, "  %-22s %d\n", "NUMANode",
		hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE));
}

/* NULL where the host does not tell. */
static struct hwloc_distances_s *distances(hwloc_topology_t topology)
{
	struct hwloc_distances_s *d = NULL;
	unsigned int n = 1;

	if (hwloc_distances_get_by_name(topology, "NUMALatency", &n, &d, 0) || !n)
		return NULL;
	return d;
}

static void print_distances(FILE *f, const struct hwloc_distances_s *d, hwloc_obj_t node)
{
	for (unsigned int i = 0; d && i < d->nbobjs; i++) {
		if (d->objs[i] != node)
			continue;
		fputs(", distances", f);
		for (unsigned int j = 0; j < d->nbobjs; j++)
			fprintf(f, " %" PRIu64 " to %u%s", (uint64_t)d->values[i * d->nbobjs + j],
				d->objs[j]->os_index, j + 1 < d->nbobjs ? "," : "");
	}
}

static void print_nodes(FILE *f, hwloc_topology_t topology)
{
	struct hwloc_distances_s *d = distances(topology);
	hwloc_obj_t node = NULL;

	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node))) {
		char *cpus = NULL;

		hwloc_bitmap_list_asprintf(&cpus, node->cpuset);
		fprintf(f, "  node %-17u %" PRIu64 " MiB, CPUs %s", node->os_index,
			(uint64_t)(node->attr->numanode.local_memory / MIB),
			cpus && *cpus ? cpus : "none");
		print_distances(f, d, node);
		fputc('\n', f);
		free(cpus);
	}
	if (d)
		hwloc_distances_release(topology, d);
}

int topology_print(FILE *f, struct err *err)
{
	hwloc_topology_t topology;
	int ret = nodes_load(&topology, err);

	if (ret)
		return ret;
	print_kinds(f, topology);
	print_nodes(f, topology);
	hwloc_topology_destroy(topology);
	return 0;
}
