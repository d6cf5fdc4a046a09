// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/prepare.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/size.h"
#include "base/str.h"
#include "kernels/config.h"

/*
 * Of a PCI device's memory: it lies below 4 GiB, where there is little room. The
 * device answers when the host has time for it, so that interrupts come at other
 * times in each boot: it is kept from other workloads.
 */
#define P2PDMA_MIB 128

/* What ptwalk.ko itself is built on. */
static const char *const module_needs[] = {
	"CONFIG_MODULES",
	"CONFIG_KPROBES",
	"CONFIG_KALLSYMS",
	"CONFIG_HMM_MIRROR",
	"CONFIG_MMU_NOTIFIER",
	"CONFIG_PERF_EVENTS",
	NULL,
};

char *prepare_program(const char *name, const char *variable)
{
	_cleanup_free_ char *path = place_beside(name, variable);

	return fs_exists(path) ? TAKE_PTR(path) : NULL;
}

static int need_options(const struct kernel *kernel, const char *const *needs, const char *who,
			struct err *err)
{
	struct err cause = { 0 };
	_cleanup_free_ char *lacking = kernel_lacks(kernel, needs, &cause);
	int ret = 0;

	if (lacking)
		ret = err_set(err, EOPNOTSUPP, "kernel %s lacks %s, which %s needs%s", kernel->spec,
			      lacking, who,
			      strstr(lacking, "HMM_MIRROR")
				      ? " (CONFIG_TEST_HMM=m selects HMM_MIRROR; `ptwalk kernel "
					"build` sets all of it)"
				      : "");
	else if (cause.text[0])
		ret = err_set(err, ENOENT, "%s", cause.text);
	return ret;
}

/*
 * On a machine that is as it is, those that have their devices or memory from elsewhere
 * are not asked what the kernel has, nor is anything loaded for them: the driver is told
 * what there is of these, and looks by itself.
 */
static bool brings_its_own(const struct workload *w)
{
	return w->dax || w->pmem || w->p2pdma || w->spare;
}

char *prepare_lacks(const struct kernel *kernel, const struct workload *w)
{
	const struct arch_memory *memory = &kernel->arch->memory;
	const uint64_t align = workload_dax_align(w, kernel_page_size(kernel));
	_cleanup_(strv_release) struct strv lacks = { 0 };
	const char *const *const lists[] = { w->needs,
					     prepare_is_pmem(w) ? kernel->arch->pmem_needs : NULL };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		_cleanup_free_ char *text = lists[i] ? kernel_lacks(kernel, lists[i], NULL) : NULL;

		if (text)
			strv_add(&lacks, text);
	}
	if (align && !(align & memory->aligns))
		strv_addf(&lacks, "device-dax of alignment %s", size_name(align).text);
	if (w->spare && memory->dimms)
		strv_add(&lacks, "memory that the kernel leaves alone (memmap=)");
	return lacks.n ? strv_join(&lacks, ", ") : NULL;
}

void prepare_modules(const struct arch *arch, const struct workload *w, struct strv *modules)
{
	const char *const *const lists[] = { prepare_is_pmem(w) ? arch->pmem_modules : NULL,
					     w->modules };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (const char *const *name = lists[i]; name && *name; name++)
			if (!strv_has(modules, *name))
				strv_add(modules, *name);
}

static void sort_out_workloads(const struct plan *plan, struct prepared *out)
{
	const struct selection *s = &plan->selection;

	out->lacks = xcalloc(s->nr_workloads, sizeof(*out->lacks));
	out->nr_lacks = s->nr_workloads;
	for (size_t i = 0; i < s->nr_workloads; i++) {
		if (plan->machine->here && brings_its_own(s->workloads[i]))
			continue;
		out->lacks[i] = prepare_lacks(&out->kernel, s->workloads[i]);
		if (out->lacks[i])
			continue;
		if (s->workloads[i]->p2pdma && s->nr_workloads == 1)
			out->p2pdma_mib = P2PDMA_MIB;
		prepare_modules(out->kernel.arch, s->workloads[i], &out->modules);
	}
}

static int find_kernel(const struct plan *plan, const char *spec, struct progress *progress,
		       struct prepared *out, struct err *err)
{
	int ret;

	progress_enter(progress, "kernel");
	ret = own_code_wanted(&plan->selection) && !plan->source
		      ? kernel_find_own(spec, plan->arch, &out->kernel, progress, err)
		      : kernel_find(spec, plan->arch, &out->kernel, progress, err);
	if (ret)
		return ret;
	ret = need_options(&out->kernel, vm_needs, "the guest", err);
	if (!ret)
		ret = need_options(&out->kernel, out->kernel.arch->needs, "the guest", err);
	if (!ret)
		ret = need_options(&out->kernel, module_needs, "the module", err);
	out->page_size = kernel_page_size(&out->kernel);
	if (!ret)
		ret = selection_check_page(&plan->selection, out->page_size, err);
	if (!ret) {
		progress_enter(progress, "module");
		ret = own_code_module(&plan->selection, &out->kernel, plan->source, plan->protocol,
				      &out->own, &out->module, progress, err);
	}
	return ret;
}

char *prepare_driver(struct err *err)
{
	char *driver = prepare_program("ptwalk-driver", "PTWALK_DRIVER");

	if (!driver)
		err_set(err, ENOENT,
			"ptwalk-driver is not beside this program; build it, or "
			"set PTWALK_DRIVER");
	return driver;
}

/* The running kernel: what its config does not tell, loading the module will. */
static int find_running(const struct plan *plan, struct progress *progress, struct prepared *out,
			struct err *err)
{
	int ret;

	progress_enter(progress, "kernel");
	ret = kernel_running(&out->kernel, !plan->module, err);
	if (!ret && *out->kernel.config)
		ret = need_options(&out->kernel, module_needs, "the module", err);
	out->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	if (!ret)
		ret = selection_check_page(&plan->selection, out->page_size, err);
	if (ret)
		return ret;
	progress_enter(progress, "module");
	if (!plan->module)
		return own_code_module(&plan->selection, &out->kernel, plan->source, plan->protocol,
				       &out->own, &out->module, progress, err);
	out->module = realpath(plan->module, NULL);
	if (!out->module || access(out->module, R_OK))
		return err_set(err, errno, "cannot read the module %s: %s", plan->module,
			       strerror(errno));
	return 0;
}

/* That of this host's build, or of the guest's architecture. */
static int find_driver(const struct plan *plan, struct progress *progress, struct prepared *out,
		       struct err *err)
{
	int ret = 0;

	if (arch_of(plan->arch) == arch_host) {
		out->driver = prepare_driver(err);
		return out->driver ? 0 : -ENOENT;
	}
	ret = programs_build(plan->arch, &out->programs, progress, err);
	if (!ret)
		out->driver = xstrdup(out->programs.driver);
	return ret;
}

int prepare(const struct plan *plan, const char *spec, struct progress *progress,
	    struct prepared *out, struct err *err)
{
	int ret;

	*out = (struct prepared){ 0 };
	ret = find_driver(plan, progress, out, err);
	if (ret)
		return ret;
	ret = plan->machine->here ? find_running(plan, progress, out, err)
				  : find_kernel(plan, spec, progress, out, err);
	if (!ret) {
		configs_keep(&out->kernel);
		sort_out_workloads(plan, out);
		ret = pieces_cut(plan, out, err);
	}
	if (ret)
		prepared_release(out);
	return ret;
}

void prepared_release(struct prepared *p)
{
	if (p->kernel.spec)
		kernel_release(&p->kernel);
	for (size_t i = 0; i < p->nr_lacks; i++)
		free(p->lacks[i]);
	free(p->lacks);
	free(p->pieces.begins);
	strv_release(&p->modules);
	own_close(&p->own);
	free(p->module);
	free(p->driver);
	programs_release(&p->programs);
	*p = (struct prepared){ 0 };
}
