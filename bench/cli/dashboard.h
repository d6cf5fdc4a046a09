/* SPDX-License-Identifier: GPL-2.0-only */
/* The dashboard as a folder of files. */
#ifndef PTWALK_CLI_DASHBOARD_H
#define PTWALK_CLI_DASHBOARD_H

#include "base/err.h"
#include "bench/store/store.h"

/**
 * dashboard_make - write the dashboard of a store, whole or not at all
 * @named:	the store's path as it was typed, for the commands that pages show; may be NULL
 * @out:	a folder that is not there, is empty, or holds a dashboard, which is replaced
 *
 * Returns: 0; -EEXIST: @out is something else, and is left as it is; or as
 * dashboard_load() and plot_histories().
 */
int dashboard_make(struct store *, const char *named, const char *out, struct err *err);

#endif
