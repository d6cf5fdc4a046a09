// SPDX-License-Identifier: GPL-2.0-only
#include "vm/pins.h"

#include <errno.h>
#include <hwloc/linux.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#define ISOLATED  "/sys/devices/system/cpu/isolated"
#define CPU_NODES "/sys/devices/system/node/has_cpu"

/* A node or a CPU of the host that may be taken. */
struct place {
	hwloc_obj_t obj;
	unsigned int sibling; /* of a CPU: its place in its core */
	bool preferred, has_cpus, first;
};

struct chooser {
	const struct pins_choice *from;
	struct place *nodes, *cpus;
	size_t nr_nodes, nr_cpus;
};

static struct place *room(hwloc_topology_t topology, hwloc_obj_type_t type)
{
	int n = hwloc_get_nbobjs_by_type(topology, type);

	return xcalloc(n > 0 ? (size_t)n : 1, sizeof(struct place));
}

/* Preferred ones first, those with CPUs before those with memory alone. */
static int compare_nodes(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->has_cpus != y->has_cpus)
		return x->has_cpus ? -1 : 1;
	if (x->preferred != y->preferred)
		return x->preferred ? -1 : 1;
	return x->obj->os_index < y->obj->os_index ? -1 : 1;
}

/* Preferred ones first, then a CPU of each core before a second of any; CPU 0's core last. */
static int compare_cpus(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->preferred != y->preferred)
		return x->preferred ? -1 : 1;
	if (x->sibling != y->sibling)
		return x->sibling < y->sibling ? -1 : 1;
	if (x->first != y->first)
		return x->first ? 1 : -1;
	return x->obj->logical_index < y->obj->logical_index ? -1 : 1;
}

static void find_nodes(struct chooser *c)
{
	const struct pins_choice *from = c->from;
	hwloc_obj_t node = NULL;

	c->nodes = room(from->topology, HWLOC_OBJ_NUMANODE);
	while ((node = hwloc_get_next_obj_by_type(from->topology, HWLOC_OBJ_NUMANODE, node))) {
		bool own = hwloc_bitmap_isset(from->cpu_nodes, node->os_index);

		c->nodes[c->nr_nodes++] = (struct place){
			.obj = node,
			.has_cpus = own && hwloc_bitmap_intersects(node->cpuset, from->usable),
			.preferred = own && hwloc_bitmap_intersects(node->cpuset, from->preferred),
		};
	}
	if (c->nr_nodes)
		qsort(c->nodes, c->nr_nodes, sizeof(*c->nodes), compare_nodes);
}

static struct place place_of(const struct chooser *c, hwloc_obj_t pu)
{
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(c->from->topology, HWLOC_OBJ_CORE, pu);
	hwloc_const_bitmap_t set = core ? core->cpuset : pu->cpuset;
	struct place place = {
		.obj = pu,
		.preferred = hwloc_bitmap_isset(c->from->preferred, pu->os_index),
		.first = hwloc_bitmap_isset(set, 0),
	};

	/* Siblings that may not be taken do not count. */
	for (int i = hwloc_bitmap_first(set); i >= 0 && (unsigned int)i != pu->os_index;
	     i = hwloc_bitmap_next(set, i))
		place.sibling += hwloc_bitmap_isset(c->from->usable, (unsigned int)i) != 0;
	return place;
}

static void find_cpus(struct chooser *c)
{
	hwloc_topology_t topology = c->from->topology;
	hwloc_obj_t pu = NULL;

	c->cpus = room(topology, HWLOC_OBJ_PU);
	while ((pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu)))
		if (hwloc_bitmap_isset(c->from->usable, pu->os_index))
			c->cpus[c->nr_cpus++] = place_of(c, pu);
	if (c->nr_cpus)
		qsort(c->cpus, c->nr_cpus, sizeof(*c->cpus), compare_cpus);
}

/* Take @n CPUs of @node for the guest's from @at on. */
static int take_cpus(struct chooser *c, hwloc_obj_t node, unsigned int at, unsigned int n,
		     struct vm_pins *pins, struct err *err)
{
	unsigned int had = 0;

	for (size_t i = 0; i < c->nr_cpus && had < n; i++) {
		const struct place *cpu = &c->cpus[i];

		if (!hwloc_bitmap_isset(node->cpuset, cpu->obj->os_index))
			continue;
		pins->cpus[at + had++] = cpu->obj->os_index;
		pins->shared_cores |= cpu->sibling > 0;
	}
	if (had == n)
		return 0;
	return err_set(
		err, EINVAL,
		"%u CPUs of the guest on one node: node %u of the host has %u to bind them to", n,
		node->os_index, had);
}

static int choose(struct chooser *c, struct vm_pins *pins, struct err *err)
{
	size_t with_cpus = 0, next_memory = c->nr_nodes;
	int ret = 0;

	for (unsigned int n = 0; n < pins->nr_nodes && !ret; n++) {
		unsigned int first = vm_first_cpu(pins->nr_cpus, pins->nr_nodes, n);
		unsigned int end = vm_first_cpu(pins->nr_cpus, pins->nr_nodes, n + 1);
		const struct place *node;

		/* From the front those with CPUs, from the end those that need none. */
		node = &c->nodes[end > first ? with_cpus++ : --next_memory];
		if (end > first && !node->has_cpus)
			return err_set(err, EINVAL,
				       "%u nodes of the guest have CPUs; of the host's, %zu have "
				       "some to bind them to",
				       n + 1, with_cpus - 1);
		pins->nodes[n] = node->obj->os_index;
		ret = take_cpus(c, node->obj, first, end - first, pins, err);
	}
	return ret;
}

int pins_plan(const struct pins_choice *from, unsigned int cpus, unsigned int nodes,
	      struct vm_pins *pins, struct err *err)
{
	struct chooser c = { .from = from };
	int ret = 0;

	*pins = (struct vm_pins){ .nr_cpus = cpus ? cpus : 1, .nr_nodes = nodes ? nodes : 1 };
	find_nodes(&c);
	find_cpus(&c);
	pins->bind_memory = c.nr_nodes > 1;
	if (pins->nr_cpus > c.nr_cpus)
		ret = err_set(err, EINVAL,
			      "%u CPUs of the guest, each bound to one of the host's: it has %zu",
			      pins->nr_cpus, c.nr_cpus);
	else if (pins->nr_nodes > c.nr_nodes)
		ret = err_set(err, EINVAL,
			      "%u nodes of the guest, each bound to one of the host's: it has "
			      "%zu, and a remote page would be a local one",
			      pins->nr_nodes, c.nr_nodes);
	else
		ret = choose(&c, pins, err);
	free(c.nodes);
	free(c.cpus);
	return ret;
}

static int load(hwloc_topology_t *topology, struct err *err)
{
	if (!hwloc_topology_init(topology)) {
		if (!hwloc_topology_load(*topology))
			return 0;
		hwloc_topology_destroy(*topology);
	}
	return err_set(err, EIO, "hwloc finds no topology of this host");
}

/* The CPUs or nodes that a file of sysfs lists. */
static hwloc_bitmap_t listed(const char *path)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	_cleanup_free_ char *list = fs_read_line(path);

	if (list && *list)
		hwloc_bitmap_list_sscanf(set, list);
	return set;
}

int pins_host(unsigned int cpus, unsigned int nodes, struct vm_pins *pins, struct err *err)
{
	struct pins_choice from;
	hwloc_const_bitmap_t allowed;
	int ret = load(&from.topology, err);

	if (ret)
		return ret;
	allowed = hwloc_topology_get_allowed_cpuset(from.topology);
	from.usable = hwloc_bitmap_alloc();
	from.preferred = listed(ISOLATED);
	from.cpu_nodes = listed(CPU_NODES);
	/* A kernel without NUMA has no such list, and one node. */
	if (hwloc_bitmap_iszero(from.cpu_nodes))
		hwloc_bitmap_fill(from.cpu_nodes);
	if (hwloc_get_cpubind(from.topology, from.usable, HWLOC_CPUBIND_PROCESS))
		hwloc_bitmap_copy(from.usable, allowed);
	/* Isolated CPUs are in nobody's affinity until they are asked for. */
	hwloc_bitmap_or(from.usable, from.usable, from.preferred);
	hwloc_bitmap_and(from.usable, from.usable, allowed);
	hwloc_bitmap_and(from.preferred, from.preferred, from.usable);
	ret = pins_plan(&from, cpus, nodes, pins, err);
	hwloc_bitmap_free(from.cpu_nodes);
	hwloc_bitmap_free(from.preferred);
	hwloc_bitmap_free(from.usable);
	hwloc_topology_destroy(from.topology);
	return ret;
}

/* All of @process to the CPUs that no guest's CPU has: whoever is not moved after it stays there. */
static void bind_rest(hwloc_topology_t topology, const struct vm_pins *pins, pid_t process)
{
	hwloc_bitmap_t rest = hwloc_bitmap_alloc();

	if (!hwloc_get_proc_cpubind(topology, process, rest, 0)) {
		for (unsigned int i = 0; i < pins->nr_cpus; i++)
			hwloc_bitmap_clr(rest, pins->cpus[i]);
		if (!hwloc_bitmap_iszero(rest))
			hwloc_set_proc_cpubind(topology, process, rest, 0);
	}
	hwloc_bitmap_free(rest);
}

static int bind_thread(hwloc_topology_t topology, pid_t thread, unsigned int cpu, struct err *err)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc(), had = hwloc_bitmap_alloc();
	int ret = 0;

	hwloc_bitmap_only(set, cpu);
	if (hwloc_linux_set_tid_cpubind(topology, thread, set))
		ret = err_errno(err, "cannot bind a thread of QEMU to CPU %u", cpu);
	else if (hwloc_linux_get_tid_cpubind(topology, thread, had) ||
		 !hwloc_bitmap_isequal(set, had))
		ret = err_set(err, EIO, "a thread of QEMU was bound to CPU %u and is not there",
			      cpu);
	hwloc_bitmap_free(set);
	hwloc_bitmap_free(had);
	return ret;
}

int pins_bind(const struct vm_pins *pins, pid_t process, const pid_t *threads, struct err *err)
{
	hwloc_topology_t topology;
	int ret = load(&topology, err);

	if (ret)
		return ret;
	if (process)
		bind_rest(topology, pins, process);
	for (unsigned int i = 0; i < pins->nr_cpus && !ret; i++)
		ret = bind_thread(topology, threads[i], pins->cpus[i], err);
	hwloc_topology_destroy(topology);
	return ret;
}

char *pins_text(const struct vm_pins *pins)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	char *text;

	for (unsigned int i = 0; i < pins->nr_cpus; i++)
		strv_addf(&lines, "CPU %u of the guest: CPU %u of the host\n", i, pins->cpus[i]);
	if (pins->shared_cores)
		strv_add(&lines, "some of them share a core\n");
	for (unsigned int i = 0; i < pins->nr_nodes; i++)
		strv_addf(&lines, "memory of node %u of the guest: node %u of the host%s\n", i,
			  pins->nodes[i], pins->bind_memory ? "" : ", which has no other");
	text = strv_join(&lines, "");
	return text;
}
