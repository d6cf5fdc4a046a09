/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the counts of an exact run depend on, as a key: kernel image, modules,
 * module, driver, init, QEMU, plan. Two runs of one key have the same counts,
 * so that one can stand for the other. A run's folder holds its key.
 */
#ifndef PTWALK_MEASURE_RUNKEY_H
#define PTWALK_MEASURE_RUNKEY_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"

#define FOLDER_KEY "key"

/**
 * runkey_make - the key of a run that is about to be made
 * @qemu:	version of the QEMU that will run it
 *
 * Returns: the key, owned by the caller; NULL with @err set where a file that
 * it depends on cannot be read.
 */
char *runkey_make(const struct plan *, const struct prepared *, const char *qemu, struct err *err);

/* Write the key into a run's folder. */
int runkey_write(const char *folder, const char *key, struct err *err);

/*
 * The newest whole run of that key in @results: its folder, owned by the
 * caller; NULL where there is none.
 */
char *runkey_find(const char *results, const char *key);

#endif
