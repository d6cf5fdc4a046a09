/* SPDX-License-Identifier: GPL-2.0-only */
/* What a machine is given for a plan: the driver's command line, files, devices, memory. */
#ifndef PTWALK_MEASURE_GUEST_H
#define PTWALK_MEASURE_GUEST_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "vm/vm.h"

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
void guest_release(struct guest *);

#endif
