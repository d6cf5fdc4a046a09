/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows that fault in what they walk: the layout is emptied before each. */
#ifndef PTWALK_DRIVER_POPULATE_H
#define PTWALK_DRIVER_POPULATE_H

#include "bench/driver/client.h"

/**
 * populate_run - PTWALK_IOC_RUN for windows that each find no page present
 * @run:	as for client_run(), of any number of iterations; its (out) fields
 *		are those of the last one, done is of all
 *
 * The range is emptied by madvise(MADV_DONTNEED), and looked at: a page that
 * stays is -EBADE. Left in the end is what the last window faulted in.
 */
int populate_run(const struct client *, struct ptwalk_run *run, struct err *err);

#endif
