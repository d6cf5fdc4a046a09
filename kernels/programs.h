/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs in guests of another architecture than this host's: the driver and init, compiled
 * here by a cross compiler, and the libraries that they need, of Debian's packages of that
 * architecture, unpacked in the cache. Nothing foreign is installed.
 */
#ifndef PTWALK_KERNELS_PROGRAMS_H
#define PTWALK_KERNELS_PROGRAMS_H

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"

/* Strings are owned. */
struct programs {
	char *libraries; /* folder that stands for the guest's "/" */
	char *driver, *init;
};

/**
 * programs_build - make them ready, from the sources of this checkout
 * @programs:	(out) to be ended with programs_release(), on success only
 *
 * Builds where the last build is: where nothing changed that takes a fraction of a second.
 * $PTWALK_SOURCE names another checkout. Enters the progress stage "programs".
 *
 * Returns: 0; -ENOENT (no cross compiler, no sources, no network), with what to install or set;
 * -ECHILD (a build that failed; @err holds its first error and the log's path).
 */
int programs_build(const struct arch *, struct programs *programs, struct progress *,
		   struct err *err);
void programs_release(struct programs *);

/* The folder of its libraries in the cache, where cc1.h's is, too. Owned by the caller. */
char *programs_libraries(const struct arch *);

#endif
