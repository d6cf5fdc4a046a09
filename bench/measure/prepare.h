/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run needs before its first boot: the kernel, its module, and who can run on it. */
#ifndef PTWALK_MEASURE_PREPARE_H
#define PTWALK_MEASURE_PREPARE_H

#include "bench/measure/plan.h"
#include "kernels/kernel.h"
#include "kernels/own.h"
#include "kernels/programs.h"

/* A kernel with its module, and what it lacks. */
struct prepared {
	struct kernel kernel;
	char *module;		  /* path of ptwalk.ko */
	struct own own;		  /* the kernel's own code in it */
	char *driver;		  /* path of ptwalk-driver */
	struct programs programs; /* of another architecture's guest; else all NULL */
	struct strv modules;	  /* to load in the guest, for the workloads that can run */
	char **lacks; /* a workload of the selection each: options the kernel lacks, or NULL */
	size_t nr_lacks;
	size_t runnable;	 /* workloads that lack nothing */
	unsigned int p2pdma_mib; /* of memory of a PCI device, where that workload is alone */
};

/* Program of the suite that stands beside this one, or what $PTWALK_<NAME> says; or NULL. */
char *prepare_program(const char *name, const char *variable);

/* Does what it lays out lie in persistent memory of the guest? */
static inline bool prepare_is_pmem(const struct workload *w)
{
	return w->dax_align || w->pmem;
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

#endif
