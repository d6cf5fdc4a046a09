// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/measure/prepare.h"
#include "bench/record/record.h"

#define GUEST_DRIVER "/ptwalk-driver" /* in the guest */
#define GUEST_PERF   "/usr/bin/perf"

/* By name: the driver finds their nodes by itself, and they must be the same. */
static void add_placements(const struct selection *s, struct strv *argv)
{
	for (size_t i = 0; i < s->nr_placements; i++)
		if (s->nodes[i].asked)
			strv_addf(argv, "--placement=%s", s->placements[i].name);
}

/* In numbers: what they are called is known here alone. */
static void add_events(const struct event_list *events, struct strv *argv)
{
	for (size_t i = 0; i < events->n; i++) {
		const struct event *e = &events->v[i];

		strv_addf(argv, "--event=%" PRIu32 ":%#" PRIx64 ":%#" PRIx64 ":%#" PRIx64 "=%s",
			  e->type, e->config, e->config1, e->config2, e->name);
	}
}

/* The folder whose files come with the records; where the driver runs here, one of the run's. */
static char *out_folder(const struct plan *plan, const char *folder)
{
	return plan->machine->here ? xasprintf("%s/out", folder) : xstrdup("/out");
}

/* Beside the driver, which starts it, and tells it when windows are measured. */
static void add_perf(const struct plan *plan, const char *out, struct strv *argv)
{
	_cleanup_(strv_release) struct strv words = { 0 };

	if (!plan->perf_what)
		return;
	strv_addf(argv, "--perf=%s", plan->machine->here ? plan->perf_program : GUEST_PERF);
	strv_addf(argv, "--perf-out=%s", out);
	strv_addf(argv, "--perf-%s", plan->perf_what);
	if (plan->perf_args)
		strv_split(&words, plan->perf_args, ' ');
	for (size_t i = 0; i < words.n; i++)
		strv_addf(argv, "--perf-%s=%s", plan->perf_what, words.v[i]);
}

/* "--WORD=a,b,c" */
static void add_list(struct strv *argv, const char *word, struct strv *names)
{
	_cleanup_free_ char *joined = strv_join(names, ",");

	strv_addf(argv, "--%s=%s", word, joined);
	strv_release(names);
}

/* The ops that run under it, a bit each. */
static uint32_t policy_ops(const struct selection *s, const char *name, size_t len)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < s->variants.n; i++) {
		const struct variant *v = &s->variants.v[i];

		if (variant_is_own(v) && !strncmp(v->policy->name, name, len) &&
		    !v->policy->name[len])
			mask |= 1U << v->op->id;
	}
	return mask;
}

/* A user's policies by name; and what of own code the module was not given. */
static void add_own(const struct plan *plan, const struct prepared *p, struct strv *argv)
{
	const struct selection *s = &plan->selection;
	const char *reason;

	for (size_t i = 0; i < s->own_changes.n; i++) {
		const char *change = s->own_changes.v[i];
		const size_t len = strcspn(change, "=");

		if (policy_ops(s, change, len))
			strv_addf(argv, "--policy=%.*s=%#x", (int)len, change,
				  policy_ops(s, change, len));
	}
	for (size_t i = 0; i < s->variants.n && !plan->module; i++) {
		const struct variant *v = &s->variants.v[i];

		if (variant_is_own(v) &&
		    !own_has(&p->own, own_code_unit(v->op), v->policy->name, &reason))
			strv_addf(argv, "--lacks=%s/%s=%s", v->op->name, v->policy->name, reason);
	}
}

/* Of its scenes the driver has those of workloads that can run. */
static size_t driver_scene(const struct selection *s, const struct prepared *p, size_t scene)
{
	const size_t each = s->nr_placements * s->nr_sizes * s->nr_walkers;
	size_t n = 0;

	for (size_t i = 0; i < s->nr_workloads && i * each < scene; i++)
		if (!p->lacks[i])
			n += scene - i * each < each ? scene - i * each : each;
	return n;
}

static void add_series(const struct selection *s, const struct prepared *p, struct strv *argv)
{
	struct strv names = { 0 }, sizes = { 0 };

	for (size_t i = 0; i < s->nr_workloads; i++)
		if (!p->lacks[i])
			strv_add(&names, s->workloads[i]->name);
	for (size_t i = 0; s->sizes_given && i < s->nr_sizes; i++)
		strv_addf(&sizes, "%s", size_name(s->sizes[i]).text);
	if (s->iterations)
		strv_addf(argv, "--iterations=%u", s->iterations);
	if (s->start)
		strv_addf(argv, "--start=%" PRIu64, s->start);
	if (s->part.to)
		strv_addf(argv, "--scenes=%zu:%zu", driver_scene(s, p, s->part.from),
			  driver_scene(s, p, s->part.to));
	add_list(argv, "workload", &names);
	if (sizes.n)
		add_list(argv, "size", &sizes);
	for (size_t i = 0; i < s->variants.n; i++) {
		const struct variant *v = &s->variants.v[i];

		strv_addf(argv, "--op=%s%s%s", v->op->name, v->policy ? "/" : "",
			  variant_policy_name(v));
	}
	if (s->cold)
		strv_add(argv, "--cache=cold");
	if (s->threads_text)
		strv_addf(argv, "--threads=%s", s->threads_text);
	if (s->mms)
		strv_add(argv, "--mms=each");
}

/* Of a guest, the machine adds the devices. */
static void add_command(const struct plan *plan, const struct prepared *p, const char *out,
			struct strv *argv)
{
	strv_add(argv, plan->machine->here ? p->driver : GUEST_DRIVER);
	strv_add(argv, "--records-fd=3");
	strv_addf(argv, "--benchmark_out=%s/gbench.json", out);
	add_perf(plan, out, argv);
	strv_add(argv, "--benchmark_out_format=json");
	if (plan->machine->exact)
		strv_add(argv, "--exact");
	if (plan->facts)
		strv_add(argv, "--facts");
	if (plan->machine->functional)
		strv_add(argv, "--benchmark_context=ptwalk_note=" RECORD_FUNCTIONAL);
	add_series(&plan->selection, p, argv);
	add_own(plan, p, argv);
	if (plan->invalidate)
		strv_addf(argv, "--invalidate=%s", plan->invalidate);
	if (plan->retry_limit_text)
		strv_addf(argv, "--retry-limit=%s", plan->retry_limit_text);
	for (size_t i = 0; i < plan->dax_paths.n; i++)
		strv_addf(argv, "--dax=%s", plan->dax_paths.v[i]);
	add_events(&plan->events, argv);
	add_placements(&plan->selection, argv);
}

/* A file system takes a part of its device. */
static uint64_t pmem_size(uint64_t dax_size)
{
	return (dax_size + dax_size / 16 + 64 * MIB) / (2 * MIB) * (2 * MIB);
}

/* The nodes that some placement wants all pages on: mask. */
static uint64_t page_nodes(const struct selection *s)
{
	uint64_t nodes = 0;

	for (size_t i = 0; i < s->nr_placements; i++) {
		uint64_t pages = s->nodes[i].asked ? s->nodes[i].pages : 1;

		if (!(pages & (pages - 1)))
			nodes |= pages;
	}
	return nodes;
}

/* Most files, and most devices, that a plan asks for. */
static size_t room(const struct plan *plan)
{
	return plan->selection.nr_workloads * VM_MAX_NODES + 2;
}

static bool has(const struct vm_dax *dax, size_t n, uint64_t align, unsigned int node)
{
	for (size_t i = 0; i < n; i++)
		if (dax[i].align == align && dax[i].node == node)
			return true;
	return false;
}

/* One for each of its nodes, where no workload before it has that already. */
static size_t add_devices(const struct plan *plan, const struct workload *workload, uint64_t page,
			  struct vm_dax *dax, size_t n)
{
	const uint64_t nodes = page_nodes(&plan->selection),
		       align = workload_dax_align(workload, page);

	if (!align || plan->dax_size < workload->dax_least)
		return n;
	for (unsigned int node = 0; node < VM_MAX_NODES; node++)
		if (nodes >> node & 1 && !has(dax, n, align, node))
			dax[n++] = (struct vm_dax){ .size = plan->dax_size,
						    .align = align,
						    .node = node };
	return n;
}

/* Of device-dax one for each alignment and node, of block devices one for all. */
static size_t all_devices(const struct plan *plan, const struct prepared *p, struct vm_dax *dax)
{
	const struct selection *s = &plan->selection;
	bool pmem = false;
	size_t n = 0;

	for (size_t i = 0; i < s->nr_workloads; i++) {
		if (p->lacks[i])
			continue;
		pmem |= s->workloads[i]->pmem;
		n = add_devices(plan, s->workloads[i], p->page_size, dax, n);
	}
	if (pmem)
		dax[n++] = (struct vm_dax){ .size = pmem_size(plan->dax_size) };
	return n;
}

/* Spare memory, in bytes: of each kind as much as a device has, where a workload needs it. */
static void spare_memory(const struct plan *plan, const struct prepared *p,
			 uint64_t spare[VM_NR_SPARE])
{
	const struct selection *s = &plan->selection;

	for (size_t i = 0; i < s->nr_workloads; i++) {
		if (p->lacks[i])
			continue;
		if (s->workloads[i]->spare == WORKLOAD_LOW)
			spare[VM_SPARE_LOW] = plan->dax_size;
		if (s->workloads[i]->spare == WORKLOAD_HIGH)
			spare[VM_SPARE_HIGH] = plan->dax_size;
	}
}

/* Debian 12's packages have in /sbin what is in /usr/sbin. Owned by the caller; NULL: not there. */
static char *find_program(const struct prepared *p, const char *program)
{
	const char *root = p->programs.libraries ? p->programs.libraries : "";
	_cleanup_free_ char *path = xasprintf("%s%s", root, program);

	if (!fs_exists(path) && str_starts(program, "/usr")) {
		free(path);
		path = xasprintf("%s%s", root, program + strlen("/usr"));
	}
	return fs_exists(path) ? TAKE_PTR(path) : NULL;
}

/* The driver, and programs of workloads; what this host has not is missed by them. */
static size_t all_files(const struct plan *plan, const struct prepared *p, struct guest *guest)
{
	struct vm_file *files = guest->files;
	const struct selection *s = &plan->selection;
	size_t n = 0;

	files[n++] = (struct vm_file){ p->driver, GUEST_DRIVER };
	if (plan->perf_what)
		files[n++] = (struct vm_file){ plan->perf_program, GUEST_PERF };
	for (size_t i = 0; i < s->nr_workloads; i++) {
		const char *program = s->workloads[i]->program;
		char *host = program && !p->lacks[i] ? find_program(p, program) : NULL;

		if (!host)
			continue;
		strv_add(&guest->programs, host);
		free(host);
		files[n++] = (struct vm_file){ guest->programs.v[guest->programs.n - 1], program };
	}
	return n;
}

char *guest_facts(const char *folder, unsigned int boot)
{
	return boot == 1 ? xasprintf("%s/facts.txt", folder)
			 : xasprintf("%s/boot%u-facts.txt", folder, boot);
}

char *guest_lines(const char *folder)
{
	return xasprintf("%s/" KERNEL_MODULE_LINES, folder);
}

char *guest_sources(const char *folder)
{
	return xasprintf("%s/sources", folder);
}

void guest_make(const struct plan *plan, const struct prepared *p, unsigned int boot,
		const char *folder, bool facts, struct guest *guest)
{
	*guest = (struct guest){
		.files = xcalloc(room(plan), sizeof(*guest->files)),
		.dax = xcalloc(room(plan), sizeof(*guest->dax)),
		.out = out_folder(plan, folder),
		.facts = facts ? guest_facts(folder, boot) : NULL,
	};
	add_command(plan, p, guest->out, &guest->argv);
	guest->config = (struct vm_config){
		.arch = p->kernel.arch,
		.cpu = plan->cpu,
		.init = p->programs.init,
		.libraries = p->programs.libraries,
		.kernel = *p->kernel.vmlinux ? p->kernel.vmlinux : p->kernel.image,
		.release = p->kernel.release,
		.modules_root = p->kernel.root,
		.modules = (const char *const *)p->modules.v,
		.module = p->module,
		.p2pdma_mib = p->p2pdma_mib,
		.ram_mib = plan->ram_mib,
		.nodes = plan->nodes,
		.cpus = plan->cpus,
		.mitigations = plan->mitigations,
		.strict = true,
		.races = kernel_has(&p->kernel, "CONFIG_KCSAN"),
		.append = plan->append,
		.facts = guest->facts,
		.model = plan->model,
		.limit_seconds = plan->limit_seconds,
		.silent_seconds = plan->silent_seconds,
		.qemu = plan->qemu,
		.folder = folder,
		.out = guest->out,
		.files = guest->files,
		.nr_files = all_files(plan, p, guest),
		.argv = (const char *const *)guest->argv.v,
		.dax = guest->dax,
		.nr_dax = all_devices(plan, p, guest->dax),
	};
	spare_memory(plan, p, guest->config.spare);
}

void guest_release(struct guest *guest)
{
	strv_release(&guest->argv);
	strv_release(&guest->programs);
	free(guest->files);
	free(guest->dax);
	free(guest->out);
	free(guest->facts);
}
