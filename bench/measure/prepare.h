/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run needs before a boot: the kernel, its module with own code, who can run on it, and what
 * the machine is given.
 */
#ifndef PTWALK_MEASURE_PREPARE_H
#define PTWALK_MEASURE_PREPARE_H

#include "bench/measure/plan.h"
#include "bench/op/selection.h"
#include "kernels/kernel.h"
#include "kernels/own.h"
#include "kernels/programs.h"
#include "vm/vm.h"

/* A kernel with its module, and what it lacks. */
struct prepared {
	struct kernel kernel;
	uint64_t page_size;	  /* of the kernel, in bytes */
	char *module;		  /* path of ptwalk.ko */
	struct own own;		  /* the kernel's own code in it */
	char *driver;		  /* path of ptwalk-driver */
	struct programs programs; /* of another architecture's guest; else all NULL */
	struct strv modules;	  /* to load in the guest, for the workloads that can run */
	char **lacks; /* a workload of the selection each: options the kernel lacks, or NULL */
	size_t nr_lacks;
	struct pieces pieces;	 /* of each boot */
	unsigned int p2pdma_mib; /* of memory of a PCI device, where that workload is alone */
};

/* Program of the suite that stands beside this one, or what $PTWALK_<NAME> says; or NULL. */
char *prepare_program(const char *name, const char *variable);

/* Does what it lays out lie in persistent memory of the guest? */
static inline bool prepare_is_pmem(const struct workload *w)
{
	return w->dax || w->pmem;
}

/*
 * What it needs and the kernel, or the machine that it runs on, lacks: options as kernel_lacks() has
 * them, and kinds of memory.
 */
char *prepare_lacks(const struct kernel *, const struct workload *);

/* The modules to load for it in a guest of @arch are added to those there are. */
void prepare_modules(const struct arch *arch, const struct workload *, struct strv *modules);

/* The path of ptwalk-driver, owned by the caller; NULL with @err set. */
char *prepare_driver(struct err *err);

/**
 * prepare - find the kernel, see that it can be used, build the module
 * @spec:	of the kernel; of the running one it does not count
 * @out:	(out) to be ended with prepared_release(), on success only
 *
 * Returns: 0, or a negative errno; -EOPNOTSUPP where the kernel lacks options
 * that the guest or the module cannot do without, with their names.
 */
int prepare(const struct plan *, const char *spec, struct progress *, struct prepared *out,
	    struct err *err);
void prepared_release(struct prepared *);

/* From the variants of a selection to the kernel's own code, and a module that has it. */

/* The file of mm/ that an op's own code is of: "hmm". */
const char *own_code_unit(const struct op *);

/* Does the window of an op run any of these units (a bit of enum own_unit each)? */
bool own_code_runs(const struct op *, unsigned int units);

/* Make policies of the patches that a selection names, before it is resolved. */
int own_code_policies(const struct selection *, struct err *err);

/* Is any own code among the variants? */
bool own_code_wanted(const struct selection *);

/**
 * own_code_module - ptwalk.ko for a kernel, with the own code that a selection wants
 * @source:	a folder with the kernel's sources, or NULL
 * @own:	(out) what it has, and why it has not the rest; to be ended with own_close()
 * @path:	(out) owned
 *
 * Where the kernel's own code cannot be compiled or bound, the module has none, and @own
 * says why; of a user's policy that is an error.
 */
int own_code_module(const struct selection *, const struct kernel *, const char *source,
		    const char *protocol, struct own *own, char **path, struct progress *,
		    struct err *err);

/* What a machine is given for a plan: the driver's command line, files, devices, memory. */
struct guest {
	struct vm_config config;
	/* What that points at. */
	struct vm_file *files;
	struct vm_dax *dax;
	struct strv programs; /* of workloads, on this host */
	struct strv argv;
	char *out, *facts;
};

/**
 * guest_make - for one boot of a kernel
 * @boot:	1, 2, ...
 * @folder:	of the run, while it is made; it, the plan and what was prepared must outlive @guest
 * @facts:	have the plugin count them
 * @guest:	(out) to be ended with guest_release()
 */
void guest_make(const struct plan *, const struct prepared *, unsigned int boot, const char *folder,
		bool facts, struct guest *guest);

/* Where the facts of boot @boot are in the folder of a run. Owned by the caller. */
char *guest_facts(const char *folder, unsigned int boot);

/* And the module with its lines, of a run with facts. Owned by the caller. */
char *guest_lines(const char *folder);

/* And the folder with its own code as it was compiled. Owned by the caller. */
char *guest_sources(const char *folder);
void guest_release(struct guest *);

#endif
