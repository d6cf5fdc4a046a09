/* SPDX-License-Identifier: GPL-2.0-only */
/* From the variants of a selection to the kernel's own code, and a module that has it. */
#ifndef PTWALK_MEASURE_OWN_CODE_H
#define PTWALK_MEASURE_OWN_CODE_H

#include "bench/op/selection.h"
#include "kernels/own.h"

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
		    struct own *own, char **path, struct progress *, struct err *err);

#endif
