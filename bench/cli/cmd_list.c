// SPDX-License-Identifier: GPL-2.0-only
#include <hwloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/place.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/measure/folder.h"
#include "bench/op/op.h"
#include "bench/op/placement.h"
#include "kernels/build.h"
#include "bench/measure/prepare.h"
#include "kernels/kernel.h"
#include "vm/vm.h"
#include "workloads/workload.h"

struct list_options {
	const struct arch *arch; /* of @kernel; NULL: this host's */
	struct strv what;
	const char *kernel;
	char *results;
	struct kernel found; /* .spec is NULL where none was asked for */
};

static void heading(const char *name)
{
	printf("%s:\n", name);
}

static void entry(const char *name, const char *summary)
{
	_cleanup_free_ char *at = xasprintf("  %-22s ", name);

	command_entry(stdout, at, summary);
}

static void cannot_run(const char *on, const char *kernel, const char *needs, const char *what)
{
	_cleanup_free_ char *text = xasprintf("cannot run%s%s: %s%s", on, kernel, needs, what);

	entry("", text);
}

static int list_workloads(const struct list_options *o, struct err *err)
{
	(void)err;
	heading("workloads");
	for (size_t i = 0; i < nr_workloads; i++) {
		const struct workload *w = workloads[i];
		_cleanup_free_ char *lacks = o->found.spec ? prepare_lacks(&o->found, w) : NULL;

		entry(w->name, w->summary);
		if (lacks)
			cannot_run(" on ", o->kernel, "needs ", lacks);
	}
	return 0;
}

static int list_ops(const struct list_options *o, struct err *err)
{
	(void)o;
	(void)err;
	heading("ops");
	for (size_t i = 0; i < nr_ops; i++)
		entry(ops[i].name, ops[i].summary);
	return 0;
}

static int list_policies(const struct list_options *o, struct err *err)
{
	(void)o;
	(void)err;
	heading("policies (of own code: hmm, gup_fast, pin_fast, gup)");
	for (size_t i = 0; i < nr_own_policies; i++)
		entry(own_policies[i].name, own_policies[i].summary);
	heading("policies (of the other ops that take one)");
	for (size_t i = 0; i < nr_policies; i++)
		entry(policies[i].name, policies[i].summary);
	return 0;
}

static int list_placements(const struct list_options *o, struct err *err)
{
	(void)o;
	(void)err;
	heading("placements (NUMA nodes; --nodes gives the guest some)");
	for (size_t i = 0; i < nr_placement_names; i++)
		entry(placement_names[i].name, placement_names[i].summary);
	entry("pt1-pages0-result1", "nodes spelled out: cpuN, ptN, pagesN, resultN");
	return 0;
}

static void print_kinds(hwloc_topology_t topology)
{
	for (int depth = 0; depth < hwloc_topology_get_depth(topology); depth++) {
		char type[32];

		hwloc_obj_type_snprintf(type, sizeof(type),
					hwloc_get_obj_by_depth(topology, depth, 0), 0);
		printf("  %-22s %u\n", type, hwloc_get_nbobjs_by_depth(topology, depth));
	}
	printf("  %-22s %d\n", "NUMANode", hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE));
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

static void print_distances(const struct hwloc_distances_s *d, hwloc_obj_t node)
{
	for (unsigned int i = 0; d && i < d->nbobjs; i++) {
		if (d->objs[i] != node)
			continue;
		printf(", distances");
		for (unsigned int j = 0; j < d->nbobjs; j++)
			printf(" %" PRIu64 " to %u%s", (uint64_t)d->values[i * d->nbobjs + j],
			       d->objs[j]->os_index, j + 1 < d->nbobjs ? "," : "");
	}
}

static void print_nodes(hwloc_topology_t topology)
{
	struct hwloc_distances_s *d = distances(topology);
	hwloc_obj_t node = NULL;

	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node))) {
		_cleanup_free_ char *cpus = NULL;

		hwloc_bitmap_list_asprintf(&cpus, node->cpuset);
		printf("  node %-17u %" PRIu64 " MiB, CPUs %s", node->os_index,
		       (uint64_t)(node->attr->numanode.local_memory / MIB),
		       cpus && *cpus ? cpus : "none");
		print_distances(d, node);
		putchar('\n');
	}
	if (d)
		hwloc_distances_release(topology, d);
}

static int list_topology(const struct list_options *o, struct err *err)
{
	hwloc_topology_t topology;
	int ret;

	(void)o;
	heading("topology of this host, as hwloc sees it");
	ret = nodes_load(&topology, err);
	if (ret)
		return ret;
	print_kinds(topology);
	print_nodes(topology);
	hwloc_topology_destroy(topology);
	return 0;
}

static int list_machines(const struct list_options *o, struct err *err)
{
	const struct vm_config config = { 0 };
	struct err reason;

	(void)o;
	(void)err;
	heading("machines");
	for (size_t i = 0; i < nr_machines; i++) {
		entry(machines[i]->name, machines[i]->summary);
		if (!machines[i]->by_name && machines[i]->supported(&config, &reason))
			cannot_run("", " here", "", reason.text);
	}
	return 0;
}

static int list_kernels(const struct list_options *o, struct err *err)
{
	struct build_entry *builds;
	size_t n;

	(void)o;
	(void)err;
	heading("kernels");
	for (size_t i = 0; i < nr_kernel_sources; i++)
		entry(kernel_sources[i]->name, kernel_sources[i]->summary);
	builds = builds_list(&n);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *spec =
			xasprintf("build:%s", *builds[i].name ? builds[i].name : builds[i].key);

		entry(spec, builds[i].label);
	}
	builds_free(builds, n);
	return 0;
}

static int list_runs(const struct list_options *o, struct err *err)
{
	_cleanup_(strv_release) struct strv ids = { 0 };

	(void)err;
	folder_list(o->results, &ids);
	printf("runs in %s:\n", o->results);
	for (size_t i = 0; i < ids.n; i++)
		printf("  %s\n", ids.v[i]);
	if (!ids.n)
		puts("  none yet; `ptwalk run` makes one");
	return 0;
}

static const struct {
	const char *name;
	int (*list)(const struct list_options *, struct err *err);
} lists[] = {
	{ "workloads", list_workloads }, { "ops", list_ops },
	{ "policies", list_policies },	 { "placements", list_placements },
	{ "topology", list_topology },	 { "machines", list_machines },
	{ "kernels", list_kernels },	 { "runs", list_runs },
};

/* Names alone, for opts_parse(). */
static const char *const whats[] = { "workloads", "ops",     "policies", "placements", "topology",
				     "machines",  "kernels", "runs",	 NULL };

static int set_arch(void *options_, const char *arg, struct err *err)
{
	struct list_options *o = options_;

	return arch_known(arg, &o->arch, err);
}

static const struct opt options[] = {
	{ "arch", 0, "ARCH", "Its architecture: x86 (default), or arm64", OPT_CALL(set_arch) },
	{ "kernel", 'k', "KERNEL", "Say which workloads this kernel cannot run, and why",
	  OPT_TEXT(struct list_options, kernel) },
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct list_options, results) },
	OPT_MAYBE_ARG("WHAT", OPT_TEXTS(struct list_options, what), .words = whats),
	{ 0 },
};

static int list_all(struct list_options *o, struct err *err)
{
	int ret = o->kernel ? kernel_find(o->kernel, o->arch, &o->found, NULL, err) : 0;
	const char *between = "";

	for (size_t i = 0; i < ARRAY_SIZE(lists) && !ret; i++) {
		if (o->what.n && !strv_has(&o->what, lists[i].name))
			continue;
		fputs(between, stdout);
		ret = lists[i].list(o, err);
		between = "\n";
	}
	if (o->found.spec)
		kernel_release(&o->found);
	return ret;
}

static int run(int argc, char **argv)
{
	struct list_options o = { .results = place_runs() };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (!command_parse(&command_list, argc, argv, &o))
		status = list_all(&o, &err) ? command_fail("list", &err) : STATUS_CLEAN;
	strv_release(&o.what);
	free(o.results);
	return status;
}

const struct command command_list = {
	.name = "list",
	.summary = "list workloads, ops, policies, machines, kernels, runs",
	.args = "[WHAT...]",
	.doc = "List what there is: workloads, ops, policies, placements, the topology of this host, "
	       "machines, kernels, runs.",
	.examples = "  ptwalk list workloads ops\n"
		    "  ptwalk list workloads -k debian:5.10   # and why some cannot run\n",
	.options = options,
	.run = run,
};
