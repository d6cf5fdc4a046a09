// SPDX-License-Identifier: GPL-2.0-only
/* What the host is made of, and whether memory comes from the node that it was asked of. */
#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "base/host.h"
#include "base/size.h"
#include "bench/cli/selfcheck.h"
#include "bench/op/nodes.h"

#define PIECE (4 * MIB)

/* NULL, and a result, where there is none. */
static hwloc_topology_t load(struct selfcheck_result *r)
{
	hwloc_topology_t topology;
	struct err err;

	if (!nodes_load(&topology, &err))
		return topology;
	selfcheck_say(r, SELFCHECK_FAIL, "%s", err.text);
	return NULL;
}

static void check_topology(struct selfcheck *s, struct selfcheck_result *r)
{
	hwloc_topology_t t = load(r);
	char *cpu = host_cpu_model();
	struct utsname name = { 0 };
	int packages, cores, pus, nodes;

	(void)s;
	uname(&name);
	selfcheck_fact(r, "cpu", json_string(cpu));
	selfcheck_fact(r, "release", json_string(name.release));
	free(cpu);
	if (!t)
		return;
	packages = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PACKAGE);
	cores = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_CORE);
	pus = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
	nodes = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_NUMANODE);
	selfcheck_fact(r, "packages", json_integer(packages));
	selfcheck_fact(r, "cores", json_integer(cores));
	selfcheck_fact(r, "pus", json_integer(pus));
	selfcheck_fact(r, "nodes", json_integer(nodes));
	selfcheck_say(r, SELFCHECK_PASS, "%d package%s, %d core%s, %d PU%s, %d NUMA node%s",
		      packages, packages == 1 ? "" : "s", cores, cores == 1 ? "" : "s", pus,
		      pus == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s");
	hwloc_topology_destroy(t);
}

const struct selfcheck_check selfcheck_topology = {
	.name = "topology",
	.shows = "what machine it is: CPU model, packages, cores, NUMA nodes",
	.run = check_topology,
};

/* Memory bound to @node is on it. Returns 0, or why not. */
static int bind_and_ask(hwloc_topology_t t, hwloc_obj_t node)
{
	hwloc_bitmap_t where = hwloc_bitmap_alloc();
	void *p = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (p == MAP_FAILED || hwloc_set_area_membind(t, p, PIECE, node->nodeset,
						      HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_BYNODESET))
		ret = errno;
	if (!ret) {
		memset(p, 1, PIECE);
		if (hwloc_get_area_memlocation(t, p, PIECE, where, HWLOC_MEMBIND_BYNODESET))
			ret = errno;
		else if (!hwloc_bitmap_isequal(where, node->nodeset))
			ret = EXDEV;
	}
	if (p != MAP_FAILED)
		munmap(p, PIECE);
	hwloc_bitmap_free(where);
	return ret;
}

static void check_nodes(struct selfcheck *s, struct selfcheck_result *r)
{
	hwloc_topology_t t = load(r);
	hwloc_obj_t node = NULL;
	int nodes = 0, ret = 0;

	(void)s;
	if (!t)
		return;
	while (!ret && (node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE, node)))
		if (node->attr->numanode.local_memory >= 16 * PIECE) {
			nodes++;
			ret = bind_and_ask(t, node);
			if (ret)
				selfcheck_say(
					r, SELFCHECK_FAIL,
					"memory bound to node %u is not there: %s", node->os_index,
					ret == EXDEV ? "it is on another one" : strerror(ret));
		}
	selfcheck_fact(r, "nodes", json_integer(nodes));
	if (nodes < 2)
		selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "one NUMA node: there is no other to be on");
	else if (!ret)
		selfcheck_say(r, SELFCHECK_PASS, "memory bound to each of %d nodes is on it",
			      nodes);
	hwloc_topology_destroy(t);
}

const struct selfcheck_check selfcheck_nodes = {
	.name = "nodes",
	.shows = "that memory comes from the real node that it is asked of",
	.run = check_nodes,
};
