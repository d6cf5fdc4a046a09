/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the counts of an exact run depend on, as a key: kernel image, modules,
 * driver, init, QEMU, plan; of files what they hold, not where they lie. Two runs of one key have the same counts,
 * so that one can stand for the other. A run's folder holds its key.
 */
#ifndef PTWALK_MEASURE_KEY_H
#define PTWALK_MEASURE_KEY_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/record/record.h"

#define FOLDER_KEY "key"

/**
 * key_make - the key of a run that is about to be made
 * @qemu:	version of the QEMU that will run it
 *
 * Returns: the key, owned by the caller; NULL with @err set where a file that
 * it depends on cannot be read.
 */
char *key_make(const struct plan *, const struct prepared *, const char *qemu, struct err *err);

/* Of what is to be measured alone, whatever kernel and programs it is measured with. Owned. */
char *key_plan(const struct plan *);

/* Write the key into a run's folder. */
int key_write(const char *folder, const char *key, struct err *err);

/**
 * key_find - the newest whole run of that key
 * @records:	(out) what it holds, on success only
 *
 * Returns: its folder in @results, owned by the caller; NULL where there is none.
 */
char *key_find(const char *results, const char *key, struct records *records);

#endif
