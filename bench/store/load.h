/* SPDX-License-Identifier: GPL-2.0-only */
/* Internal to the store: a run's records within a transaction that is open already. */
#ifndef PTWALK_STORE_LOAD_H
#define PTWALK_STORE_LOAD_H

#include "bench/store/store.h"

/* As store_load(). */
int load_records(struct store *, int64_t run, struct records *records, struct err *err);

#endif
